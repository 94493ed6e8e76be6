"""The schedule: which reports there are, for whom, and when each is due. It is read strictly, and nothing waits here.

::

    [[reports]]
    name = "weekly_compstat"
    due = "monday 06:00"                  # in the workspace's time zone
    audiences = ["internal", "public"]
    parameters = { }

A report is due from its due time on until the last complete week before that time is published. Whoever starts
``pcanalytics report due`` every few minutes therefore misses none, whatever was switched off meanwhile.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pcanalytics.errors import InputRejected, MappingError, PcanalyticsError, Problem, UsageError
from pcanalytics.exchange.settings import Keys, nearest, parse_toml
from pcanalytics.periods import WEEK_STARTS, Period, week_containing
from pcanalytics.runs.layout import checked_audiences, is_report_name
from pcanalytics.runs.limits import Limits
from pcanalytics.runs.notebooks import NOTEBOOKS, checked_for

__all__ = ["SCHEDULE_FILE", "DueTime", "Report", "read_schedule"]

#: The file of the reports folder that declares reports.
SCHEDULE_FILE = "schedule.toml"

#: Parameters that a schedule never gives: the workspace is the one it lies in, and the week is the one that is due.
_GIVEN = ("workspace", "week")

_DUE = re.compile(r"(\w+) +([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class DueTime:
    """A weekday and a time of day, in the workspace's time zone.

    Parameters
    ----------
    weekday : int
        0 is Monday.
    at : datetime.time
        Local wall time. One that the clock skips in spring is an hour later; of one that comes twice in autumn the first counts.

    Examples
    --------
    >>> print(DueTime(0, dt.time(6)))
    Monday 06:00
    """

    weekday: int
    at: dt.time

    def __str__(self) -> str:
        """Give it as a person says it."""
        return f"{WEEK_STARTS[self.weekday].capitalize()} {self.at:%H:%M}"

    def last(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """Give the latest moment that is not later than now."""
        today = now.astimezone(zone).date()
        day = today - dt.timedelta(days=(today.weekday() - self.weekday) % 7)
        moment = self._on(day, zone)
        is_past = moment.astimezone(dt.UTC) <= now.astimezone(
            dt.UTC
        )  # wall times of one zone would be compared as written
        return moment if is_past else self._on(day - dt.timedelta(days=7), zone)

    def next(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """Give the first moment that is later than now."""
        return self._on(self.last(now, zone).date() + dt.timedelta(days=7), zone)

    def _on(self, day: dt.date, zone: ZoneInfo) -> dt.datetime:
        wall = dt.datetime.combine(day, self.at, tzinfo=zone)
        return wall.astimezone(dt.UTC).astimezone(zone)  # an hour that the clock skips is not left as it is


@dataclass(frozen=True)
class Report:
    """A report that a workspace makes.

    Parameters
    ----------
    name : str
        Names its folder.
    kind : str
        What it is made from, a key of :data:`pcanalytics.runs.notebooks.NOTEBOOKS`.
    parameters : mapping of str to object
        Given to its notebook.
    audiences : sequence of str
        Who reads it.
    due : DueTime, optional
        When it is due; without it only ``pcanalytics report run`` makes it.
    keep_notebooks : bool
        Whether executed notebooks that went well are kept.
    limits : Limits
        Seconds for each notebook and each cell.
    """

    name: str
    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    audiences: Sequence[str] = ("internal", "public")
    due: DueTime | None = None
    keep_notebooks: bool = False
    limits: Limits = Limits()

    def week_due(self, now: dt.datetime, zone: ZoneInfo, week_starts: str) -> Period | None:
        """Give the last complete week before the latest due time; ``None`` for a report that is never due."""
        if self.due is None:
            return None
        day = pd.Timestamp(self.due.last(now, zone).replace(tzinfo=None))
        start = week_containing(day, starts=week_starts).start
        return Period(start - pd.Timedelta(days=7), start)


def read_schedule(path: Path) -> dict[str, Report]:
    """Read the reports that a workspace declares.

    Parameters
    ----------
    path : Path
        ``reports/schedule.toml`` of the workspace. When it is not there, each kind of report is made by hand and
        none is ever due.

    Returns
    -------
    dict of str to Report
        By name, in the order of the file, then the kinds of report that it does not name.

    Raises
    ------
    MappingError
        Listing every problem: keys that are unknown (with the nearest) or of the wrong kind, names given twice, unknown
        weekdays, audiences and kinds of report, and parameters that a notebook does not take.

    Examples
    --------
    >>> list(read_schedule(Path("no-such-folder/schedule.toml")))
    ['weekly_compstat']
    """
    reports: dict[str, Report] = {}
    problems: list[Problem] = []
    for number, table in enumerate(_tables(path, problems), start=1):
        keys = Keys(table, f"report {number}:", problems)
        report = _report(keys)
        keys.finish()
        if report is not None and report.name in reports:
            keys.report(f"{keys.name('name')} is given twice", code="given_twice")
        elif report is not None:
            reports[report.name] = report
    if problems:
        raise MappingError(f"{path.name} cannot be used.", problems)
    return {**reports, **{kind: Report(kind, kind) for kind in NOTEBOOKS if kind not in reports}}


def _tables(path: Path, problems: list[Problem]) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise MappingError(f"{path.name} is not written in UTF-8. Save it again as UTF-8.") from None
    keys = Keys(parse_toml(text, name=path.name, error=MappingError), "", problems)
    tables: list[dict[str, Any]] = keys.take("reports", "tables", default=[])
    keys.finish()
    return tables


def _report(keys: Keys) -> Report | None:
    """Read one report; ``None`` when something is wrong with it, which is then among the problems."""
    before = len(keys.problems)
    name = keys.take("name", "text", required=True, default="")
    kind = keys.take("notebook", "text", default=name)
    parameters = keys.take("parameters", "table", default={})
    audiences = keys.take("audiences", "texts", default=("internal", "public"))
    due = _due(keys, keys.take("due", "text"))
    keep = keys.take("keep_notebooks", "flag", default=False)
    seconds = [keys.take(key, "number", default=default) for key, default in _TIMES.items()]
    if name and not is_report_name(name):
        keys.report(f"{keys.name('name')} cannot name a folder", code="wrong_name", expected="such as weekly_compstat")
    elif kind and kind not in NOTEBOOKS:
        what = "notebook" if kind != name else "name"
        keys.report(f"{keys.name(what)} is no kind of report", code="unknown_name", expected=nearest(kind, NOTEBOOKS))
    elif name in NOTEBOOKS and kind != name:
        keys.report(f"{keys.name('name')} is a kind of report itself", code="wrong_name", expected="a name of its own")
    elif kind:
        _check(keys, "parameters", lambda: _checked(kind, parameters))
    _check(keys, "audiences", lambda: checked_audiences(audiences))
    for key, value in zip(_TIMES, seconds, strict=True):
        if value is not None and value <= 0:
            keys.report(f"{keys.name(key)} must be above zero", code="wrong_value")
    if len(keys.problems) > before:
        return None
    return Report(name, kind, parameters, audiences, due, keep, Limits(timeout=seconds[0], cell_timeout=seconds[1]))


#: Keys of time limits, in seconds, and what holds without them.
_TIMES: Mapping[str, float | None] = {"timeout_seconds": Limits().timeout, "cell_timeout_seconds": None}


def _checked(kind: str, parameters: Mapping[str, Any]) -> None:
    for name in _GIVEN:
        if name in parameters:
            raise UsageError(f"{name} is not given here: the schedule knows it.")
    checked_for(kind, parameters)


def _check(keys: Keys, key: str, check: Any) -> None:
    """Turn an error about a key's value into a problem of the file."""
    try:
        check()
    except (UsageError, InputRejected) as error:
        keys.report(f"{keys.name(key)}: {_one_line(error)}", code="wrong_value")


def _one_line(error: PcanalyticsError) -> str:
    return " ".join([error.summary, *map(str, error.problems)])


def _due(keys: Keys, written: str | None) -> DueTime | None:
    if written is None:
        return None
    match = _DUE.fullmatch(written.strip().lower())
    if match is None:
        keys.report(f"{keys.name('due')} is no time", code="wrong_value", expected='such as "monday 06:00"')
        return None
    if match[1] not in WEEK_STARTS:
        expected = nearest(match[1], WEEK_STARTS)
        keys.report(f"{keys.name('due')} names no weekday", code="unknown_name", expected=expected)
        return None
    return DueTime(WEEK_STARTS.index(match[1]), dt.time(int(match[2]), int(match[3])))
