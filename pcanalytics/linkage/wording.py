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

    Examples
    --------
    >>> levels = [{"label_for_charts": "not known on both sides", "is_null_level": True},
    ...           {"label_for_charts": "same sex"}, {"label_for_charts": "another sex"}]
    >>> settings = {"comparisons": [{"output_column_name": "sex", "comparison_levels": levels}]}
    >>> model = LinkModel(settings, {}, None, {}, ("sex",), 0.01, "")
    >>> compared_in_words(model, {"sex": 1}), compared_in_words(model, {"sex": -1})
    (['same sex'], [])
    """
    phrases = []
    for comparison in model.settings["comparisons"]:
        name = comparison["output_column_name"]
        if name not in row or row[name] < 0:
            continue
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        level = levels[len(levels) - 1 - int(row[name])]
        phrases.append(level["label_for_charts"])
    return phrases
