"""Millions of person records linked: this suite beside plain Splink, same records, one run.

    python benchmarks/linkage_millions.py [--records 2400000] [--seed 1] [--threads 2] [--cache FOLDER] [--only plain|ours]

Records come from the made-up city's own generator (`many_people.py`). Then, each in a process of its own:

- `plain`: Splink as its own tutorial has it: names, birth date, number, sex and address compared, four blocking rules, u from
  random pairs, m by two EM passes, `predict` above 0.01, clusters at 0.95;
- `ours`: `prepare`, `train`, `score`, `resolve`.

Prints the seconds of each step, records a second, the peak memory of each process, the pairs above 0.5 and the share of them
that are right, and ratios. The bar: 60 s and 6 GiB on two cores for 2.4 million records. Other processes on the machine make
all figures worse; the ratios suffer less. The cache holds the made-up records, so that a second run need not make them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from many_people import many_people

PLAIN_RULES = (("sid",), ("surname", "birth_date"), ("given_name", "birth_date"), ("surname", "given_name", "address"))
PLAIN_COLUMNS = ("record_key", "given_name", "surname", "middle_name", "birth_date", "sex", "sid", "address")


def peak_gib() -> float:
    """Give the most memory this process ever held."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024**2


class Watch:
    """Seconds of each step, in order."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._at = time.perf_counter()

    def step(self, name: str) -> None:
        now = time.perf_counter()
        self.steps[name] = now - self._at
        self._at = now


def run_plain(folder: Path, threads: int) -> dict[str, Any]:
    """Link with plain Splink."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    watch = Watch()
    link = duckdb.connect(":memory:")
    link.execute(f"SET threads = {threads}")
    link.execute(f"SET temp_directory = '{folder / 'spill'}'")
    wanted = ", ".join(f"nullif({name}, '') AS {name}" for name in PLAIN_COLUMNS)
    link.execute(f"CREATE TABLE people AS SELECT {wanted} FROM read_parquet('{folder / 'people.parquet'}')")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_key",
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("middle_name"),
            cl.ExactMatch("sid"),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("address"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in PLAIN_RULES],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI(connection=link)
    linker = Linker(api.register("people"), settings)
    watch.step("read")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("sid"), block_on("surname", "given_name", "birth_date")], recall=0.8
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "surname"))
    training.estimate_parameters_using_expectation_maximisation(block_on("sid"))
    watch.step("train")
    found = linker.inference.predict(threshold_match_probability=0.01)
    watch.step("predict")
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(found, 0.95)
    watch.step("cluster")
    counted = link.sql(
        f"""SELECT count(*), sum((a.true_person = b.true_person)::int)
            FROM {found.physical_name} AS f
            JOIN read_parquet('{folder / "people.parquet"}') AS a ON a.record_key = f.record_key_l
            JOIN read_parquet('{folder / "people.parquet"}') AS b ON b.record_key = f.record_key_r
            WHERE f.match_probability > 0.5"""
    ).fetchall()[0]
    people = link.sql(f"SELECT count(DISTINCT cluster_id) FROM {groups.physical_name}").fetchall()[0][0]
    scored = link.sql(f"SELECT count(*) FROM {found.physical_name}").fetchall()[0][0]
    return {"steps": watch.steps, "scored": scored, "pairs": counted[0], "right": counted[1], "groups": people}


def run_ours(folder: Path, threads: int) -> dict[str, Any]:
    """Link with this suite."""
    from pcanalytics.linkage.preparing import prepare
    from pcanalytics.linkage.scoring import score
    from pcanalytics.linkage.training import train

    people = pd.read_parquet(folder / "people.parquet")
    truth = people.pop("true_person").to_numpy()
    keys = people["record_key"].to_numpy()
    aliases = pd.read_parquet(folder / "aliases.parquet")
    watch = Watch()
    prepared = prepare(people, aliases=aliases)
    del people
    watch.step("prepare")
    model = train(prepared)
    watch.step("train")
    pairs = score(prepared, model, threads=threads)
    watch.step("score")
    groups = _resolved(prepared, pairs, model, watch)
    order = np.argsort(keys.astype(str), kind="stable")
    who = truth[order]
    likely = pairs.filter(pa.compute.greater(pairs["match_probability"], 0.5))
    right = int((who[likely["left"].to_numpy()] == who[likely["right"].to_numpy()]).sum())
    return {"steps": watch.steps, "scored": len(pairs), "pairs": len(likely), "right": right, "groups": groups}


def _resolved(prepared: Any, pairs: pa.Table, model: Any, watch: Watch) -> int:
    from pcanalytics.linkage.resolving import resolve

    found = resolve(prepared, pairs, model)
    watch.step("resolve")
    return len(np.unique(found.person))


def make_records(folder: Path, records: int, seed: int) -> int:
    """Write the made-up records, unless they are there; give how many pairs of them are one person's."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "people.parquet").exists():
        people, aliases = many_people(records, seed)
        aliases.to_parquet(folder / "aliases.parquet")
        people.to_parquet(folder / "people.parquet")
    counts = np.bincount(pq.read_table(folder / "people.parquet", columns=["true_person"])[0].to_numpy())
    return int((counts * (counts - 1) // 2).sum())


def report(name: str, records: int, true_pairs: int, done: dict[str, Any]) -> None:
    seconds = sum(done["steps"].values())
    steps = ", ".join(f"{step} {taken:.1f}" for step, taken in done["steps"].items())
    print(f"{name:<6} {seconds:7.1f} s  {records / seconds:9,.0f} records/s  peak {done['gib']:.2f} GiB   ({steps})")
    print(
        f"       {done['scored']:,} pairs kept; {done['pairs']:,} above 0.5, of them {done['right'] / done['pairs']:.4f} right, "
        f"{done['right'] / true_pairs:.4f} of all true pairs; {done['groups']:,} groups"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=2_400_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "linkage_millions")
    options.add_argument("--only", choices=("plain", "ours"))
    options.add_argument("--step", help=argparse.SUPPRESS)
    args = options.parse_args()
    folder = args.cache / f"{args.records}_{args.seed}"
    if args.step:
        done = {"plain": run_plain, "ours": run_ours}[args.step](folder, args.threads)
        print(json.dumps(done | {"gib": peak_gib()}))
        return
    true_pairs = make_records(folder, args.records, args.seed)
    results = {}
    for step in (args.only,) if args.only else ("plain", "ours"):
        command = [sys.executable, __file__, "--step", step, "--records", str(args.records), "--seed", str(args.seed)]
        command += ["--threads", str(args.threads), "--cache", str(args.cache)]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode:
            raise SystemExit(ran.stderr)
        results[step] = json.loads(ran.stdout.splitlines()[-1])
        report(step, args.records, true_pairs, results[step])
    if len(results) == 2:
        seconds = [sum(results[step]["steps"].values()) for step in ("plain", "ours")]
        memory = [results[step]["gib"] for step in ("plain", "ours")]
        print(f"ours / plain: {seconds[1] / seconds[0]:.2f} of the time, {memory[1] / memory[0]:.2f} of the memory")


if __name__ == "__main__":
    main()
