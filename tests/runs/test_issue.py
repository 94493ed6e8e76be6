import datetime as dt
import errno
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import pcanalytics.runs.areas as areas_module
import pcanalytics.runs.issuing as issuing_module
from pcanalytics import briefing
from pcanalytics.errors import InputRejected, UnknownName, UsageError
from pcanalytics.runs import CITY, InUse, RunFailed, issue, progress_to
from pcanalytics.runs.files import NotWritten, locked
from pcanalytics.runs.issuing import note_failure
from pcanalytics.runs.layout import lock_of
from pcanalytics.runs.limits import Limits
from pcanalytics.runs.publishing import is_stale
from pcanalytics.runs.record import read_record

from .notebooks import SHOW, SHOW_TABLE, bytes_in, files_of_area, notebook, saved

ROOT = Path(__file__).parents[2]
WEEK = {"parameters": {"week": "2026-W47"}, "period": "2026-W47"}
NOW = dt.datetime(2026, 11, 23, 6, 1, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


def at_six():
    """Stand still at six in the morning in Chicago."""
    return NOW


def run_at_once(path, parameters, output_path=None, *, failed_path=None, **_named):
    """Stand in for the kernel: show what SHOW shows, or fail where the notebook says so."""
    if "raise" in Path(path).read_text("utf-8"):
        Path(failed_path).write_text("{}")
        raise RunFailed("b.ipynb stopped under 'Load' with a OSError at the line: raise OSError('PLANTED')")
    week = parameters["week"]
    place, as_of = parameters["district"] or None, pd.Timestamp("2026-11-23")
    frame = pd.DataFrame({"offense_group": ["Robbery"], "count": [int(parameters.get("days", 28))]})
    table = briefing.shown_table(frame, {"offense_group": "Group", "count": "Count"}, title="Counts")
    shown = [
        briefing.masthead(agency="Sample PD", area=place, week=week, as_of=as_of),
        briefing.Fragment(f"<p>{frame['count'][0]} robberies</p>", tables={"counts": table}, public="same"),
    ]
    made = notebook("# Title", SHOW, SHOW_TABLE)
    for cell, fragment in zip(made["cells"][-2:], shown, strict=True):
        cell["outputs"] = [{"output_type": "execute_result", "data": fragment._repr_mimebundle_()}]
    return made


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(areas_module, "execute", run_at_once)
    monkeypatch.setattr(areas_module, "is_possible", lambda: False)


@pytest.fixture
def good(tmp_path):
    return saved(tmp_path, "# Title", SHOW, SHOW_TABLE)


@pytest.fixture
def bad(tmp_path):
    return saved(tmp_path, "# Load", "raise OSError('PLANTED')", name="b.ipynb")


def test_a_periods_pages_come_together_for_all_readers(tmp_path, good):
    said = []
    index = issue(
        good, ["", "North Bank"], parameters={"week": "2026-W47", "days": "7"}, reports=tmp_path / "reports",
        period="2026-W47", inputs={"rms": "ab12"}, keep_notebooks=True, clock=at_six, tell=said.append,
    )  # fmt: skip
    folder = tmp_path / "reports" / "weekly_compstat" / "2026-W47"
    assert index == folder / "index.html"
    first = bytes_in(folder)
    pages = [*files_of_area("city"), *files_of_area("north-bank"), "index.html", "issue.json", "public/index.html"]
    assert list(first) == sorted(pages)
    for name in ("index.html", "public/index.html"):
        assert b'href="north-bank.html"' in first[name]
    assert b"Robbery,7" in first["csv/north-bank-counts.csv"]
    assert len(said) == 2
    runs = folder.parent / "runs" / "2026-W47"
    assert sorted(path.name for path in runs.iterdir()) == ["city.ipynb", "north-bank.ipynb", "run.json"]
    record = json.loads((runs / "run.json").read_text("utf-8"))
    assert record["status"] == "published"
    assert record["parameters"] == {"week": "2026-W47", "days": 7}
    assert record["inputs"] == {"rms": "ab12"}
    assert record["started"] == record["ended"] == "2026-11-23 06:01:00-06:00"
    assert set(record["seconds"]) == {"all", "city", "north-bank"}
    assert set(record["versions"]) >= {"pcanalytics", "python", "pandas", "numpy", "duckdb", "a.ipynb"}
    assert (record["warnings"], record["error"], record["stale_until"], record["files"]) == ([], None, [], len(pages))
    issue(
        good,
        ["North Bank"],
        parameters={"week": "2026-W47", "days": 7},
        reports=tmp_path / "reports",
        period="2026-W47",
    )
    assert bytes_in(folder) == first
    assert sorted(path.name for path in runs.iterdir()) == ["run.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_c73_what_a_run_leaves_is_for_its_user_alone(tmp_path, at_once, bad):
    with pytest.raises(RunFailed, match="OSError"):
        issue(bad, ["North"], reports=tmp_path / "reports", **WEEK)
    runs = tmp_path / "reports" / "weekly_compstat" / "runs"
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (runs, runs / "2026-W47", runs / "2026-W47" / "run.json")
    }
    assert modes == {"runs": 0o700, "2026-W47": 0o700, "run.json": 0o600}


def test_a_report_for_the_agency_alone_has_no_public_folder(tmp_path, at_once, good):
    index = issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    assert (index.parent / "public" / "north.html").exists()
    issue(good, ["North"], reports=tmp_path / "reports", audiences=["internal"], **WEEK)
    assert not (index.parent / "public").exists()
    with pytest.raises(UnknownName, match="Did you mean 'public'"):
        issue(good, ["North"], reports=tmp_path / "reports", audiences=["internal", "publc"], **WEEK)
    with pytest.raises(UsageError, match="own pages first"):
        issue(good, ["North"], reports=tmp_path / "reports", audiences=["public"], **WEEK)


@pytest.mark.slow
def test_c52_c80_same_inputs_give_the_same_bytes_elsewhere_one_at_a_time_and_forked(tmp_path, monkeypatch, good):
    areas = ["", "North", "South"]
    one = issue(good, areas, reports=tmp_path / "one", limits=Limits(workers=1, is_warm=False), **WEEK)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    two = issue(good, areas, reports=tmp_path / "two", limits=Limits(workers=2), **WEEK)
    assert bytes_in(one.parent) == bytes_in(two.parent)


def test_a_failed_run_keeps_the_last_good_issue_marked_stale_for_all_readers(tmp_path, at_once, good, bad):
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={"week": "2026-W46"}, reports=reports, period="2026-W46")
    before = bytes_in(index.parent)
    with pytest.raises(RunFailed, match="b.ipynb stopped under 'Load' with a OSError"):
        issue(bad, ["North", "South"], reports=reports, clock=at_six, **WEEK)
    report = reports / "weekly_compstat"
    assert not (report / "2026-W47").exists()
    for page in ("index.html", "north.html", "public/index.html", "public/north.html"):
        assert "Stale: the run for 2026-W47 failed on 2026-11-23 06:01" in (index.parent / page).read_text("utf-8")
    assert is_stale(index.parent)
    record = read_record(report / "2026-W47")
    assert record.status == "failed"
    assert record.error == {"kind": "RunFailed", "area": record.error["area"], "exit_code": 1}
    assert record.stale_until == ["north", "south"]
    assert (report / "runs" / "2026-W47" / f"{record.error['area']}.ipynb").exists()
    assert "PLANTED" not in (report / "runs" / "2026-W47" / "run.json").read_text("utf-8")
    assert not list(report.glob(".*.new-*"))
    issue(good, ["North"], reports=reports, **WEEK)
    assert bytes_in(index.parent) == before
    assert not list((report / "runs" / "2026-W47").glob("*.ipynb"))


def test_pages_that_could_not_be_made_again_say_so_until_they_are(tmp_path, at_once, good, bad):
    reports = tmp_path / "reports"
    index = issue(good, ["North", "South"], reports=reports, **WEEK)
    before = bytes_in(index.parent)
    with pytest.raises(RunFailed, match="OSError"):
        issue(bad, ["North", "South"], reports=reports, **WEEK)
    issue(good, ["North"], reports=reports, **WEEK)
    after = bytes_in(index.parent)
    assert {name for name in after if after[name] != before[name]} == {
        "index.html", "south.html", "public/index.html", "public/south.html",
    }  # fmt: skip
    assert b"Stale in part: the last run failed for south" in after["public/index.html"]
    with pytest.raises(RunFailed, match="OSError"):
        issue(bad, ["North"], reports=reports, **WEEK)
    issue(good, ["South"], reports=reports, **WEEK)
    assert read_record(index.parent).stale_until == ["north"]
    issue(good, ["North"], reports=reports, **WEEK)
    assert bytes_in(index.parent) == before


def test_a_run_of_all_areas_leaves_none_that_is_no_more(tmp_path, at_once, good, bad):
    reports = tmp_path / "reports"
    index = issue(good, ["", "North", "South"], reports=reports, **WEEK)
    with pytest.raises(RunFailed, match="OSError"):
        issue(bad, ["", "North", "South"], reports=reports, is_whole=True, **WEEK)
    issue(good, ["", "North"], reports=reports, is_whole=True, **WEEK)
    assert {name for name in bytes_in(index.parent) if "south" in name} == set()
    assert read_record(index.parent).stale_until == []
    assert b"south" not in bytes_in(index.parent)["index.html"]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal here")
def test_c54_ctrl_c_publishes_nothing_and_ends_the_kernels(tmp_path):
    mark = tmp_path / "pid"
    path = saved(
        tmp_path, f"import os, time\nopen({str(mark)!r} + district, 'w').write(str(os.getpid()))", "time.sleep(120)"
    )
    program = (
        "import sys; from pcanalytics.runs import issue; from pcanalytics.runs.limits import Limits\n"
        f"issue({str(path)!r}, ['A', 'B', 'C'], parameters={{}}, reports={str(tmp_path / 'reports')!r},"
        " period='2026-W47', limits=Limits(workers=2))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    pids = [_pid(tmp_path / f"pid{area}") for area in "AB"]
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1].decode()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    folder = tmp_path / "reports" / "weekly_compstat" / "2026-W47"
    assert not folder.exists()
    assert read_record(folder).status == "aborted"
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


@pytest.mark.slow
def test_c50_the_second_of_two_runs_says_so_and_nothing_is_lost(tmp_path, good):
    """Two real processes; the first waits inside its notebook until the second has refused."""
    gate = tmp_path / "gate"
    wait = f"import time, pathlib\nwhile not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.1)"
    slow = saved(tmp_path, wait, SHOW, name="slow.ipynb")
    reports = tmp_path / "reports"
    program = (
        "import sys; from pcanalytics.runs import issue\nfrom pcanalytics.errors import PcanalyticsError\n"
        "try:\n    print(issue(sys.argv[1], ['North'], parameters={'week': '2026-W47'}, reports=sys.argv[2], period='2026-W47'))\n"
        "except PcanalyticsError as error:\n    print(type(error).__name__, error, file=sys.stderr); sys.exit(error.exit_code)\n"
    )
    words = [sys.executable, "-c", program]
    first = subprocess.Popen([*words, str(slow), str(reports)], cwd=ROOT, stdout=subprocess.PIPE)
    record = reports / "weekly_compstat" / "runs" / "2026-W47" / "run.json"
    _wait_for(record)
    assert read_record(reports / "weekly_compstat" / "2026-W47").status == "running"
    second = subprocess.run([*words, str(good), str(reports)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith("InUse Another run is writing weekly_compstat/2026-W47")
    gate.touch()
    assert first.communicate(timeout=60)[0].strip().endswith(b"index.html")
    assert first.returncode == 0
    assert read_record(reports / "weekly_compstat" / "2026-W47").status == "published"


def _wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, "the run did not start"
        time.sleep(0.05)


def test_a_place_that_is_held_is_refused_before_anything_is_touched(tmp_path, at_once, good):
    from pcanalytics.runs.files import locked
    from pcanalytics.runs.layout import lock_of

    folder = tmp_path / "reports" / "weekly_compstat" / "2026-W47"
    with locked(lock_of(folder), what="it"), pytest.raises(InUse, match="weekly_compstat/2026-W47"):
        issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    assert not folder.exists()
    assert not (folder.parent / "runs").exists()


def test_names_that_cannot_be_files_are_refused_before_anything_runs(tmp_path, good):
    for areas in (["North", "north"], ["..", "North"], []):
        with pytest.raises(UsageError, match="share one file name|letter or digit|at least one area"):
            issue(good, areas, reports=tmp_path / "reports", **WEEK)
    with pytest.raises(UsageError, match="named as its week"):
        issue(good, ["North"], parameters={}, reports=tmp_path / "reports", period="../x")
    for report in ("../x", "Weekly", "con", "a" * 99, "weekly compstat", "a\x00"):
        with pytest.raises(UsageError, match="small letters, digits and underscores"):
            issue(good, ["North"], reports=tmp_path / "reports", report=report, **WEEK)
    with pytest.raises(UnknownName, match="Did you mean 'days'"):
        issue(good, ["North"], parameters={"dayz": 7}, reports=tmp_path / "reports", period="2026-W47")
    assert not (tmp_path / "reports").exists()


def test_a_district_named_city_does_not_take_the_citys_page(tmp_path, at_once, good):
    index = issue(good, [CITY, "City"], reports=tmp_path / "reports", **WEEK)
    assert {page.name for page in index.parent.glob("*.html")} == {"city.html", "district-city.html", "index.html"}
    before = (index.parent / "city.html").read_bytes()
    issue(good, ["City"], reports=tmp_path / "reports", **WEEK)
    assert (index.parent / "city.html").read_bytes() == before


def test_a_run_of_one_district_does_not_take_anothers_page(tmp_path, at_once, good):
    reports = tmp_path / "reports"
    index = issue(good, ["North Bank"], reports=reports, **WEEK)
    before = bytes_in(index.parent)
    with pytest.raises(UsageError, match=r"share the file name north-bank\.html"):
        issue(good, ["North-Bank"], reports=reports, **WEEK)
    assert bytes_in(index.parent) == before
    away = '{"north-bank": {"files": ["../../../x.html"], "facts": {"internal": {"area": "North Bank"}}}}'
    for damaged in ("[1", "[]", '{"north-bank": 3}', '{"north-bank": {"files": 3}}', away):
        (index.parent / "issue.json").write_text(damaged)
        with pytest.raises(InputRejected, match=r"issue\.json is damaged"):
            issue(good, ["North Bank"], reports=reports, **WEEK)


def test_what_a_person_put_beside_the_pages_neither_hides_a_failure_nor_is_lost(tmp_path, at_once, good, bad):
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={"week": "2026-W46"}, reports=reports, period="2026-W46")
    (index.parent / "Printed for the chief.pdf").write_bytes(b"x")
    other = reports / "weekly_compstat" / "2026-W40 old"
    other.mkdir()
    (other / "index.html").write_text("<!--status-->Stale<!--/status-->")
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped"):
        issue(bad, ["North"], reports=reports, **WEEK)
    assert "Stale: the run for 2026-W47 failed" in index.read_text("utf-8")
    issue(good, ["North"], reports=reports, **WEEK)
    assert "Stale" not in index.read_text("utf-8")
    assert (index.parent / "Printed for the chief.pdf").exists()
    assert "Stale" in (other / "index.html").read_text()


def test_c48_a_full_disk_is_said_in_words_and_the_first_failure_is_the_one_told(
    tmp_path, at_once, monkeypatch, good, bad
):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/of/a/user")

    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={"week": "2026-W46"}, reports=reports, period="2026-W46")
    before = index.read_bytes()
    monkeypatch.setattr(issuing_module, "publish", full)
    with pytest.raises(
        NotWritten,
        match=r"weekly_compstat/2026-W47 could not be written: No space left on device\. What was issued stays",
    ):
        issue(good, ["North"], reports=reports, **WEEK)
    monkeypatch.setattr(issuing_module, "mark_stale", full)
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped") as caught:
        issue(bad, ["North"], reports=reports, **WEEK)
    assert caught.value.__notes__ == ["The reports folder could not be marked: No space left on device."]
    assert b"Stale: the run for 2026-W47 failed" in index.read_bytes()
    assert index.read_bytes() != before


def test_what_a_run_that_was_cut_off_left_is_cleared_away(tmp_path, at_once, good):
    index = issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    before, report = bytes_in(index.parent), index.parents[1]
    (report / ".2026-W47.new-abcd").mkdir()
    (report / ".2026-W47.new-abcd" / "index.html").write_text("half")
    (index.parent / ".north.html.abcd1234").write_text("half")
    (index.parent / ".DS_Store").write_text("a person's")
    record = json.loads((report / "runs" / "2026-W47" / "run.json").read_text())
    (report / "runs" / "2026-W47" / "run.json").write_text(json.dumps({**record, "status": "running"}))
    assert read_record(index.parent).status == "aborted"
    issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    assert bytes_in(index.parent) == before
    assert sorted(path.name for path in report.iterdir()) == [".2026-W47.lock", "2026-W47", "runs"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
@pytest.mark.parametrize("name", ["2026-W47", "runs", "runs/2026-W47"])
def test_a_planted_link_is_refused_and_nothing_behind_it_is_touched(tmp_path, at_once, good, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    for file in ("thesis.ipynb", "index.html", ".run.json.abcd1234"):
        (elsewhere / file).write_text("<!--status--><!--/status-->")
    before = bytes_in(elsewhere)
    link = tmp_path / "reports" / "weekly_compstat" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(UsageError, match=rf"{name} in the reports folder is a link") as caught:
        issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    note_failure(caught.value, reports=tmp_path / "reports", report="weekly_compstat", period="2026-W47")
    assert bytes_in(elsewhere) == before
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755
    assert link.is_symlink()


def test_an_earlier_issue_that_is_being_made_anew_is_not_marked_meanwhile(tmp_path, at_once, good, bad):
    reports = tmp_path / "reports"
    index = issue(good, ["North"], parameters={"week": "2026-W46"}, reports=reports, period="2026-W46")
    before = bytes_in(index.parent)
    with locked(lock_of(index.parent), what="2026-W46"), pytest.raises(RunFailed, match=r"b\.ipynb stopped"):
        issue(bad, ["North"], reports=reports, **WEEK)
    assert bytes_in(index.parent) == before
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped"):
        issue(bad, ["North"], reports=reports, **WEEK)
    assert is_stale(index.parent)


def test_what_a_person_put_beside_the_record_is_not_cleared_away(tmp_path, at_once, good, bad):
    with pytest.raises(RunFailed, match=r"b\.ipynb stopped"):
        issue(bad, ["North"], reports=tmp_path / "reports", **WEEK)
    runs = tmp_path / "reports" / "weekly_compstat" / "runs" / "2026-W47"
    (runs / "why it failed.txt").write_text("The extract was cut off.")
    issue(good, ["North"], reports=tmp_path / "reports", **WEEK)
    assert sorted(path.name for path in runs.iterdir()) == ["run.json", "why it failed.txt"]


@pytest.mark.parametrize(
    "damage", [{"status": []}, {"seconds": None}, {"ended": 3}, {"error": "x"}, {"stale_until": "x"}]
)
def test_a_record_that_is_damaged_is_as_none(tmp_path, at_once, good, damage):
    folder = issue(good, ["North"], reports=tmp_path / "reports", **WEEK).parent
    file = folder.parent / "runs" / "2026-W47" / "run.json"
    assert read_record(folder).status == "published"
    file.write_text(json.dumps({**json.loads(file.read_text()), **damage}))
    assert read_record(folder).status == ""


def test_progress_is_a_plain_line_in_a_log_and_at_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream in (Terminal(), io.StringIO()):
        tell = progress_to(stream)
        tell("1/7  North\r\x1b[31m  2.1 s")
        tell("2/7  South  failed")
        assert stream.getvalue() == "1/7  North??[31m  2.1 s\n2/7  South  failed\n"
