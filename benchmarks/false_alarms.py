"""False alarms and power of the CompStat signals, beside the rules in common use, in one run.

    python benchmarks/false_alarms.py [--reports 400] [--permutations 400] [--data ../shared/data] [--processes 2]

1. Simulated reports of 20 districts by 8 offense groups (160 rows) in which nothing changes: season of 15 percent up and
   down, counts overdispersed (negative binomial, k = 25), a slow trend of each row's own (up to 5 percent a year). Prints
   false alerts and watches a report, and how often a real change is seen, beside three rules that compare
   with the same 28 days of last year: 20 percent or more, z = 2 (sqrt now - sqrt then) above 3, and that z over sqrt 2.
2. The same under other conditions: small and large counts, other overdispersion, season and length of history.
3. Real counts (St. Louis; Portland and Chicago) whose weeks are shuffled, so that no real change is left.
   `free`: one random order of all weeks, the same for every row of a report. `in season`: weeks change places only with
   weeks of the same quarter of the year, so the season stays. Windows of 28 days are made of the shuffled weeks and the
   last is judged. Compared with what the ranges themselves leave outside, which is below the level because
   counts are whole numbers.

Every number comes with its Monte Carlo error: the standard deviation of a report's mean over reports, by its root.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from pcanalytics.compstat import SignalRule
from pcanalytics.compstat.judge import judge_counts, level_of

RULE = SignalRule()
YEAR = 365.25 / 28
GROUP_MEANS = (2, 6, 9, 14, 25, 45, 70, 120)
CHANGES = {"robbery 6 to 12": (6, 12), "robbery 6 to 18": (6, 18), "burglary 14 to 28": (14, 28)} | {
    "theft 45 to 72": (45, 72),
    "robbery 12 to 3": (12, 3),
    "theft 45 to 22": (45, 22),
}
COPIES = 10  # of each change in a report
RULES = ("alert", "watch", "percent", "z", "z / sqrt 2")


def simulate(
    rng: np.random.Generator,
    means: np.ndarray,
    *,
    windows: int,
    k: float,
    season: float,
    trend: float,
    factors: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Draw counts by row and window, the current one last, its mean multiplied by ``factors``."""
    place = np.arange(windows + 1) - windows
    turn = rng.uniform(0, 2 * np.pi)
    slopes = rng.uniform(-trend, trend, len(means))
    expected = means[:, None] * (1 + season * np.sin(2 * np.pi * place / YEAR + turn))
    expected = expected * np.exp(slopes[:, None] * place / YEAR)
    expected[:, -1] *= factors
    lumps = rng.gamma(k, 1 / k, expected.shape) if np.isfinite(k) else 1.0
    return rng.poisson(expected * lumps)


def judge(counts: np.ndarray, outside: bool = False) -> np.ndarray:
    """Give the level of each row's last count: 2 alert, 1 watch, 0 neither; signed by side.

    With ``outside`` also what each row's ranges leave outside by their own account, for alert and watch.
    """
    judged = judge_counts(list(counts[:, :-1]), counts[:, -1].tolist(), rule=RULE)
    found = np.zeros((len(counts), 3))
    for row, judgment in enumerate(judged.judgments):
        assert judgment is not None
        level, side = level_of(int(counts[row, -1]), judgment.watch, judgment.alert)
        found[row, 0] = {"alert": 2, "watch": 1, "usual": 0}[level] * (-1 if side == "below" else 1)
        if outside:
            fit, place = judged.fits[row]
            mixture = fit.predict(place)
            for column, span in ((1, judgment.alert), (2, judgment.watch)):
                found[row, column] = mixture.above(span.high) + (1 - mixture.above(span.low - 1) if span.low else 0)
    return found if outside else found[:, 0]


def usual_rules(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Signed flags of the three rules that compare with the same 28 days of last year, 13 windows before."""
    now, then = counts[:, -1].astype(float), counts[:, -14].astype(float)
    z = 2 * (np.sqrt(now) - np.sqrt(then))
    changed = np.abs(now - then) >= 0.2 * then
    return {
        "percent": np.where(changed & (now != then), np.sign(now - then), 0),
        "z": np.where(np.abs(z) > 3, np.sign(z), 0),
        "z / sqrt 2": np.where(np.abs(z) > 3 * np.sqrt(2), np.sign(z), 0),
    }


def flags(counts: np.ndarray) -> dict[str, np.ndarray]:
    levels = judge(counts)
    mine = {"alert": np.where(np.abs(levels) == 2, np.sign(levels), 0), "watch": np.sign(levels)}
    return mine | usual_rules(counts)


def one_report(seed: int, *, windows: int = 39) -> dict[str, list[float]]:
    """One report in which nothing changes, and beside it rows in which something does."""
    rng = np.random.default_rng([1, seed])
    world = {"windows": windows, "k": 25, "season": 0.15, "trend": 0.05}
    means = np.repeat(np.array(GROUP_MEANS, dtype=float), 20) * rng.uniform(0.7, 1.3, 8 * 20)
    still = flags(simulate(rng, means, **world))
    before = np.repeat([before for before, _ in CHANGES.values()], COPIES).astype(float)
    after = np.repeat([after for _, after in CHANGES.values()], COPIES)
    moved = flags(simulate(rng, before, factors=after / before, **world))
    side = np.sign(after - before)
    seen = {name: (moved[name] == side).reshape(len(CHANGES), COPIES).mean(axis=1) for name in RULES}
    return {name: [np.abs(still[name]).sum(), (still[name] > 0).sum(), *seen[name]] for name in RULES}


def one_condition(job: tuple[dict[str, object], int]) -> list[float]:
    world, seed = job
    rng = np.random.default_rng([2, seed])
    means = np.asarray(world["means"], dtype=float)
    rest = {name: value for name, value in world.items() if name != "means"}
    levels = np.abs(judge(simulate(rng, np.repeat(means, 160 // len(means)), **rest)))
    return [(levels == 2).mean(), (levels > 0).mean()]


def weekly_counts(data: Path) -> dict[str, pd.DataFrame]:
    """Counts by row and week, oldest first, of the cities that are there; the last week ends on a Sunday."""
    found = {}
    louis = data / "hotspots" / "stl_crimes_2016_2018h1.parquet"
    if louis.exists():
        rows = pd.read_parquet(louis)
        rows = rows.assign(day=rows["date_occur"].dt.normalize(), place=rows["district"])
        city = rows.assign(place="city")
        found["St. Louis, 10 groups, city and districts"] = by_week(
            pd.concat([city, rows[rows["district"] > 0]]), ["place", "ucr_cat"], "2016-01-04", "2018-06-25"
        )
        found["St. Louis, 10 groups, neighborhoods"] = by_week(
            rows[rows["neighborhood"] > 0], ["neighborhood", "ucr_cat"], "2016-01-04", "2018-06-25"
        )
    portland = data / "hotspots" / "portland_nij_burglary_autotheft_2012_2017feb.csv"
    if portland.exists():
        rows = pd.read_csv(portland).assign(count=1)
        rows["day"] = pd.to_datetime(rows["occ_date"])
        rows["place"] = rows["x_ft"] // 8000 * 1000 + rows["y_ft"] // 8000
        found["Portland, 2 groups, squares of 2.4 km"] = by_week(
            rows, ["category", "place"], "2014-02-10", "2017-02-27"
        )
    chicago = data / "hotspots" / "chicago_burglary_2014_2017h1.csv.gz"
    if chicago.exists():
        rows = pd.read_csv(chicago).assign(count=1)
        rows["day"] = pd.to_datetime(rows["date_single"], format="%d/%m/%Y")
        rows["place"] = rows["x"] // 2000 * 1000 + rows["y"] // 2000
        found["Chicago, burglary, squares of 2 km"] = by_week(rows, ["place"], "2014-05-26", "2017-06-19")
    return found


def by_week(rows: pd.DataFrame, keys: list[str], first: str, end: str) -> pd.DataFrame:
    """Sum counts by keys and Monday week; rows with fewer than 10 in all are left out, as the page calls them too few."""
    rows = rows[(rows["day"] >= first) & (rows["day"] < end)]
    weeks = ((rows["day"] - pd.Timestamp(first)).dt.days // 7).rename("week")
    counts = rows.groupby([*(rows[key].astype(str) for key in keys), weeks])["count"].sum().unstack(fill_value=0)
    counts = counts.reindex(columns=range((pd.Timestamp(end) - pd.Timestamp(first)).days // 7), fill_value=0)
    counts = counts.clip(lower=0).astype(int)
    counts.columns = pd.date_range(first, periods=counts.shape[1], freq="7D")
    return counts[counts.sum(axis=1) >= 10]


def shuffled(weekly: pd.DataFrame, rng: np.random.Generator, in_season: bool) -> np.ndarray:
    """Shuffle the weeks, the same way in every row, and add up windows of four, back from the last."""
    order = np.arange(weekly.shape[1])
    quarters = weekly.columns.quarter if in_season else np.zeros(weekly.shape[1])
    for quarter in np.unique(quarters):
        places = np.flatnonzero(quarters == quarter)
        order[places] = rng.permutation(places)
    counts = weekly.to_numpy()[:, order]
    counts = counts[:, counts.shape[1] % 4 :]
    return counts.reshape(len(counts), -1, 4).sum(axis=2)


def one_permutation(job: tuple[pd.DataFrame, bool, int]) -> list[float]:
    weekly, in_season, seed = job
    found = judge(shuffled(weekly, np.random.default_rng([3, seed]), in_season), outside=True)
    levels = np.abs(found[:, 0])
    return [(levels == 2).mean(), (levels > 0).mean(), *found[:, 1:].mean(axis=0)]


def mean_and_error(values: Iterable[Iterable[float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(list(values), dtype=float)
    return table.mean(axis=0), table.std(axis=0, ddof=1) / np.sqrt(len(table))


def print_reports(run: Callable[..., list], reports: int, windows: int) -> None:
    print(f"\n1. {reports} reports of 160 rows, {windows} windows of history, nothing changed")
    found = run(functools.partial(one_report, windows=windows), range(reports))
    print(
        f"{'rule':12s} {'false flags a report':>20s} {'of them above':>14s} {'reports with any':>17s}   "
        + "  ".join(CHANGES)
    )
    for name in RULES:
        mean, error = mean_and_error([each[name] for each in found])
        any_flag = np.mean([each[name][0] > 0 for each in found])
        seen = "  ".join(f"{value:{len(title)}.2f}" for value, title in zip(mean[2:], CHANGES, strict=True))
        print(f"{name:12s} {mean[0]:11.3f} +- {error[0]:5.3f} {mean[1]:14.3f} {any_flag:17.0%}   {seen}")
    print("watch counts alerts too; a change is seen when it is flagged on its own side")


def print_conditions(run: Callable[..., list], reports: int) -> None:
    usual = {"means": GROUP_MEANS, "windows": 39, "k": 25, "season": 0.15, "trend": 0.05}
    conditions: dict[str, dict[str, object]] = {"as above": {}}
    conditions |= {f"mean {mean:g}": {"means": (mean,)} for mean in (0.3, 1, 2, 6, 14, 45, 120, 1000)}
    conditions |= {f"k = {k:g}": {"k": k} for k in (5, 10, 50, 100, np.inf)}
    conditions |= {
        "no season": {"season": 0},
        "season 40%": {"season": 0.4},
        "season 40%, k = 10": {"season": 0.4, "k": 10},
    }
    conditions |= {"trend to 20% a year": {"trend": 0.2}}
    conditions |= {f"{windows} windows": {"windows": windows} for windows in (8, 12, 20, 26)}
    conditions |= {f"{windows} windows, season 40%": {"windows": windows, "season": 0.4} for windows in (12, 26)}
    print(
        f"\n2. Share of rows flagged with nothing changed, in 10,000 ({reports * 160:,} rows a line; levels: 27 and 100)"
    )
    print(f"{'condition':28s} {'alert':>14s} {'watch':>14s}")
    for title, other in conditions.items():
        mean, error = mean_and_error(run(one_condition, [(usual | other, seed) for seed in range(reports)]))
        mean, error = 1e4 * mean, 1e4 * error
        print(f"{title:28s} {mean[0]:7.1f} +- {error[0]:3.1f} {mean[1]:7.1f} +- {error[1]:3.1f}")


def print_permutations(run: Callable[..., list], cities: dict[str, pd.DataFrame], permutations: int) -> None:
    print("\n3. Real counts, weeks shuffled: share of rows flagged, in 10,000 (levels: 27 and 100)")
    print(f"{'rows':42s} {'shuffled':10s} {'alert':>14s} {'by its range':>13s} {'watch':>14s} {'by its range':>13s}")
    for title, weekly in cities.items():
        number = max(20, min(permutations, 40_000 // len(weekly)))
        for in_season in (False, True):
            jobs = [(weekly, in_season, seed) for seed in range(number)]
            mean, error = mean_and_error(run(one_permutation, jobs))
            mean, error = 1e4 * mean, 1e4 * error
            print(
                f"{title:42s} {'in season' if in_season else 'free':10s} {mean[0]:7.1f} +- {error[0]:3.1f} {mean[2]:13.1f}"
                f" {mean[1]:7.1f} +- {error[1]:3.1f} {mean[3]:13.1f}   {len(weekly)} rows, {number} times"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=400)
    parser.add_argument("--permutations", type=int, default=400)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        run = functools.partial(pool.map, chunksize=4)
        print_reports(run, chosen.reports, 39)
        print_reports(run, chosen.reports // 2, 26)
        print_conditions(run, chosen.reports // 8)
        print_permutations(run, weekly_counts(chosen.data), chosen.permutations)
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
