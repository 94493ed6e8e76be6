"""The one clock: when a load began, when something was read, and what day an agreement is asked about.

No figure of a report comes from it; those take ``as_of``. Whoever opens a store may hand in another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

__all__ = ["Clock", "system_clock"]

#: Gives the present moment, with its zone.
Clock = Callable[[], dt.datetime]


def system_clock() -> dt.datetime:
    """Give the present moment in UTC.

    Returns
    -------
    datetime.datetime
        With its zone.

    Examples
    --------
    >>> system_clock().utcoffset()
    datetime.timedelta(0)
    """
    return dt.datetime.now(dt.UTC)
