"""C-68: what no page may show is planted in every column of every table, and looked for in everything a run leaves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcanalytics import runs
from pcanalytics.runs import RunFailed
from pcanalytics.store import Workspace

from .planted import BIRTHS, CANARY, INSIDE, ROOT, agency, declared

WEEK = "2026-W47"
NOTEBOOK = ROOT / "notebooks" / "09_weekly_compstat.ipynb"


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Workspace:
    made = agency(tmp_path_factory.mktemp("canaries") / "agency")
    (made.root / "comments" / f"{WEEK}-{CANARY}NAMEOFAFILE.md").write_text(f"{CANARY}COMMENT", encoding="utf-8")
    return made


ISSUE = """
import sys
from pcanalytics.store import open_workspace
from pcanalytics.workflows import issue_weekly_compstat
print(issue_weekly_compstat(open_workspace(sys.argv[1]), week=sys.argv[2], keep_notebooks=True, tell=print))
"""


@pytest.fixture(scope="module")
def issued(planted) -> tuple[Path, str]:
    """The folder of the week, and everything the run and its kernels wrote to their terminal."""
    command = [sys.executable, "-c", ISSUE, str(planted.root), WEEK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[-1]).parent, done.stdout + done.stderr


def left_by(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder as text, and every part of every workbook."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.relative_to(folder).as_posix(), content.decode("utf-8", "replace")
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as book:
                    for name in book.namelist():
                        yield f"{path.name}/{name}", book.read(name).decode("utf-8", "replace")


def canaries(text: str) -> set[str]:
    found = set(re.findall(rf"{CANARY}\w*", text, re.IGNORECASE))
    return found | {day for day in BIRTHS if day in text}


def test_every_text_of_every_table_holds_a_canary(planted):
    for table in declared():
        written = (planted.root / f"{table.name}.csv").read_text("utf-8")
        header = written.splitlines()[0].split(",")
        shown = {"incidents": {"address", "district", "beat"}, "arrests": {"district", "beat"}}
        shown["calls"] = {"address", "district", "beat", "call_type", "incident_id"}
        for column in table.columns:
            if column.kind in ("id", "text") and column.name in header and column.name not in shown.get(table.name, ()):
                name = column.name.replace("_", "")
                assert re.search(rf"{CANARY}({table.name.replace('_', '')}{name}|{name}\d)", written), (
                    table.name,
                    column.name,
                )
        assert "birth_date" not in header or BIRTHS[0] in written
    assert canaries("a qzxname b") == {"qzxname"}


def test_no_canary_is_in_anything_a_run_leaves(issued):
    folder, said = issued
    texts = dict(left_by(folder.parent))
    kinds = {Path(name).suffix for name in texts}
    assert {".html", ".xlsx", ".csv", ".json", ".ipynb", ".xml"} <= kinds
    assert any(name.startswith("runs/") and name.endswith("run.json") for name in texts)
    found = {name: canaries(name + text) for name, text in texts.items() if canaries(name + text)}
    assert found == {}
    assert "1 comment file(s) on 2026-W47 stand on no page" in texts[f"runs/{WEEK}/run.json"]
    assert "Note: 1 comment file(s) on 2026-W47 stand on no page" in said
    assert "Harbor" in said
    assert canaries(said) == set()


def test_no_canary_is_in_the_audit(planted, issued):
    logs = list(planted.state.glob("audit*.jsonl"))
    assert logs
    for path in logs:
        assert canaries(path.read_text("utf-8")) == set()


def test_an_address_is_on_the_agencys_own_pages_alone(issued):
    folder, said = issued
    texts = dict(left_by(folder))
    assert INSIDE in texts["harbor.html"]
    assert INSIDE in texts["csv/harbor-addresses.csv"]
    public = {name: text for name, text in texts.items() if name.startswith("public/")}
    assert {"public/index.html", "public/harbor.html", "public/city.html"} <= set(public)
    with_parts = {**public, **{f"public {name}": text for name, text in left_by(folder / "public")}}
    assert [name for name, text in with_parts.items() if INSIDE in text] == []
    for name in ("index.html", "issue.json"):
        assert INSIDE not in texts[name]
    assert INSIDE not in said


def test_a_frame_of_records_that_a_cell_shows_is_on_no_page(planted, tmp_path):
    """Someone looked at a frame, or at all of it, and left the cell in the notebook."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    where = next(n for n, cell in enumerate(notebook["cells"]) if "weekly_compstat(" in "".join(cell["source"]))
    for source in ("brief.calls.head(50)", "brief.offenses['address']", "brief"):
        cell = {"cell_type": "code", "id": f"look-{len(source)}", "metadata": {}, "source": source}
        notebook["cells"].insert(where + 1, {**cell, "outputs": [], "execution_count": None})
    path = tmp_path / NOTEBOOK.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    index = runs.issue(
        path,
        ["Harbor"],
        parameters={"workspace": str(planted.root), "week": WEEK},
        reports=tmp_path / "reports",
        period=WEEK,
    )
    texts = dict(left_by(tmp_path / "reports"))
    assert {name: canaries(text) for name, text in texts.items() if canaries(text)} == {}
    own = (index.parent / "harbor.html").read_text("utf-8")
    assert not re.search(r"incident_id|dtype|WeeklyCompstat\(", own)
    record = json.loads(texts[f"weekly_compstat/runs/{WEEK}/run.json"])
    assert sum("stands on no page" in warning for warning in record["warnings"]) == 3


def test_a_run_that_fails_with_a_record_in_its_error_leaves_none(planted, tmp_path, capfd):
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    source = 'raise KeyError(brief.offenses["incident_id"].iloc[0], brief.offenses["address"].iloc[0])'
    where = next(n for n, cell in enumerate(notebook["cells"]) if "weekly_compstat(" in "".join(cell["source"]))
    failing = {
        "cell_type": "code",
        "id": "fails",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(where + 1, failing)
    path = tmp_path / NOTEBOOK.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(RunFailed, match="KeyError") as failed:
        runs.issue(
            path,
            ["Harbor"],
            parameters={"workspace": str(planted.root), "week": WEEK},
            reports=tmp_path / "reports",
            period=WEEK,
        )
    assert canaries(str(failed.value)) == set()
    texts = dict(left_by(tmp_path / "reports"))
    assert any(name.endswith(".ipynb") for name in texts)
    for name, text in texts.items():
        assert canaries(text) == set(), name
        assert INSIDE not in text, name
    assert canaries("".join(capfd.readouterr())) == set()
