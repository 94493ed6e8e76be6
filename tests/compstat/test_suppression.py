from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import (
    ALL_DISTRICTS,
    ALL_GROUPS,
    BASELINES,
    COMPARED,
    KEPT_BACK,
    SHOWN_PUBLICLY,
    SeriesBreak,
    compare,
    compared_periods,
    public_victims,
)
from pcanalytics.errors import UnknownName, UsageError

from .frames import AS_OF, many

GROUPS = {"Robbery": ["robbery"], "Theft": ["larceny", "theft_from_vehicle"], "Property": ["larceny", "burglary"]}
DAY = pd.Timedelta(days=1)
EVERY = (*COMPARED, *BASELINES)


def victims(number, seed):
    frame = many(number, seed=seed, years=5)
    return frame[frame["count"].gt(0)].reset_index(drop=True).drop(columns="entered_at")


def cells_of(frame):
    """Every district, offense word and day there is, one column each, with its number of victims."""
    days = pd.date_range(AS_OF - 1900 * DAY, AS_OF - DAY)
    districts = [*sorted(frame["district"].dropna().unique()), None]
    words = sorted(frame["offense"].unique())
    dated = frame.dropna(subset="occurred_from")
    found = dated.groupby(
        [
            dated["district"].astype(object).where(dated["district"].notna(), None),
            "offense",
            dated["occurred_from"].dt.normalize(),
        ],
        dropna=False,
    ).size()
    counts = {tuple(None if pd.isna(part) else part for part in key): number for key, number in found.items()}
    flat = list(product(districts, words, days))
    table = pd.DataFrame(flat, columns=["district", "word", "day"])
    return table, np.array([counts.get(key, 0) for key in flat])


def told(cells, row, column, shift):
    """The cells that a number of the page adds up, as its heading says."""
    periods = compared_periods(AS_OF, baseline_years=3)
    names = [column]
    if column in BASELINES:
        current = BASELINES[column]
        names = [f"{current}_last_year", f"{current}_2_years_before", f"{current}_3_years_before"]
    district, label = row.get("district", ALL_DISTRICTS), row.get("offense_group", ALL_GROUPS)
    words = GROUPS.get(label) or [word for listed in GROUPS.values() for word in listed]
    days = cells["day"] + shift
    inside = np.any([periods[name].contains(days) for name in names], axis=0) & cells["word"].isin(words)
    if pd.isna(district):
        return (inside & cells["district"].isna()).to_numpy()
    return (inside & (cells["district"].eq(district) | (district == ALL_DISTRICTS))).to_numpy()


def attack(frame, shown, minimum_cell, shifts):
    """Add and subtract up to three of the published numbers in every way; return what small counts come out."""
    cells, counts = cells_of(frame)
    regions = []
    for row in shown.to_dict("records"):
        for column in set(row) & {*COMPARED, *BASELINES}:
            if isinstance(row[column], str) and row[column] != KEPT_BACK:
                regions += [told(cells, row, column, shift) for shift in shifts]
    if not regions:
        return []
    patterns, place = np.unique(np.array(regions, dtype=np.int8), axis=1, return_inverse=True)
    sums = np.bincount(place.ravel(), counts, minlength=patterns.shape[1])
    found = []
    for size in (1, 2, 3):
        for chosen in combinations(range(len(regions)), size):
            for signs in product((1, -1), repeat=size - 1):
                made = patterns[chosen[0]].astype(int) + sum(
                    sign * patterns[each] for sign, each in zip(signs, chosen[1:], strict=True)
                )
                if made.min() >= 0 and made.max() == 1 and made @ sums < minimum_cell:
                    found.append((chosen, signs, made @ sums))
                if made.max() <= 0 and made.min() == -1 and -(made @ sums) < minimum_cell:
                    found.append((chosen, signs, -(made @ sums)))
    return found


@pytest.mark.parametrize(("number", "seed"), [(400, 51), (6000, 53)])
@pytest.mark.parametrize("by", [[], ["district"], ["offense_group"]])
@pytest.mark.parametrize("columns", [SHOWN_PUBLICLY, EVERY, tuple(reversed(EVERY))])
def test_c71_no_small_count_comes_out_by_adding_and_subtracting(number, seed, by, columns):
    frame = victims(number, seed)
    known = {"as_of": AS_OF, "by": by, "groups": GROUPS, "columns": columns, "minimum_cell": 10}
    shown = public_victims(frame, **known, issue_days=None)
    assert shown[list(columns)].ne(KEPT_BACK).any(axis=None), "something is shown"
    assert attack(frame, shown, 10, [0 * DAY]) == []


@pytest.mark.parametrize(("number", "seed"), [(1500, 54), (12000, 55)])
def test_c71_nor_by_comparing_with_the_issue_before(number, seed):
    frame = victims(number, seed)
    shown = public_victims(frame, as_of=AS_OF, groups=GROUPS, columns=EVERY, minimum_cell=10)
    assert attack(frame, shown, 10, [0 * DAY, 7 * DAY]) == []


def test_the_attack_finds_what_an_unprotected_page_gives_away():
    """The same attack on plain numbers, small ones merely left out, succeeds: it is able to."""
    frame = victims(1500, 52)
    plain = compare(frame, as_of=AS_OF, by=["district"], groups=GROUPS).fillna({"district": "none"})
    total = compare(frame, as_of=AS_OF, by=[], groups=GROUPS).assign(district=ALL_DISTRICTS)
    rows = pd.concat([plain, total], ignore_index=True)
    naive = rows.astype(object)
    for column in (*COMPARED, *BASELINES):
        naive[column] = [str(value) if value >= 10 else KEPT_BACK for value in rows[column]]
    assert attack(frame, naive, 10, [0 * DAY])


def test_no_sum_of_any_size_gives_a_kept_back_count_away():
    """Whatever is kept back is no combination at all of what is shown, by rank over every district, word and day."""
    frame = victims(1500, 56)
    by = ["district", "offense_group"]
    known = {"as_of": AS_OF, "by": by, "groups": GROUPS, "columns": EVERY}
    shown = public_victims(frame, **known, issue_days=None)
    cells, counts = cells_of(frame)
    regions, hidden = [], []
    for row in shown.to_dict("records"):
        for column in set(row) & {*COMPARED, *BASELINES}:
            if isinstance(row[column], str):
                region = told(cells, row, column, 0 * DAY)
                if row[column] != KEPT_BACK:
                    regions.append(region)
                elif region @ counts < 10:
                    hidden.append(region)
    assert len(regions) > 3
    assert len(hidden) > 20
    patterns = np.unique(np.array([*regions, *hidden], dtype=np.int8), axis=1).astype(float)
    published = patterns[: len(regions)]
    rank = np.linalg.matrix_rank(published)
    for region in patterns[len(regions) :]:
        assert np.linalg.matrix_rank(np.vstack([published, region])) == rank + 1


def test_what_is_shown_is_what_was_counted():
    frame = victims(60_000, 57)
    known = {"as_of": AS_OF, "groups": GROUPS}
    shown = public_victims(frame, by=["district"], columns=EVERY, **known)
    counts = compare(frame, by=["district"], **known)
    total = compare(frame, by=[], **known).assign(district=ALL_DISTRICTS)
    joined = pd.concat([counts, total]).merge(shown, on="district", suffixes=("", "_shown"))
    assert len(joined) == len(shown) == 4
    for column in COMPARED:
        for number, words in zip(joined[column], joined[f"{column}_shown"], strict=True):
            assert words in (f"{number:,}", KEPT_BACK)
            assert number >= 10 or words == KEPT_BACK
    for column in BASELINES:
        for number, words in zip(joined[column], joined[f"{column}_shown"], strict=True):
            assert words in (f"{number:,.1f}", KEPT_BACK)
    usual = public_victims(frame, by=["district"], **known)
    assert usual.columns.tolist() == ["district", *SHOWN_PUBLICLY]
    assert usual.ne(KEPT_BACK).all(axis=None), "large counts are shown"


def test_none_and_few_victims_are_not_shown():
    shown = public_victims(victims(5, 58), as_of=AS_OF, by=["district"])
    assert (shown[list(SHOWN_PUBLICLY)] == KEPT_BACK).all(axis=None)
    nothing = public_victims(victims(5, 58).iloc[:0], as_of=AS_OF)
    assert nothing.values.tolist() == [[KEPT_BACK] * len(SHOWN_PUBLICLY)]


def test_what_is_not_covered_stays_missing():
    frame = victims(30_000, 59)
    changed = SeriesBreak(pd.Timestamp("2026-01-01"), "new records system")
    shown = public_victims(frame, as_of=AS_OF, breaks=[changed], covered_from=pd.Timestamp("2025-01-01")).iloc[0]
    assert pd.isna(shown["last_12_months_prior"])
    assert shown["year_to_date"] != KEPT_BACK


def test_later_rows_do_not_change_the_answer():
    frame = victims(3000, 60).assign(entered_at=pd.NaT)
    later = frame.sample(50, random_state=1).assign(entered_at=AS_OF)
    known = {"as_of": AS_OF, "by": ["district"], "groups": GROUPS}
    pd.testing.assert_frame_equal(public_victims(frame, **known), public_victims(pd.concat([frame, later]), **known))


def test_wrong_use_is_refused():
    frame = victims(50, 61)
    with pytest.raises(UsageError, match="district and offense_group alone"):
        public_victims(frame, as_of=AS_OF, by=["beat"])
    with pytest.raises(UnknownName, match="Did you mean 'week'"):
        public_victims(frame, as_of=AS_OF, columns=["weak"])
    with pytest.raises(UsageError, match="at least 1"):
        public_victims(frame, as_of=AS_OF, minimum_cell=0)
