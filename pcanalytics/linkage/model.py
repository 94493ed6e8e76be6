"""A trained model: frozen, and readable as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from pcanalytics.errors import InputRejected

__all__ = ["SCHEMA", "LinkModel", "read_model"]

SCHEMA = "pcanalytics linkage model 1"


@dataclass(frozen=True)
class LinkModel:
    """Settings with their trained numbers, and what they were trained on.

    Parameters
    ----------
    settings : dict
        Splink's settings with m and u of each level.
    trained_on : str or None
        The date handed in, ISO.
    counts : dict
        Records, pairs and the like.
    columns : tuple of str
        The columns that the records had something in.
    floor : float
        Least match probability that a scored pair has.
    digest : str
        Of the records trained on.
    """

    settings: dict[str, Any]
    kinds: dict[str, Any]
    trained_on: str | None
    counts: dict[str, int]
    columns: tuple[str, ...]
    floor: float
    digest: str

    def to_json(self) -> str:
        """Give the model as stable, readable JSON."""
        return json.dumps({"schema": SCHEMA, **self.__dict__}, indent=2, sort_keys=True) + "\n"


def _is_whole(content: dict[str, Any]) -> bool:
    """Say whether every part is there and of its kind; the numbers inside are not looked at."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "settings": dict,
        "kinds": dict,
        "counts": dict,
        "columns": list,
        "floor": (int, float),
        "digest": str,
    }
    parts = {"together", "others", "by_chance"}
    return (
        content.keys() == {field.name for field in fields(LinkModel)}
        and all(isinstance(content[name], kind) for name, kind in kinds.items())
        and (not content["settings"] or parts <= content["kinds"].keys())
    )


def read_model(text: str) -> LinkModel:
    """Read a model written by `to_json`.

    Parameters
    ----------
    text : str
        The JSON.

    Returns
    -------
    LinkModel
        The same model.

    Raises
    ------
    InputRejected
        When it is not JSON, of another schema, or lacks a part that is needed.

    Examples
    --------
    >>> model = LinkModel({}, {}, None, {}, (), 0.01, "")
    >>> read_model(model.to_json()) == model
    True
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        raise InputRejected(
            "The linkage model is not JSON. Train it again with `pcanalytics link --retrain`."
        ) from None
    if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA or not _is_whole(content):
        raise InputRejected(
            f"The linkage model was written by another version (expected {SCHEMA!r}). Train it again with "
            "`pcanalytics link --retrain`."
        )
    content["columns"] = tuple(content["columns"])
    return LinkModel(**content)
