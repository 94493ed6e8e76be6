"""The commands, one file a group: each parses words, calls one workflow and prints what it gives.

Nothing that takes long to import stands at the head of a file here: a command fetches what it needs when it runs.
"""

__all__: list[str] = []
