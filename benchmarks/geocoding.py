"""Ten million addresses geocoded: this suite beside what others take to parse alone, same strings, one run.

    python benchmarks/geocoding.py [--reference docs/examples/san_francisco.toml] [--rows 10000000] [--distinct 1200000]
                                   [--parsed 20000] [--threads 2] [--others PYTHON]

Writes addresses, blocks and crossings as officers do from the reference's own streets (units, other separators, one in
fifty misspelled), each distinct string some eight times in random order. Then, each in a process of its own:

- `usaddress`: `usaddress.tag` of some of them; strings that it refuses are counted and cost their time too;
- `scourgify`: `normalize_address_record` of the same. It pins its own usaddress, so both may be run by another interpreter:
  `python -m venv V && V/bin/pip install usaddress-scourgify`, then `--others V/bin/python`;
- `parse`: this suite's parser of the same strings, and of all distinct ones;
- `geocode`: all rows, the reference opened from its built form and made ready in the time, a frame of every column at the end.

Prints rows and distinct strings a second and the peak memory of each process. The bar: 10 s and 4 GiB for ten million rows
on two cores. Strings made so measure speed, not accuracy: `docs/methods/geocoding.md` has the accuracy.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather

from pcanalytics.geocoding import Reference, geocode
from pcanalytics.geocoding.parsing import parse
from pcanalytics.store.reference_file import read_reference_file
from pcanalytics.workflows.geocoding_reference import open_reference

SEPARATORS = (" / ", " & ", " AND ", " @ ", "/", " AT ")
BLOCKS = (" Block of ", " BLK ", " BLOCK ")
OTHERS = """
import importlib, sys, time
read = getattr(importlib.import_module(sys.argv[2]), sys.argv[3])
rows, failed, start = open(sys.argv[1]).read().split("\\n"), 0, time.perf_counter()
for row in rows:
    try:
        read(row)
    except Exception:
        failed += 1
print(time.perf_counter() - start, failed)
"""


def written_addresses(reference: Reference, distinct: int, rng: np.random.Generator) -> np.ndarray:
    """Write distinct strings: of ten, eight addresses, one crossing, one block."""
    streets = reference.streets["written"].to_numpy(zero_copy_only=False).astype(str)
    low, high, street = (reference.ranges[name].to_numpy() for name in ("low", "high", "street_id"))
    count = int(1.3 * distinct)
    one = rng.integers(0, len(low), count)
    number = low[one] + rng.integers(0, 1000, count) % (high[one] - low[one] + 1)
    units = np.char.add(rng.choice([" APT ", " #", " UNIT "], count), rng.integers(1, 400, count).astype(str))
    units = np.where(rng.random(count) < 0.8, units, "")
    where = streets[street[one]]
    addresses = np.char.add(np.char.add(np.char.add(number.astype(str), " "), where), units)
    few = count // 10
    a, b = (streets[reference.crossings[name].to_numpy()] for name in ("street_a", "street_b"))
    pair = rng.integers(0, len(a), few)
    crossings = np.char.add(np.char.add(a[pair], rng.choice(SEPARATORS, few)), b[pair])
    hundred = (number[:few] // 100 * 100).astype(str)
    blocks = np.char.add(np.char.add(hundred, rng.choice(BLOCKS, few)), where[:few])
    wrong = np.char.replace(addresses[: count // 50], "A", "E", 1)
    strings = np.unique(np.concatenate([addresses, crossings, blocks, wrong]))
    return rng.permutation(strings)[:distinct]


def peak_gib() -> float:
    """Give the most memory this process ever held; on Linux its own, not what it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024**2
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def measure(step: str, *arguments: str) -> dict[str, float]:
    """Run one step of this file in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--step", step, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def run_parse(folder: Path, threads: int) -> dict[str, float]:
    some = pa.array((folder / "some.txt").read_text().split("\n"))
    strings = feather.read_table(folder / "strings.feather")["string"].combine_chunks()
    parse(some.slice(0, 100))
    start = time.perf_counter()
    parse(some)
    middle = time.perf_counter()
    parse(strings)
    end = time.perf_counter()
    return {"rows": len(some), "seconds": middle - start, "all": len(strings), "all_seconds": end - middle}


def run_geocode(folder: Path, threads: int) -> dict[str, float]:
    reference = pickle.loads((folder / "reference.pickle").read_bytes())
    rows = feather.read_table(folder / "rows.feather", memory_map=False)["address"]
    start = time.perf_counter()
    found = geocode(rows, reference, threads=threads)
    seconds = time.perf_counter() - start
    hit = float((found["status"] == "M").mean())
    strings = feather.read_table(folder / "strings.feather")["string"].combine_chunks()
    start = time.perf_counter()
    geocode(strings, reference, threads=threads)
    return {"rows": len(found), "seconds": seconds, "hit": hit, "once_seconds": time.perf_counter() - start}


def write_rows(folder: Path, reference: Reference, rows: int, distinct: int, parsed: int) -> None:
    """Write what every process reads: all rows as plain text columns, the distinct strings, some of them."""
    rng = np.random.default_rng(20261124)
    strings = written_addresses(reference, distinct, rng)
    which = np.concatenate([np.arange(len(strings)), rng.integers(0, len(strings), rows - len(strings))])
    which = rng.permutation(which).astype(np.int32)
    listed = pa.array(strings.tolist(), pa.string())
    feather.write_feather(pa.table({"string": listed}), folder / "strings.feather")
    parts = [listed.take(pa.array(part)) for part in np.array_split(which, 20)]
    feather.write_feather(pa.table({"address": pa.chunked_array(parts)}), folder / "rows.feather", compression="lz4")
    (folder / "some.txt").write_text("\n".join(strings[:parsed].tolist()))
    (folder / "reference.pickle").write_bytes(pickle.dumps(reference))


def report(name: str, rows: float, seconds: float, more: str = "") -> None:
    print(f"{name:<34} {rows:>12,.0f} strings {seconds:8.2f} s {rows / seconds:>13,.0f}/s  {more}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reference", default="docs/examples/san_francisco.toml")
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--distinct", type=int, default=1_200_000)
    options.add_argument("--parsed", type=int, default=20_000)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--others", default=sys.executable, help="an interpreter that has usaddress and scourgify")
    options.add_argument("--step", help=argparse.SUPPRESS)
    options.add_argument("--folder", help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.step:
        folder = Path(args.folder)
        done = {"parse": run_parse, "geocode": run_geocode}[args.step](folder, args.threads)
        peak = peak_gib()
        print(json.dumps(done | {"gib": peak}))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        reference = open_reference(read_reference_file(Path(args.reference)), cache=folder / "reference")
        write_rows(folder, reference, args.rows, args.distinct, args.parsed)
        shared = ("--folder", made, "--threads", str(args.threads))
        for module, function in (("usaddress", "tag"), ("scourgify", "normalize_address_record")):
            command = [args.others, "-c", OTHERS, str(folder / "some.txt"), module, function]
            other = subprocess.run(command, capture_output=True, text=True)
            if other.returncode:
                print(f"{module}.{function}: not there for {args.others}; see --others")
                continue
            seconds, failed = map(float, other.stdout.split())
            report(f"{module}.{function}", args.parsed, seconds, f"{failed:,.0f} refused")
        ours = measure("parse", *shared)
        report("parse, the same strings", ours["rows"], ours["seconds"])
        report("parse, all distinct strings", ours["all"], ours["all_seconds"], f"peak {ours['gib']:.2f} GiB")
        done = measure("geocode", *shared)
        report("geocode, all rows", done["rows"], done["seconds"], f"peak {done['gib']:.2f} GiB, {done['hit']:.1%} hit")
        report("geocode, each string once", args.distinct, done["once_seconds"])


if __name__ == "__main__":
    main()
