"""From level numbers to a match weight and a probability."""

from __future__ import annotations

from typing import Any

import numpy as np

from pcanalytics.linkage.comparing import ComparedPairs
from pcanalytics.linkage.full_names import full_name_classes
from pcanalytics.linkage.kinds import Kinds, Other, weigh_kinds
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared

__all__ = ["kinds_of", "rarity", "weigh"]


def kinds_of(model: LinkModel) -> Kinds:
    """Read the fitted shares of a model's kinds of pairs.

    Parameters
    ----------
    model : LinkModel
        Trained.

    Returns
    -------
    Kinds
        As they were fitted.

    Examples
    --------
    >>> settings = {"comparisons": [], "probability_two_random_records_match": 0.25}
    >>> kinds_of(LinkModel(settings, {"together": [[1, 1], [1, 1]], "others": {}, "by_chance": []}, None, {}, (), 0.01, "")).prior
    0.25
    """
    m, u = [], []
    for comparison in model.settings["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")][::-1]
        m.append(np.array([level["m_probability"] for level in levels]))
        u.append(np.array([level["u_probability"] for level in levels]))
    kinds = model.kinds
    others = {
        name: Other(
            [np.array(shares) for shares in entry["shares"]],
            entry["prior"],
            tuple(entry["fixed"]),
        )
        for name, entry in kinds["others"].items()
    }
    prior = model.settings["probability_two_random_records_match"]
    return Kinds(m, u, prior, np.array(kinds["together"]), others, np.array(kinds["by_chance"]))


def name_columns(settings: dict[str, Any]) -> tuple[int, int] | None:
    """Find which comparisons are given name and surname."""
    names = [comparison["output_column_name"] for comparison in settings["comparisons"]]
    return (names.index("given_name"), names.index("surname")) if {"given_name", "surname"} <= set(names) else None


def log_frequency(prepared: Prepared, column: str) -> np.ndarray:
    """Give the logarithm of the share of known records that have each record's value; minus infinity where missing.

    Among few records a birth date is there twice because one person is: where its year, month and day are rarer together
    than that, it is as rare as they are.
    """
    counts = _counts(prepared, column)
    known = max(int((counts > 0).sum()), 1)
    shares = counts / known
    if column == "birth_date":
        parts = [_counts(prepared, part) / known for part in ("birth_year", "birth_month", "birth_day")]
        shares = np.minimum(shares, np.prod(parts, axis=0) + np.maximum(counts - 2, 0) / known)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(shares))


def _counts(prepared: Prepared, column: str) -> np.ndarray:
    """Count the records that have each record's value; 0 where it is missing."""
    codes = prepared.columns.codes(column)
    return np.append(np.bincount(codes[codes >= 0], minlength=1), 0)[codes]


def rarity(prepared: Prepared, settings: dict[str, Any], pairs: ComparedPairs) -> np.ndarray:
    """Add up what rarer or commoner values than the average change, in natural logarithms (Splink's adjustment).

    Parameters
    ----------
    prepared : Prepared
        The records; how often a value is there is counted in them.
    settings : dict
        Splink's settings with u of each level.
    pairs : ComparedPairs
        The pairs.

    Returns
    -------
    ndarray
        One number a pair.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> from pcanalytics.linkage.training import train
    >>> model = train(prepared)
    >>> from pcanalytics.linkage.comparing import compare_pairs
    >>> pairs = compare_pairs(prepared, model.settings, np.array([0, 1]), np.array([1, 2]))
    >>> rarity(prepared, model.settings, pairs).shape
    (2,)
    """
    total = np.zeros(len(pairs.left))
    kept: dict[str, np.ndarray] = {}
    for position, comparison in enumerate(settings["comparisons"]):
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")][::-1]
        for number, level in enumerate(levels):
            column = level.get("tf_adjustment_column")
            if column is None:
                continue
            at = pairs.levels[:, position] == number
            if column not in kept:
                kept[column] = log_frequency(prepared, column)
            base = level if level.get("disable_tf_exact_match_detection") else _exact(levels, column)
            commoner = np.maximum(kept[column][pairs.left[at]], kept[column][pairs.right[at]])
            total[at] += np.log(base["u_probability"]) - commoner
    return total


def full_names(prepared: Prepared, settings: dict[str, Any], pairs: ComparedPairs) -> np.ndarray | None:
    """Give the class of the full name that both of a pair have; None where names are not compared."""
    names = name_columns(settings)
    if names is None:
        return None
    best = tuple(len(settings["comparisons"][name]["comparison_levels"]) - 2 for name in names)
    shares = tuple(log_frequency(prepared, column)[pairs.left] for column in ("given_name", "surname"))
    return full_name_classes(pairs.levels[:, names], (best[0], best[1]), (shares[0], shares[1]))


def _exact(levels: list[dict[str, Any]], column: str) -> dict[str, Any]:
    return next(level for level in levels if level["sql_condition"] == f'"{column}_l" = "{column}_r"')


def weigh(prepared: Prepared, model: LinkModel, pairs: ComparedPairs) -> np.ndarray:
    """Weigh compared pairs: one person's against strangers' and household members'.

    Parameters
    ----------
    prepared : Prepared
        The records.
    model : LinkModel
        Trained.
    pairs : ComparedPairs
        The pairs.

    Returns
    -------
    ndarray
        Match weights, in bits: the logarithm to base 2 of the odds.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> from pcanalytics.linkage.training import train
    >>> model = train(prepared)
    >>> from pcanalytics.linkage.comparing import compare_pairs
    >>> pairs = compare_pairs(prepared, model.settings, np.array([0, 1]), np.array([1, 2]))
    >>> weight = weigh(prepared, model, pairs)
    >>> bool(weight[0] > weight[1])
    True
    """
    frequency = rarity(prepared, model.settings, pairs)
    one, others = weigh_kinds(
        pairs.levels,
        frequency,
        kinds_of(model),
        name_columns(model.settings),
        full_names(prepared, model.settings, pairs),
    )
    against = np.zeros(len(one))
    for weight in others.values():
        against = np.logaddexp(against, weight)
    return (one - against) / np.log(2.0)
