"""C-68: planted names and birth dates are in nothing that linking, reviewing and undoing leave or say, but the reviewer's own files."""

from __future__ import annotations

import bz2
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pcanalytics.store import Workspace, open_workspace
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.starting import build_sample

from .planted import ROOT, agency
from .test_c68_canaries import canaries

pytestmark = pytest.mark.slow

#: A surname, a given name, a street and a birth date that are nobody else's.
SURNAME, GIVEN, STREET, BORN = "QZXSURNAME", "QZXGIVEN", "QZXSTREET", "1913-05-07"


def run(city: Workspace, *words: str) -> tuple[int, str]:
    """Run a command as a process, and give its exit code and everything it wrote to its terminal."""
    command = [sys.executable, "-m", "pcanalytics", *words, "--workspace", str(city.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Workspace:
    """A made-up city in which every twentieth person of either agency bears the planted name and birth date."""
    folder = tmp_path_factory.mktemp("planted") / "city"
    build_sample(out=folder, people=6_000, incidents=3_000, seed=7)
    _plant(folder / "extracts" / "rms_people.csv.bz2")
    opened = open_workspace(folder)
    load(opened, extracts_of(opened))
    return opened


def _plant(path: Path) -> None:
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    planted = {"LAST": SURNAME, "FIRST": GIVEN, "DOB": "05/07/1913", "HOME_ADDR": f"12 {STREET} ST"}
    for name, value in planted.items():
        rows.loc[rows.index % 20 == 0, name] = value
    path.write_bytes(bz2.compress(rows.to_csv(index=False, lineterminator="\n").encode("utf-8")))


@pytest.fixture(scope="module")
def said(city, tmp_path_factory) -> str:
    """Everything that a round of linking, reviewing, undoing, and all kinds of wrong use said."""
    out, texts = tmp_path_factory.mktemp("files"), []
    queue, bad, labels = out / "queue.csv", out / "bad.csv", out / "labels.csv"

    def do(expected: int, *words: str) -> None:
        code, text = run(city, *words)
        assert code == expected, (words, text)
        texts.append(text)

    do(0, "link")
    do(0, "link", "review", "--out", str(queue), "--limit", "100000")
    do(0, "link", "review", "--dashboard", str(out / "for_review"))
    shown = pd.read_csv(queue, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    bad.write_text(f"decision,a,b\n{SURNAME},{GIVEN},{BORN}\nlink,{SURNAME},{GIVEN}\n", encoding="utf-8")
    do(3, "link", "review", "--decided", str(bad), "--by", SURNAME)
    shown.loc[0, ["decision", "why"]] = ["not_a_link", f"{SURNAME} {BORN}"]
    shown.to_csv(queue, index=False)
    do(0, "link", "review", "--decided", str(queue), "--by", SURNAME)
    do(2, "link", "undo", SURNAME, GIVEN)
    do(2, "link", "undo", "--person", SURNAME)
    do(0, "link", "undo", "--take-back", "--why", SURNAME)
    labels.write_text(f"record_key,true_person\n{SURNAME},{GIVEN}\n", encoding="utf-8")
    do(3, "link", "quality", "--labels", str(labels))
    do(0, "link", "quality", "--sample", str(out / "sample.csv"), "--size", "50")
    do(0, "link", "--retrain")
    return "\n".join(texts)


def test_the_planted_name_is_compared_at_all(said, city):
    assert "records" in said
    assert SURNAME in pd.read_csv(city.root / "extracts" / "rms_people.csv.bz2", dtype=str).to_string()


def test_nothing_said_holds_a_planted_name_or_birth_date(said):
    assert canaries(said) == set()


def test_nothing_kept_beside_the_store_holds_one(said, city):
    """What is not looked at: the store itself, and the decisions' own words, which are the reviewer's."""
    looked = set()
    for path in sorted(city.state.rglob("*")):
        if not path.is_file() or path.name.startswith("store."):
            continue
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            text = "\n".join(table[name].cast("string").to_pandas().str.cat(sep="\n") for name in table.column_names)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        if path.name == "decisions.jsonl":
            text = re.sub(r'"(by|why)": "[^"]*"', "", text)
        looked.add(path.name)
        assert canaries(text) == set(), path.name
    assert {"audit.jsonl", "model.json", "pairs.parquet", "records.parquet", "decisions.jsonl"} <= looked


def test_an_agency_whose_every_text_is_a_canary_says_none(tmp_path):
    """Records that differ in nothing: whatever becomes of linking them, nothing of them is said."""
    made = agency(tmp_path / "agency", offenses=300)
    code, text = run(made, "link")
    assert code in (0, 3), text
    assert "unforeseen" not in text
    assert canaries(text) == set()
    for path in made.state.rglob("audit*.jsonl"):
        assert canaries(path.read_text("utf-8")) == set()
