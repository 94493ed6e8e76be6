"""Writing mapping files: how each extract of the city is read into its declared table."""

from __future__ import annotations

import json
from collections.abc import Mapping


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return (
        key
        if key.isascii() and key.replace("_", "").replace("-", "").isalnum()
        else json.dumps(key, ensure_ascii=False)
    )


def mapping(note: str, **parts: Mapping) -> bytes:
    """Write one mapping file.

    Parameters
    ----------
    note : str
        What the extract is, put on top as a comment.
    **parts : mapping
        The parts of the file by name, in order; ``codes`` holds one table per declared column.

    Returns
    -------
    bytes
        TOML.

    Examples
    --------
    >>> print(mapping("Beats.", source={"table": "beats"}, columns={"beat": "BEAT"}).decode(), end="")
    # Beats.
    <BLANKLINE>
    [source]
    table = "beats"
    <BLANKLINE>
    [columns]
    beat = "BEAT"
    """
    lines = [f"# {line}" for line in note.splitlines()]
    for name, part in parts.items():
        tables = {f"{name}.{key}": one for key, one in part.items()} if name == "codes" else {name: part}
        for title, content in tables.items():
            lines += ["", f"[{title}]", *(f"{_key(key)} = {_value(one)}" for key, one in content.items())]
    return ("\n".join(lines) + "\n").encode()
