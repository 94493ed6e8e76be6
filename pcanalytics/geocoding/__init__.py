"""An address as a police officer wrote it: what kind of string it is, where it is, and how sure that is.

Nothing here leaves the machine. A string that is no address is typed and counted, never placed; two equally good places stay a tie.
"""

from __future__ import annotations

__all__: list[str] = []
