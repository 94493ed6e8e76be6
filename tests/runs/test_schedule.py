import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pcanalytics import briefing
from pcanalytics.errors import MappingError, UnknownName, UsageError
from pcanalytics.periods import week_label
from pcanalytics.runs import read_schedule
from pcanalytics.runs.layout import AUDIENCES, checked_audiences
from pcanalytics.runs.schedule import DueTime

CHICAGO = ZoneInfo("America/Chicago")


def schedule(tmp_path, text):
    path = tmp_path / "schedule.toml"
    path.write_text(text, encoding="utf-8")
    return read_schedule(path)


WHOLE = """
[[reports]]
name = "harbor"
notebook = "weekly_compstat"
due = "Sunday  18:30"
audiences = ["internal"]
keep_notebooks = true
timeout_seconds = 300
cell_timeout_seconds = 60.5
parameters = { district = "Harbor" }
"""


def test_a_report_is_read_with_all_it_says(tmp_path):
    reports = schedule(tmp_path, WHOLE)
    assert list(reports) == ["harbor", "weekly_compstat"]
    harbor = reports["harbor"]
    assert (harbor.kind, harbor.audiences, harbor.parameters) == (
        "weekly_compstat",
        ("internal",),
        {"district": "Harbor"},
    )
    assert (str(harbor.due), harbor.keep_notebooks) == ("Sunday 18:30", True)
    assert (harbor.limits.timeout, harbor.limits.cell_timeout) == (300, 60.5)
    assert reports["weekly_compstat"].due is None


def test_the_sample_citys_schedule_is_read():
    from pcanalytics.store import open_workspace, sample_workspace

    reports = read_schedule(open_workspace(sample_workspace()).reports / "schedule.toml")
    assert str(reports["weekly_compstat"].due) == "Monday 06:00"
    assert tuple(briefing.AUDIENCES) == AUDIENCES == reports["weekly_compstat"].audiences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[report]]\n", "report is not a known key.*did you mean 'reports'"),
        ('[[reports]]\nname = "weekly_compstat"\ndeu = "monday 06:00"', "report 1: deu is not a known key.*'due'"),
        ('[[reports]]\nname = "weekly_compstat"\ndue = "mondey 06:00"', "names no weekday.*'monday'"),
        ('[[reports]]\nname = "weekly_compstat"\ndue = "monday 6:00"', "due is no time.*monday 06:00"),
        ('[[reports]]\nname = "weekly_compstat"\ndue = "monday 24:00"', "due is no time"),
        ('[[reports]]\nname = "weekly_compstad"', "report 1: name is no kind of report.*'weekly_compstat'"),
        ('[[reports]]\nname = "a_b"\nnotebook = "weekly"', "notebook is no kind of report"),
        ('[[reports]]\nname = "../x"\nnotebook = "weekly_compstat"', "cannot name a folder"),
        ('[[reports]]\ndue = "monday 06:00"', "report 1: name is missing"),
        (
            '[[reports]]\nname = "weekly_compstat"\naudiences = ["publc"]',
            "audiences: There is no audience 'publc'.*'public'",
        ),
        ('[[reports]]\nname = "weekly_compstat"\naudiences = ["public"]', "own pages first"),
        (
            '[[reports]]\nname = "weekly_compstat"\nparameters = { distrct = "x" }',
            "parameters: .*'distrct'.*'district'",
        ),
        (
            '[[reports]]\nname = "weekly_compstat"\nparameters = { district = 3 }',
            "parameters: .*district is given wrongly",
        ),
        ('[[reports]]\nname = "weekly_compstat"\nparameters = { week = "2026-W47" }', "week is not given here"),
        ('[[reports]]\nname = "weekly_compstat"\ntimeout_seconds = 0', "timeout_seconds must be above zero"),
        ('[[reports]]\nname = "weekly_compstat"\n' * 2, "report 2: name is given twice"),
        ("[[reports", "not written as TOML"),
    ],
)
def test_a_schedule_is_read_strictly(tmp_path, text, said):
    with pytest.raises(MappingError, match="(?s)" + said) as caught:
        schedule(tmp_path, text)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-11-23T05:59", "2026-W46"),  # a minute early: the week before is the one that was due
        ("2026-11-23T06:00", "2026-W47"),
        ("2026-11-29T23:59", "2026-W47"),
        ("2026-11-30T06:00", "2026-W48"),
        ("2027-01-04T06:00", "2026-W53"),
        ("2027-01-11T06:00", "2027-W01"),
    ],
)
def test_the_week_due_is_the_last_complete_one_before_the_due_time(tmp_path, now, week):
    report = schedule(tmp_path, '[[reports]]\nname = "weekly_compstat"\ndue = "monday 06:00"')["weekly_compstat"]
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=CHICAGO)
    assert week_label(report.week_due(moment, CHICAGO, "monday")) == week
    assert week_label(report.week_due(moment.astimezone(dt.UTC), CHICAGO, "monday")) == week


def test_a_week_that_starts_on_another_day_is_complete_on_that_day(tmp_path):
    report = schedule(tmp_path, '[[reports]]\nname = "weekly_compstat"\ndue = "sunday 06:00"')["weekly_compstat"]
    moment = dt.datetime(2026, 11, 22, 7, tzinfo=CHICAGO)
    assert str(report.week_due(moment, CHICAGO, "sunday")) == "15 Nov 2026 to 21 Nov 2026"
    assert str(report.week_due(moment, CHICAGO, "monday")) == "9 Nov 2026 to 15 Nov 2026"


def test_a_due_time_that_the_clock_skips_or_repeats_comes_once():
    """In Chicago 02:30 is skipped on 8 March 2026, and 01:30 comes twice on 1 November 2026."""
    skipped, twice = DueTime(6, dt.time(2, 30)), DueTime(6, dt.time(1, 30))
    at = dt.datetime(2026, 3, 8, 8, 30, tzinfo=dt.UTC)  # 03:30 by the new time
    assert skipped.last(at, CHICAGO) == at
    assert skipped.last(at - dt.timedelta(minutes=1), CHICAGO) == dt.datetime(2026, 3, 1, 2, 30, tzinfo=CHICAGO)
    assert skipped.next(at, CHICAGO) == dt.datetime(2026, 3, 15, 2, 30, tzinfo=CHICAGO)
    first = dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC)
    for minutes in (0, 30, 60, 90):
        now = first + dt.timedelta(minutes=minutes)
        assert twice.last(now, CHICAGO).astimezone(dt.UTC) == first
        assert twice.last(now.astimezone(CHICAGO), CHICAGO).astimezone(dt.UTC) == first
    assert twice.next(first, CHICAGO).astimezone(dt.UTC) == dt.datetime(2026, 11, 8, 7, 30, tzinfo=dt.UTC)


def test_every_minute_of_two_years_has_its_due_time_behind_it():
    """The slow way: the due times written out, the last one that is not later."""
    due = DueTime(2, dt.time(6, 15))
    days = (dt.date(2025, 12, 24) + dt.timedelta(days=number) for number in range(800))
    written = [dt.datetime.combine(day, due.at, tzinfo=CHICAGO) for day in days if day.weekday() == 2]
    for number in range(0, 730 * 24 * 60, 487):
        now = dt.datetime(2026, 1, 5, tzinfo=dt.UTC) + dt.timedelta(minutes=number)
        assert due.last(now, CHICAGO) == max(moment for moment in written if moment <= now)
        assert due.next(now, CHICAGO) == min(moment for moment in written if moment > now)


def test_who_reads_is_checked():
    assert checked_audiences(["public", "internal"]) == ("internal", "public")
    with pytest.raises(UnknownName, match="Did you mean 'internal'"):
        checked_audiences(["internl"])
    with pytest.raises(UsageError, match="own pages first"):
        checked_audiences([])
