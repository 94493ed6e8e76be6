"""Quality without labels: which pairs a person should look at, and what follows from the answers.

A sample drawn from all pairs would be nearly all certain ones. So pairs are drawn by strata of status and probability, more where the
answer is in doubt, and each answer counts for the pairs it stands for.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem, UsageError

__all__ = ["ANSWERS", "RECALL_NOTE", "clerical_sample", "estimate_from_clerical"]

#: What may stand in ``is_same``.
ANSWERS = {"Y": "the same person", "N": "two people", "?": "cannot be told; left out of account"}

#: To be printed beside an estimate.
RECALL_NOTE = (
    "Recall is of the pairs that were compared and scored above the model's floor. A pair of one person that no blocking rule "
    "brought together, or that scored below the floor, is in no stratum, so true recall is at most this. To learn how many such "
    "pairs there are, draw some people of one side at random and search for each by hand in the other."
)

#: Bands of probability: half-open, the last one closed.
_BANDS = (0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 1.0)

_STATUSES = ("link", "review", "below")

_COLUMNS = (
    "stratum",
    "stratum_pairs",
    "sampled",
    "left",
    "right",
    "match_probability",
    "status",
    "is_same",
)


def clerical_sample(pairs: pd.DataFrame, *, size: int = 300, rng: int | np.random.Generator = 0) -> pd.DataFrame:
    """Draw pairs for a person to judge.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``left``, ``right``, ``match_probability``, and ``status``: "link", "review", or "below" (also missing) for pairs that were scored
        and are neither. Every scored pair once; recall can be estimated only when those below are there.
    size : int
        About how many pairs to draw; each stratum has at least five, or all it has.
    rng : int or numpy.random.Generator
        Seed. The same pairs in any order and the same seed give the same sample.

    Returns
    -------
    pandas.DataFrame
        ``stratum`` (words), ``stratum_pairs`` (how many pairs it has), ``sampled`` (how many of them were drawn), ``left``, ``right``,
        ``match_probability``, ``status``, ``is_same`` (empty, for Y, N or ?). Rows are in random order, so that the reviewer does not
        know from its place what a pair is expected to be.

    Raises
    ------
    InputRejected
        When a column is missing, a probability lies outside 0 to 1, a status is not known, or a pair occurs twice.
    UsageError
        When ``size`` is less than 1.

    References
    ----------
    Neyman, J. (1934). On the two different aspects of the representative method. Journal of the Royal Statistical Society 97, 558-625:
    more where answers vary more.

    Examples
    --------
    >>> pairs = pd.DataFrame({"left": range(900), "right": range(900, 1800), "match_probability": 0.999, "status": "link"})
    >>> drawn = clerical_sample(pairs, size=50)
    >>> len(drawn), drawn["stratum"].unique().tolist(), int(drawn["stratum_pairs"].iloc[0])
    (50, ['link, 0.999 to 1'], 900)
    """
    if size < 1:
        raise UsageError("size is less than 1: ask for at least one pair.")
    frame = _checked(pairs)
    chance = np.random.default_rng(rng)
    band = np.clip(np.searchsorted(_BANDS, frame["match_probability"], side="right") - 1, 0, len(_BANDS) - 2)
    frame["stratum"] = [
        f"{status}, {_BANDS[one]:g} to {_BANDS[one + 1]:g}" for status, one in zip(frame["status"], band, strict=True)
    ]
    frame["doubt"] = np.sqrt(np.clip(frame["match_probability"] * (1 - frame["match_probability"]), 0.001, None))
    strata = frame.groupby("stratum", sort=True)["doubt"].agg(["size", "sum"])
    wanted = _allocation(strata["size"].to_numpy(), strata["sum"].to_numpy(), size)
    drawn = []
    for (stratum, group), count in zip(frame.groupby("stratum", sort=True), wanted, strict=True):
        chosen = group.iloc[np.sort(chance.choice(len(group), count, replace=False))]
        drawn.append(chosen.assign(stratum=stratum, stratum_pairs=len(group), sampled=count, is_same=""))
    sample = pd.concat(drawn) if drawn else frame.assign(stratum_pairs=0, sampled=0, is_same="")
    return sample.iloc[chance.permutation(len(sample))][list(_COLUMNS)].reset_index(drop=True)


def _checked(pairs: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("left", "right", "match_probability") if name not in pairs.columns]
    if missing:
        raise InputRejected(
            "No sample can be drawn.", [Problem(f"the column `{name}` is not there") for name in missing]
        )
    frame = pairs[["left", "right", "match_probability"]].reset_index(drop=True)
    status = pairs["status"] if "status" in pairs.columns else pd.Series("below", index=pairs.index)
    frame["status"] = status.astype("object").where(status.notna(), "below").to_numpy()
    probability = frame["match_probability"]
    wrong = {
        "match_probability is missing or outside 0 to 1": ~probability.between(0, 1),
        "status is none of link, review, below": ~frame["status"].isin(_STATUSES),
        "a pair occurs twice": frame.duplicated(["left", "right"]),
    }
    problems = [
        Problem(what, rows=int(rows.sum()), first_row=int(rows.to_numpy().argmax()) + 1)
        for what, rows in wrong.items()
        if rows.any()
    ]
    if problems:
        raise InputRejected("No sample can be drawn.", problems)
    return frame.sort_values(["left", "right"], ignore_index=True)


def _allocation(pairs: np.ndarray, doubt: np.ndarray, size: int) -> np.ndarray:
    """Share out the sample: half by how much is in doubt, half by how many pairs, at least five, at most all."""
    shares = 0.5 * doubt / max(doubt.sum(), 1e-12) + 0.5 * pairs / max(pairs.sum(), 1)
    wanted = np.minimum(np.maximum(np.round(size * shares), 5), pairs).astype(np.int64)
    while wanted.sum() < min(size, pairs.sum()):
        room = wanted < pairs
        wanted[np.argmax(np.where(room, size * shares - wanted, -np.inf))] += 1
    return wanted


def estimate_from_clerical(
    sample: pd.DataFrame, *, draws: int = 4000, rng: int | np.random.Generator = 0
) -> pd.DataFrame:
    """Estimate precision and recall from a sample that a person has judged.

    Parameters
    ----------
    sample : pandas.DataFrame
        From :func:`clerical_sample`, with ``is_same`` filled in: Y, N, or ? for what cannot be told. Rows left empty, and ?, are left
        out of account; their share is a row of the answer.
    draws : int
        How many times the unknown pairs are drawn for the intervals.
    rng : int or numpy.random.Generator
        Seed.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``value``, ``low``, ``high`` (95%), ``n`` (pairs judged that it stands on): ``precision``, ``recall_of_compared``,
        ``f1_of_compared``, ``cannot_tell``, ``true_in_review`` (pairs of one person that wait in the queue, a number).
        :data:`RECALL_NOTE` says what recall leaves out. Recall is missing when no pair below was in the sample.

    Raises
    ------
    InputRejected
        When a column is not there, an answer is none of :data:`ANSWERS`, or a stratum has no answer at all.

    Notes
    -----
    In each stratum the share of pairs that are one person has a beta distribution (Jeffreys' prior and the answers); the pairs nobody
    looked at are drawn from it. A stratum that was judged whole has no uncertainty, and one without a "no" still has some.
    Sampled pairs are few among many, so that two of one person are rare and pairs are taken as independent.

    Examples
    --------
    >>> pairs = pd.DataFrame({"left": range(900), "right": range(900, 1800), "match_probability": 0.999, "status": "link"})
    >>> judged = clerical_sample(pairs, size=100).assign(is_same="Y")
    >>> precision = estimate_from_clerical(judged).iloc[0]
    >>> float(precision["value"]), bool(0.96 < precision["low"] < 0.99)
    (1.0, True)
    """
    answers = _answers(sample)
    told = answers[answers["is_same"].isin(["Y", "N"])]
    strata = told.groupby(["status", "stratum"], sort=True).agg(
        pairs=("stratum_pairs", "first"),
        judged=("is_same", "size"),
        same=("is_same", lambda one: int(one.eq("Y").sum())),
    )
    chance = np.random.default_rng(rng)
    judged, same = strata["judged"].to_numpy(), strata["same"].to_numpy()
    rest = strata["pairs"].to_numpy() - judged
    rate = chance.beta(same + 0.5, judged - same + 0.5, size=(draws, len(strata)))
    drawn = same + chance.binomial(rest, rate)
    point = strata["pairs"].to_numpy() * same / judged
    status = strata.index.get_level_values("status")
    at_once = np.vstack([point, drawn])
    true = {name: at_once[:, status == name].sum(axis=1) for name in _STATUSES}
    made = float(strata["pairs"].to_numpy()[status == "link"].sum())
    everything = true["link"] + true["review"] + true["below"]
    seen_below = bool((status == "below").any())
    link_count, all_count = int(judged[status == "link"].sum()), int(judged.sum())
    rows = [
        ("precision", *_spread(_share(true["link"], np.full(draws + 1, made))), link_count),
        ("recall_of_compared", *_spread(_share(true["link"], everything), known=seen_below), all_count),
        ("f1_of_compared", *_spread(_share(2 * true["link"], made + everything), known=seen_below), all_count),
        ("true_in_review", *_spread(true["review"]), int(judged[status == "review"].sum())),
        ("cannot_tell", 1 - len(told) / len(answers), np.nan, np.nan, len(answers)),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "n"])


def _answers(sample: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _COLUMNS if name not in sample.columns]
    problems = [
        Problem(f"the column `{name}` is not there", todo="Fill in the sample as it was written.") for name in missing
    ]
    if problems:
        raise InputRejected("The judged sample cannot be used.", problems)
    answers = sample.assign(is_same=sample["is_same"].astype("string").str.strip().str.upper().fillna(""))
    wrong = ~answers["is_same"].isin(["", *ANSWERS])
    if wrong.any():
        first = int(wrong.to_numpy().argmax()) + 1
        problems.append(Problem("is_same is none of Y, N, ?", rows=int(wrong.sum()), first_row=first))
    told = answers["is_same"].isin(["Y", "N"])
    silent = set(answers["stratum"]) - set(answers.loc[told, "stratum"])
    for stratum in sorted(silent):
        problems.append(Problem(f"no pair of the stratum `{stratum}` was judged", todo="Judge at least one of them."))
    if problems:
        raise InputRejected("The judged sample cannot be used.", problems)
    return answers


def _share(part: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.divide(part, of, out=np.full(len(part), np.nan), where=of > 0)


def _spread(values: np.ndarray, *, known: bool = True) -> tuple[float, float, float]:
    """Give the point, which is first, and the middle 95% of the rest."""
    if not known or np.isnan(values[0]):
        return np.nan, np.nan, np.nan
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return float(values[0]), float(min(low, values[0])), float(max(high, values[0]))
