"""A comparison in words, for the person who decides: how the values compare, never the values."""

from __future__ import annotations

from collections.abc import Mapping

from pcanalytics.linkage.model import LinkModel

__all__ = ["compared_in_words"]


def compared_in_words(model: LinkModel, row: Mapping[str, int]) -> list[str]:
    """Say how two records compare.

    Parameters
    ----------
    model : LinkModel
        The model that scored the pair.
    row : mapping of str to int
        Comparison name to level number, as a row of `score` has them.

    Returns
    -------
    list of str
        One phrase a comparison; what is missing on either side is left out.
    """
    phrases = []
    for comparison in model.settings["comparisons"]:
        name = comparison["output_column_name"]
        if name not in row or row[name] < 0:
            continue
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        level = levels[len(levels) - 1 - int(row[name])]
        words = level["label_for_charts"]
        phrases.append(f"{name.replace('_', ' ')} {words}" if words == "different" else words)
    return phrases
