"""What is due is made once, tried again when it failed, and waited for when the data are not there yet."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import pcanalytics.runs.areas as areas_module
from pcanalytics import runs
from pcanalytics.errors import InputRejected, UnknownName, UsageError
from pcanalytics.runs import RunFailed
from pcanalytics.runs.files import locked
from pcanalytics.runs.layout import lock_of, run_folder
from pcanalytics.runs.notebooks import NOTEBOOKS
from pcanalytics.runs.publishing import is_stale
from pcanalytics.runs.record import read_record
from pcanalytics.workflows import reports as reports_module
from pcanalytics.workflows import weekly as weekly_module
from pcanalytics.workflows.report_status import report_status
from pcanalytics.workflows.reports import HANDLERS, run_due, run_report
from tests.runs.notebooks import SHOW, SHOW_TABLE, bytes_in, saved
from tests.runs.test_issue import run_at_once

from .small_agency import rows, workspace

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = dt.datetime(2026, 11, 23, 6, 0, tzinfo=CHICAGO)
SCHEDULE = '[[reports]]\nname = "weekly_compstat"\ndue = "monday 06:00"\n'


def incidents(last: str):
    """Give incidents, their offenses and calls, one a day up to a day."""
    days = list(enumerate(pd.date_range("2026-11-01", last).strftime("%Y-%m-%d 09:00")))
    happened = ({"incident_id": str(n), "occurred_from": day, "entered_at": day} for n, day in days)
    counted = ({"offense_id": f"{n}-1", "incident_id": str(n), "entered_at": day} for n, day in days)
    return {
        "incidents": rows("incidents", *happened),
        "incident_offenses": rows("incident_offenses", *counted),
        "calls": rows("calls", *({"call_id": str(n), "received_at": day} for n, day in days)),
    }


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Stand in for the notebooks: what each run was asked, and whether it fails."""
    calls = []
    good, bad = saved(tmp_path, SHOW, SHOW_TABLE), saved(tmp_path, "# Load", "raise OSError('PLANTED')", name="b.ipynb")
    state = {"notebook": good, "good": good, "bad": bad, "calls": calls}

    def handler(opened, *, district, week, parameters, limits, clock, **named):
        calls.append({"district": district, "week": week, **parameters})
        return runs.issue(
            state["notebook"], [district] if district else ["", "North"], parameters={"week": week, **parameters},
            reports=opened.reports, period=week, limits=limits, is_whole=not district, clock=lambda: clock().astimezone(CHICAGO), **named,
        )  # fmt: skip

    monkeypatch.setattr(reports_module, "HANDLERS", {"weekly_compstat": handler})
    monkeypatch.setattr(areas_module, "execute", run_at_once)
    monkeypatch.setattr(areas_module, "is_possible", lambda: False)
    return state


def city(tmp_path, last="2026-11-22", schedule=SCHEDULE):
    opened = workspace(tmp_path / "city", **incidents(last))
    opened.reports.mkdir()
    (opened.reports / "schedule.toml").write_text(schedule, encoding="utf-8")
    return opened


def due(opened, now=MONDAY, **named):
    """Run what is due at a moment; give the exit code and what was said."""
    said = []
    code = run_due(opened, clock=lambda: now.astimezone(dt.UTC), say=said.append, **named)
    return code, "\n".join(said)


def test_every_kind_of_report_has_a_handler_and_a_notebook():
    assert set(HANDLERS) == set(NOTEBOOKS)


def test_a_report_is_made_once_when_it_is_due(tmp_path, asked):
    opened = city(tmp_path)
    code, said = due(opened)
    assert (code, asked["calls"]) == (0, [{"district": None, "week": "2026-W47"}])
    index = opened.reports / "weekly_compstat" / "2026-W47" / "index.html"
    assert said.splitlines()[-1] == str(index)
    before = bytes_in(index.parent)
    code, said = due(opened, MONDAY + dt.timedelta(days=3))
    assert (code, said) == (0, "Nothing is due. The next is due on Monday, 2026-11-30 at 06:00.")
    assert len(asked["calls"]) == 1
    assert bytes_in(index.parent) == before


def test_before_its_time_the_week_before_is_the_one_that_is_due(tmp_path, asked):
    due(city(tmp_path), MONDAY - dt.timedelta(minutes=1))
    assert asked["calls"] == [{"district": None, "week": "2026-W46"}]


def test_a_failed_one_is_tried_again_and_the_last_good_one_is_marked(tmp_path, asked):
    opened = city(tmp_path)
    due(opened, MONDAY - dt.timedelta(days=7))
    last = opened.reports / "weekly_compstat" / "2026-W46"
    before = bytes_in(last)
    asked["notebook"] = asked["bad"]
    code, said = due(opened)
    assert code == 1
    assert "weekly_compstat: b.ipynb stopped under 'Load'" in said
    assert is_stale(last)
    status = "\n".join(report_status(opened, clock=lambda: MONDAY))
    assert "issued: 2026-W46, marked stale" in status
    assert "last run: 2026-W47, failed (RunFailed, in " in status
    assert "to be made again: city, north" in status
    asked["notebook"] = asked["good"]
    assert due(opened)[0] == 0
    assert bytes_in(last) == before
    assert "issued: 2026-W47\n" in "\n".join(report_status(opened, clock=lambda: MONDAY))
    assert due(opened)[1].startswith("Nothing is due")


def test_it_waits_for_data_and_looks_again_only_when_something_was_loaded(tmp_path, asked, monkeypatch):
    opened = city(tmp_path, last="2026-11-20")
    looked = []
    look = weekly_module.reporting_week
    monkeypatch.setattr(weekly_module, "reporting_week", lambda *named: looked.append(1) or look(*named))
    for _ in range(3):
        code, said = due(opened)
        assert code == 0
        assert (
            said.splitlines()[-1]
            == "weekly_compstat: waiting for data. What is loaded does not cover 2026-W47 to its end."
        )
    assert len(looked) == 1
    assert asked["calls"] == []
    assert "last run: 2026-W47, waiting for data" in "\n".join(report_status(opened, clock=lambda: MONDAY))
    for name, frame in incidents("2026-11-22").items():
        frame.to_csv(opened.root / f"{name}.csv", index=False)
    assert due(opened, load_first=False)[1].startswith("weekly_compstat: waiting")
    assert due(opened)[0] == 0
    assert len(asked["calls"]) == 1
    assert read_record(opened.reports / "weekly_compstat" / "2026-W47").status == "published"


def test_an_extract_that_cannot_be_loaded_is_said_and_does_not_keep_the_report(tmp_path, asked):
    opened = city(tmp_path)
    (opened.root / "calls.csv").write_text("no such columns\n1\n")
    code, said = due(opened)
    assert code == InputRejected.exit_code == 3
    assert "calls: not loaded" in said
    assert said.splitlines()[-1].endswith("index.html")
    record = read_record(opened.reports / "weekly_compstat" / "2026-W47")
    assert (record.status, record.warnings) == ("published", ["an extract was not loaded (DialectError)"])
    assert due(opened)[0] == 0


def test_a_failure_before_the_first_notebook_is_on_record_too(tmp_path, asked, monkeypatch):
    opened = city(tmp_path)
    due(opened, MONDAY - dt.timedelta(days=7))

    def refuse(*_, **__):
        raise InputRejected("The agreement cannot be used.")

    monkeypatch.setattr(reports_module, "HANDLERS", {"weekly_compstat": refuse})
    code, said = due(opened)
    assert (code, said.splitlines()[-1]) == (3, "weekly_compstat: The agreement cannot be used.")
    folder = opened.reports / "weekly_compstat" / "2026-W47"
    assert read_record(folder).error == {"kind": "InputRejected", "area": None, "exit_code": 3}
    assert is_stale(folder.with_name("2026-W46"))

    def burst(*_, **__):
        raise ValueError("PLANTED")

    monkeypatch.setattr(reports_module, "HANDLERS", {"weekly_compstat": burst})
    with pytest.raises(ValueError, match="PLANTED"):
        due(opened)
    assert read_record(folder).error["kind"] == "ValueError"
    assert "PLANTED" not in (run_folder(folder) / "run.json").read_text()


def test_c50_the_second_of_two_leaves_it_to_the_first(tmp_path, asked):
    opened = city(tmp_path)
    with locked(opened.reports / ".due.lock", what="it"):
        assert due(opened) == (0, "Another run of what is due is at work; this one leaves it to that.")
    with locked(lock_of(opened.reports / "weekly_compstat" / "2026-W47"), what="it"):
        code, said = due(opened)
    assert code == 0
    assert "weekly_compstat: Another run is writing weekly_compstat/2026-W47" in said
    assert not (opened.reports / "weekly_compstat" / "2026-W47").exists()
    assert due(opened)[0] == 0
    assert len(asked["calls"]) == 2


def test_one_district_made_by_hand_does_not_stand_for_the_whole(tmp_path, asked):
    opened = city(tmp_path)
    clock = {"clock": lambda: MONDAY}
    run_report(opened, "weekly_compstat", {"district": "North", "week": "2026-W47"}, **clock)
    assert due(opened)[0] == 0
    assert asked["calls"] == [{"district": "North", "week": "2026-W47"}, {"district": None, "week": "2026-W47"}]
    run_report(opened, "weekly_compstat", {"district": "North", "week": "2026-W47"}, **clock)
    assert due(opened)[1].startswith("Nothing is due")


def test_a_run_that_was_cut_off_is_made_again(tmp_path, asked):
    opened = city(tmp_path)
    due(opened)
    file = run_folder(opened.reports / "weekly_compstat" / "2026-W47") / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "status": "running"}))
    assert "cut off before its end" in "\n".join(report_status(opened, clock=lambda: MONDAY))
    assert due(opened)[0] == 0
    assert len(asked["calls"]) == 2


def test_a_failure_of_one_report_does_not_keep_the_next_from_being_made(tmp_path, asked):
    more = '[[reports]]\nname = "north"\nnotebook = "weekly_compstat"\ndue = "monday 06:00"\naudiences = ["internal"]\n'
    opened = city(tmp_path, schedule=SCHEDULE + more + 'parameters = { district = "North" }\n')
    bad, handler = asked["bad"], reports_module.HANDLERS["weekly_compstat"]

    def first_fails(workspace, *, report, **named):
        asked["notebook"] = bad if report == "weekly_compstat" else asked["good"]
        return handler(workspace, report=report, **named)

    reports_module.HANDLERS["weekly_compstat"] = first_fails
    code, said = due(opened)
    assert code == RunFailed.exit_code
    assert said.splitlines()[-1] == str(opened.reports / "north" / "2026-W47" / "index.html")
    assert not (opened.reports / "north" / "2026-W47" / "public").exists()


@pytest.mark.parametrize(
    "damage",
    ["{", "[]", '{"city": 1}', '{"city": {"facts": {"internal": {}}}}', '{"city": {"facts": {"internal": "x"}}}'],
)
def test_an_issue_whose_own_word_is_damaged_is_made_again(tmp_path, asked, damage):
    opened = city(tmp_path)
    due(opened)
    folder = opened.reports / "weekly_compstat" / "2026-W47"
    before = bytes_in(folder)
    (folder / "issue.json").write_text(damage)
    asked["notebook"] = asked["bad"]
    assert due(opened)[0] == RunFailed.exit_code
    asked["notebook"] = asked["good"]
    assert due(opened)[0] == 0
    assert bytes_in(folder) == before


def test_a_damaged_issue_of_one_report_does_not_keep_the_next_from_being_made(tmp_path, asked):
    more = '[[reports]]\nname = "north"\nnotebook = "weekly_compstat"\ndue = "monday 06:00"\nparameters = { district = "North" }\n'
    opened = city(tmp_path, schedule=more + SCHEDULE)
    folder = opened.reports / "north" / "2026-W47"
    folder.mkdir(parents=True)
    (folder / "issue.json").write_text("{")
    (folder / "index.html").write_text("")
    code, said = due(opened)
    assert code == InputRejected.exit_code
    assert "north: 2026-W47/issue.json is damaged" in said
    assert (opened.reports / "weekly_compstat" / "2026-W47" / "index.html").exists()


def test_what_is_run_by_hand_is_checked_before_anything_else(tmp_path, asked):
    opened = city(tmp_path)
    for given, said in (
        ({"distrct": "North"}, "Did you mean 'district'"),
        ({"week": "2026-W54"}, "is no week"),
        ({"workspace": "x"}, "chosen with --workspace"),
    ):
        with pytest.raises(UsageError, match=said):
            run_report(opened, "weekly_compstat", given)
    with pytest.raises(UnknownName, match="Did you mean 'weekly_compstat'"):
        run_report(opened, "weekly_compstt")
    assert asked["calls"] == []


def test_a_schedule_can_be_tried_out_at_another_time(tmp_path, asked):
    opened = city(tmp_path)
    due(opened)
    at = MONDAY + dt.timedelta(days=7)
    assert "waiting for data. What is loaded does not cover 2026-W48" in due(opened, at=at)[1]


def test_without_a_schedule_nothing_is_ever_due(tmp_path):
    opened = workspace(tmp_path / "city", **incidents("2026-11-22"))
    with pytest.raises(UsageError, match="Nothing is scheduled.*docs/schedule.md"):
        due(opened)


def test_a_start_that_finds_nothing_due_imports_nothing_that_makes_a_report(tmp_path, asked):
    """It may be every minute's, on a machine that has other work."""
    opened = city(tmp_path)
    due(opened)
    look = (
        "import datetime as dt, sys\n"
        "from pcanalytics.store import open_workspace\n"
        "from pcanalytics.workflows.reports import run_due\n"
        f"run_due(open_workspace({str(opened.root)!r}), at=dt.datetime.fromisoformat({MONDAY.isoformat()!r}), say=print)\n"
        "print(sorted({'papermill', 'folium', 'openpyxl', 'statsmodels', 'pcanalytics.sample_city'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("Nothing is due.")
    assert done.stdout.splitlines()[1] == "[]"
