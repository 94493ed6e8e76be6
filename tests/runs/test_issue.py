import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.runs import CITY, RunFailed, issue, progress_to
from pcanalytics.runs.files import NotWritten

from .notebooks import notebook, saved

issue_module = sys.modules["pcanalytics.runs.issue"]

ROOT = Path(__file__).parents[2]

SHOW = (
    "import pandas as pd\nfrom pcanalytics import briefing\n"
    "briefing.masthead(agency='Sample PD', area=district or None, week=week, as_of=pd.Timestamp('2026-11-23'))"
)


def run_at_once(path, parameters, output_path=None, **_named):
    """Stand in for the kernel: show the masthead, or fail where the notebook says so."""
    if "raise" in Path(path).read_text("utf-8"):
        raise RunFailed("b.ipynb stopped under 'Load' with a OSError at the line: raise OSError('PLANTED')")
    head = briefing.masthead(
        agency="Sample PD",
        area=parameters["district"] or None,
        week=parameters["week"],
        as_of=pd.Timestamp("2026-11-23"),
    )
    made = notebook("# Title", SHOW)
    made["cells"][-1]["outputs"] = [{"output_type": "execute_result", "data": head._repr_mimebundle_()}]
    return made


def test_a_weeks_pages_come_together_with_an_index(tmp_path):
    path = saved(tmp_path, "# Title", SHOW)
    said = []
    index = issue(
        path, ["", "North Bank"], parameters={"days": "7"}, reports=tmp_path / "reports", week="2026-W47",
        keep=tmp_path / "kept", tell=said.append,
    )  # fmt: skip
    assert index == tmp_path / "reports" / "2026-W47" / "index.html"
    assert sorted(page.name for page in index.parent.iterdir()) == [
        "city.html",
        "index.html",
        "issue.json",
        "north-bank.html",
    ]
    assert 'href="north-bank.html"' in index.read_text("utf-8")
    assert sorted(kept.name for kept in (tmp_path / "kept" / "2026-W47").iterdir()) == [
        "city.ipynb",
        "north-bank.ipynb",
    ]
    assert json.loads((tmp_path / "reports" / "status" / "2026-W47.json").read_text())["state"] == "published"
    assert len(said) == 2
    first = {page.name: page.read_bytes() for page in index.parent.iterdir()}
    issue(path, ["North Bank"], parameters={"days": "7"}, reports=tmp_path / "reports", week="2026-W47")
    assert {page.name: page.read_bytes() for page in index.parent.iterdir()} == first


@pytest.mark.slow
def test_c52_c80_same_inputs_give_the_same_bytes_elsewhere(tmp_path, monkeypatch):
    path = saved(tmp_path, "# Title", SHOW)
    issue(path, ["North"], parameters={}, reports=tmp_path / "one", week="2026-W47")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    issue(path, ["North"], parameters={}, reports=tmp_path / "two", week="2026-W47")
    for name in ("north.html", "index.html"):
        one, two = ((tmp_path / folder / "2026-W47" / name).read_bytes() for folder in ("one", "two"))
        assert one == two


def test_a_failed_run_keeps_the_last_good_issue_marked_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(issue_module, "execute", run_at_once)
    good, bad = saved(tmp_path, SHOW), saved(tmp_path, "# Load", "raise OSError('PLANTED')", name="b.ipynb")
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={}, reports=reports, week="2026-W46")
    before = index.read_text("utf-8")
    with pytest.raises(RunFailed, match="b.ipynb stopped under 'Load' with a OSError"):
        issue(bad, ["North", "South"], parameters={}, reports=reports, week="2026-W47")
    assert not (reports / "2026-W47").exists()
    marked = index.read_text("utf-8")
    assert "Stale: the run for 2026-W47 failed" in marked
    status = (reports / "status" / "2026-W47.json").read_text()
    assert json.loads(status)["state"] == "failed"
    assert "PLANTED" not in status + marked
    assert not list(reports.glob(".*.new-*"))
    issue(good, ["North"], parameters={}, reports=reports, week="2026-W47")
    assert index.read_text("utf-8") == before


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal here")
def test_c54_ctrl_c_publishes_nothing_and_ends_the_kernels(tmp_path):
    mark = tmp_path / "pid"
    path = saved(
        tmp_path, f"import os, time\nopen({str(mark)!r} + district, 'w').write(str(os.getpid()))", "time.sleep(120)"
    )
    program = (
        "import sys; from pcanalytics.runs import issue\n"
        f"issue({str(path)!r}, ['A', 'B', 'C'], parameters={{}}, reports={str(tmp_path / 'reports')!r}, week='2026-W47')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    pids = [_pid(tmp_path / f"pid{area}") for area in "AB"]
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1].decode()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    assert not (tmp_path / "reports" / "2026-W47").exists()
    assert json.loads((tmp_path / "reports" / "status" / "2026-W47.json").read_text())["state"] == "aborted"
    assert not (tmp_path / "pidC").exists()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _pid(path: Path) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError("the run did not start")


def test_names_that_cannot_be_files_are_refused_before_anything_runs(tmp_path):
    path = saved(tmp_path, SHOW)
    for areas in (["North", "north"], ["..", "North"], []):
        with pytest.raises(UsageError, match="share one file name|letter or digit|at least one area"):
            issue(path, areas, parameters={}, reports=tmp_path / "reports", week="2026-W47")
    with pytest.raises(UsageError, match="named as its week"):
        issue(path, ["North"], parameters={}, reports=tmp_path / "reports", week="../x")
    assert not (tmp_path / "reports").exists()


def test_a_district_named_city_does_not_take_the_citys_page(tmp_path, monkeypatch):
    monkeypatch.setattr(issue_module, "execute", run_at_once)
    path = saved(tmp_path, SHOW)
    index = issue(path, [CITY, "City"], parameters={}, reports=tmp_path / "reports", week="2026-W47")
    assert {page.name for page in index.parent.glob("*.html")} == {"city.html", "district-city.html", "index.html"}
    before = (index.parent / "city.html").read_bytes()
    issue(path, ["City"], parameters={}, reports=tmp_path / "reports", week="2026-W47")
    assert (index.parent / "city.html").read_bytes() == before


def test_a_run_of_one_district_does_not_take_anothers_page(tmp_path, monkeypatch):
    monkeypatch.setattr(issue_module, "execute", run_at_once)
    path, reports = saved(tmp_path, SHOW), tmp_path / "reports"
    index = issue(path, ["North Bank"], parameters={}, reports=reports, week="2026-W47")
    before = {page.name: page.read_bytes() for page in index.parent.iterdir()}
    with pytest.raises(UsageError, match=r"share the file name north-bank\.html"):
        issue(path, ["North-Bank"], parameters={}, reports=reports, week="2026-W47")
    assert {page.name: page.read_bytes() for page in index.parent.iterdir()} == before
    (index.parent / "issue.json").write_text("[1")
    with pytest.raises(InputRejected, match=r"issue\.json is damaged"):
        issue(path, ["North Bank"], parameters={}, reports=reports, week="2026-W47")


def test_what_a_person_put_beside_the_pages_neither_hides_a_failure_nor_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(issue_module, "execute", run_at_once)
    good, bad = saved(tmp_path, SHOW), saved(tmp_path, "raise OSError('PLANTED')", name="b.ipynb")
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={}, reports=reports, week="2026-W46")
    (index.parent / "Printed for the chief.pdf").write_bytes(b"x")
    (reports / "2026-W40 old").mkdir()
    (reports / "2026-W40 old" / "index.html").write_text("<!--status-->Stale<!--/status-->")
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped"):
        issue(bad, ["North"], parameters={}, reports=reports, week="2026-W47")
    assert "Stale: the run for 2026-W47 failed" in index.read_text("utf-8")
    issue(good, ["North"], parameters={}, reports=reports, week="2026-W47")
    assert "Stale" not in index.read_text("utf-8")
    assert (index.parent / "Printed for the chief.pdf").exists()
    assert "Stale" in (reports / "2026-W40 old" / "index.html").read_text()


def test_a_full_disk_is_said_in_words_and_the_first_failure_is_the_one_told(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/of/a/user")

    monkeypatch.setattr(issue_module, "execute", run_at_once)
    good, bad = saved(tmp_path, SHOW), saved(tmp_path, "raise OSError('PLANTED')", name="b.ipynb")
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={}, reports=reports, week="2026-W46")
    before = index.read_bytes()
    monkeypatch.setattr(issue_module, "publish", full)
    with pytest.raises(
        NotWritten, match=r"reports could not be written: No space left on device\. What was issued stays"
    ):
        issue(good, ["North"], parameters={}, reports=reports, week="2026-W47")
    monkeypatch.setattr(issue_module, "mark_stale", full)
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped") as caught:
        issue(bad, ["North"], parameters={}, reports=reports, week="2026-W47")
    assert caught.value.__notes__ == ["The reports folder could not be marked: No space left on device."]
    assert b"Stale: the run for 2026-W47 failed" in index.read_bytes()
    assert index.read_bytes() != before


def test_progress_is_for_a_terminal_only():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, log = Terminal(), io.StringIO()
    progress_to(terminal)("1/7  North  2.1 s")
    progress_to(log)("1/7  North  2.1 s")
    assert terminal.getvalue() == "1/7  North  2.1 s\n"
    assert log.getvalue() == ""
