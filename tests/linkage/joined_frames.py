"""Small frames for the joined record, drawn at random or written by hand, and a slow answer that goes row by row."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from hypothesis import strategies as st

FIRST = pd.Timestamp("2026-11-01")
NEVER = dt.datetime(2100, 1, 1)
DAY = dt.timedelta(days=1)
ENDED = ("revoked", "discharged", "transferred", "deceased")

COLUMNS = {
    "supervision": ["supervision_id", "agency", "doc_id", "supervision_type", "level", "status"]
    + ["start", "end", "ended_on", "entered_at"],
    "custody_stays": ["stay_id", "agency", "doc_id", "booked_at", "released_at", "stay_reason", "release_reason"]
    + ["entered_at"],
    "incidents": ["incident_id", "agency", "occurred_from", "occurred_to", "entered_at", "clearance", "cleared_on"],
    "incident_people": ["incident_person_id", "incident_id", "person_record_id", "role", "age_at_event", "juvenile"]
    + ["entered_at"],
    "arrests": ["arrest_id", "incident_id", "person_record_id", "arrested_at", "offense", "age_at_event", "entered_at"],
    "links": ["agency", "side", "record_id", "person_id", "match_probability"],
}
_MOMENTS = ("start", "end", "ended_on", "entered_at", "booked_at", "released_at", "occurred_from", "occurred_to")
_TIMES = (*_MOMENTS, "cleared_on", "arrested_at")


def frame(table: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of a table with its declared types; what a row does not say is missing."""
    made = pd.DataFrame([{name: row.get(name) for name in COLUMNS[table]} for row in rows], columns=COLUMNS[table])
    for name in COLUMNS[table]:
        if name in _TIMES:
            made[name] = pd.to_datetime(made[name]).astype("datetime64[us]")
        elif name == "age_at_event":
            made[name] = made[name].astype("Int64")
        elif name == "juvenile":
            made[name] = made[name].astype("boolean")
        elif name == "match_probability":
            made[name] = made[name].astype("float64")
        else:
            made[name] = made[name].astype("str")
    return made


def link(side: str, agency: str, record_id: str, person_id: str, probability: float | None = 1.0) -> dict[str, Any]:
    return {
        "side": side,
        "agency": agency,
        "record_id": record_id,
        "person_id": person_id,
        "match_probability": probability,
    }


# ------------------------------------------------------------------------------------------- drawn at random

MOMENTS = st.builds(
    lambda day, minute: FIRST + pd.Timedelta(days=day, minutes=minute),
    st.integers(0, 9),
    st.sampled_from([0, 0, 25, 60, 85, 600, 1439]),
)
DAYS = st.integers(0, 9).map(lambda day: FIRST + pd.Timedelta(days=day))
MAYBE = st.one_of(st.none(), MOMENTS)
RECORDS = st.tuples(st.sampled_from(["DOC", "JAIL"]), st.sampled_from(["1", "2"]))


def _numbered(rows: list[dict[str, Any]], **names: str) -> list[dict[str, Any]]:
    return [{**row, **{name: f"{letter}{place}" for name, letter in names.items()}} for place, row in enumerate(rows)]


@st.composite
def periods(draw: st.DrawFn) -> list[dict[str, Any]]:
    statuses = [None, "active", "active", "absconded", "suspended", "unknown", *ENDED]
    row = st.builds(
        lambda whose, status, start, end, ended, entered: {
            "agency": whose[0],
            "doc_id": whose[1],
            "status": status,
            "start": start,
            "end": end,
            "ended_on": ended,
            "entered_at": entered,
        },
        RECORDS,
        st.sampled_from(statuses),
        DAYS,
        st.one_of(st.none(), DAYS),
        st.one_of(st.none(), DAYS),
        MAYBE,
    )
    return _numbered(draw(st.lists(row, max_size=5)), supervision_id="V")


@st.composite
def stays(draw: st.DrawFn) -> list[dict[str, Any]]:
    reasons = [None, "bond", "served", "transfer", "escape", "death", "unknown"]
    row = st.builds(
        lambda whose, booked, released, reason, entered: {
            "agency": whose[0],
            "doc_id": whose[1],
            "booked_at": booked,
            "released_at": released,
            "release_reason": reason,
            "entered_at": entered,
        },
        RECORDS,
        MOMENTS,
        MAYBE,
        st.sampled_from(reasons),
        MAYBE,
    )
    return _numbered(draw(st.lists(row, max_size=6)), stay_id="S")


@st.composite
def links(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for side, agency, record in [
        *(("corrections", agency, doc_id) for agency in ("DOC", "JAIL") for doc_id in "12"),
        *(("police", "PD", number) for number in "123"),
    ]:
        person = draw(st.sampled_from([None, "P-1", "P-1", "P-2"]))
        if person is not None:
            rows.append(link(side, agency, record, person, draw(st.sampled_from([1.0, 0.99, 0.9, None]))))
    return rows


@st.composite
def incident_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    row = st.builds(
        lambda start, end, entered, clearance, cleared: {
            "occurred_from": start,
            "occurred_to": end,
            "entered_at": entered,
            "clearance": clearance,
            "cleared_on": cleared,
        },
        MAYBE,
        MAYBE,
        MAYBE,
        st.sampled_from([None, "open", "arrest", "unfounded"]),
        st.one_of(st.none(), DAYS),
    )
    return _numbered(draw(st.lists(row, min_size=1, max_size=4)), incident_id="I")


@st.composite
def people_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    row = st.builds(
        lambda incident, person, role, age, juvenile, entered: {
            "incident_id": incident,
            "person_record_id": person,
            "role": role,
            "age_at_event": age,
            "juvenile": juvenile,
            "entered_at": entered,
        },
        st.sampled_from(["I0", "I1", "I2", "I9"]),
        st.sampled_from([None, "1", "2", "3"]),
        st.sampled_from(["victim", "suspect", "arrestee", "witness"]),
        st.sampled_from([None, 17, 18, 40]),
        st.sampled_from([None, None, True, False]),
        MAYBE,
    )
    return _numbered(draw(st.lists(row, max_size=5)), incident_person_id="IP")


@st.composite
def arrest_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    row = st.builds(
        lambda incident, person, at, age, entered: {
            "incident_id": incident,
            "person_record_id": person,
            "arrested_at": at,
            "age_at_event": age,
            "entered_at": entered,
            "offense": "robbery",
        },
        st.sampled_from([None, "I0", "I1", "I2", "I9"]),
        st.sampled_from([None, "1", "2", "3"]),
        MOMENTS,
        st.sampled_from([None, 17, 40]),
        MAYBE,
    )
    return _numbered(draw(st.lists(row, max_size=4)), arrest_id="A")


AS_OF = st.one_of(DAYS, MOMENTS)


def worlds(seed: int, number: int = 250) -> dict[str, list[dict[str, Any]]]:
    """Many small worlds side by side, no record of one in another."""
    chance = random.Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    for world in range(number):
        for table, made in _world(chance, f"w{world}-").items():
            rows[table] += made
    return rows


def _world(chance: random.Random, name: str) -> dict[str, list[dict[str, Any]]]:
    def moment() -> pd.Timestamp:
        return FIRST + pd.Timedelta(days=chance.randrange(10), minutes=chance.choice([0, 0, 25, 60, 85, 600, 1439]))

    def day() -> pd.Timestamp:
        return FIRST + pd.Timedelta(days=chance.randrange(10))

    def perhaps(make: Callable[[], Any], likely: float = 0.5) -> Any:
        return make() if chance.random() < likely else None

    def whose() -> dict[str, str]:
        return {"agency": chance.choice(["DOC", "JAIL"]), "doc_id": name + chance.choice("12")}

    def entered() -> dict[str, Any]:
        return {"entered_at": perhaps(moment, 0.4)}

    statuses = [None, "active", "active", "active", "absconded", "suspended", "unknown", *ENDED]
    reasons = ["bond", "bond", "served", "transfer", "transfer", "escape", "death", None]
    made: dict[str, list[dict[str, Any]]] = {table: [] for table in COLUMNS}
    for place in range(chance.randrange(1, 4)):
        made["supervision"].append(
            {"supervision_id": f"{name}V{place}", **whose(), "status": chance.choice(statuses), "start": day()}
            | {"end": perhaps(day, 0.3), "ended_on": perhaps(day, 0.4), **entered()}
        )
    for place in range(chance.randrange(5)):
        made["custody_stays"].append(
            {"stay_id": f"{name}S{place}", **whose(), "booked_at": moment(), "released_at": perhaps(moment, 0.8)}
            | {"release_reason": chance.choice(reasons), **entered()}
        )
    for side, agency, record in (
        *(("corrections", agency, doc_id) for agency in ("DOC", "JAIL") for doc_id in "12"),
        *(("police", "PD", number) for number in "123"),
    ):
        person = chance.choice([None, "P-1", "P-1", "P-2"])
        if person is not None:
            made["links"].append(
                link(side, agency, name + record, name + person, chance.choice([1.0, 0.99, 0.9, None]))
            )
    for place in range(3):
        made["incidents"].append(
            {
                "incident_id": f"{name}I{place}",
                "occurred_from": perhaps(moment, 0.9),
                "occurred_to": perhaps(moment, 0.4),
            }
            | {
                "clearance": chance.choice([None, "open", "arrest", "unfounded"]),
                "cleared_on": perhaps(day),
                **entered(),
            }
        )
    for place in range(chance.randrange(5)):
        person = {
            "person_record_id": perhaps(lambda: name + chance.choice("123"), 0.9),
            "age_at_event": 40,
            **entered(),
        }
        person |= {"incident_id": name + chance.choice(["I0", "I1", "I2", "I9"])}
        role = {
            "role": chance.choice(["victim", "suspect", "arrestee"]),
            "juvenile": chance.choice([None, True, False]),
        }
        made["incident_people"].append({"incident_person_id": f"IP{name}{place}", **person, **role})
        made["arrests"].append({"arrest_id": f"A{name}{place}", **person, "arrested_at": moment(), "offense": "arson"})
    return made


# ----------------------------------------------------------------------------------- the slow, obvious answer


class Slow:
    """Every rule of the joined record once more, for one row and one moment at a time."""

    def __init__(
        self,
        periods: Sequence[Mapping[str, Any]],
        stays: Sequence[Mapping[str, Any]],
        links: Sequence[Mapping[str, Any]],
        as_of: pd.Timestamp,
    ) -> None:
        self.as_of = as_of
        self.links = {(one["side"], one["agency"], one["record_id"]): one for one in links}
        self.periods = [row for row in periods if self.known(row) and row["start"] < as_of]
        self.stays = [row for row in stays if self.known(row) and row["booked_at"] < as_of]

    def known(self, row: Mapping[str, Any]) -> bool:
        return row["entered_at"] is None or row["entered_at"] < self.as_of

    def person(self, row: Mapping[str, Any]) -> object:
        found = self.links.get(("corrections", row["agency"], row["doc_id"]))
        return found["person_id"] if found else (row["agency"], row["doc_id"])

    def bounds(self, stay: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
        """Surely held from, to; perhaps held from, to."""
        booked, released = stay["booked_at"], stay["released_at"]
        hour_unknown = booked == booked.normalize()
        sure_from = booked + DAY if hour_unknown else booked
        if released is None or (released >= self.as_of and released >= booked):
            return sure_from, NEVER, booked, NEVER
        if released < booked:
            if booked - released <= dt.timedelta(hours=1):
                return sure_from, booked, booked, booked
            return sure_from, sure_from, booked, NEVER
        return sure_from, released, booked, (released + DAY if released == released.normalize() else released)

    def of(self, person: object) -> list[Mapping[str, Any]]:
        return [stay for stay in self.stays if self.person(stay) == person]

    def died(self, person: object) -> Any:
        moments = [
            row["ended_on"] or row["entered_at"] or row["start"]
            for row in self.periods
            if row["status"] == "deceased" and self.person(row) == person
        ]
        for stay in self.of(person):
            released = self._released(stay)
            if stay["release_reason"] == "death" and released is not None:
                moments.append(released)
        return min((moment for moment in moments if moment < self.as_of), default=NEVER)

    def _released(self, stay: Mapping[str, Any]) -> Any:
        released, booked = stay["released_at"], stay["booked_at"]
        if released is None or (released >= self.as_of and released >= booked):
            return None
        if released < booked:
            return booked if booked - released <= dt.timedelta(hours=1) else None
        return released

    def gone(self, person: object, reason: str, at: Any, until: Any, start: Any) -> bool:
        """Moved or escaped at any time from at to until, for a period that began before that day."""
        latest = None
        for stay in self.of(person):
            released, end = self._released(stay), self.bounds(stay)[3]
            if stay["release_reason"] != reason or released is None:
                continue
            others = [self.bounds(other) for other in self.of(person)]
            if any(begin <= end < finish for _, _, begin, finish in others):
                continue
            back = min((begin for _, _, begin, _ in others if begin > end), default=NEVER)
            if released <= until and back > at:
                latest = released if latest is None else max(latest, released)
        return latest is not None and self._first(person, reason, latest).normalize() > start

    def _first(self, person: object, reason: str, latest: Any) -> Any:
        """Two releases of one kind with no booking between them are one going: the first of them counts."""
        first = latest
        for stay in self.of(person):
            released, end = self._released(stay), self.bounds(stay)[3]
            if stay["release_reason"] != reason or released is None or released >= first:
                continue
            others = [self.bounds(other) for other in self.of(person)]
            if any(begin <= end < finish for _, _, begin, finish in others):
                continue
            back = min((begin for _, _, begin, _ in others if begin > end), default=NEVER)
            if back >= first:
                first = released
        return first

    def held(self, person: object, at: Any, until: Any) -> bool:
        """Surely in custody at the first and last moment, and at each at which a stay ends in between."""
        spans = [self.bounds(stay)[:2] for stay in self.of(person)]
        moments = [at, until, *(end for _, end in spans if at < end <= until)]
        return all(any(begin <= moment < end for begin, end in spans) for moment in moments)

    def maybe(self, person: object, at: Any, until: Any) -> bool:
        """Perhaps in custody at some time from at to until."""
        spans = [self.bounds(stay)[2:] for stay in self.of(person)]
        return any(begin <= until and end > at for begin, end in spans)

    def finish(self, row: Mapping[str, Any]) -> Any:
        if row["ended_on"] is not None and row["ended_on"] < self.as_of:
            return row["ended_on"]
        return row["end"] + DAY if row["end"] is not None else NEVER

    def usable(self, row: Mapping[str, Any]) -> bool:
        return self.finish(row) > row["start"] and not (row["status"] in ENDED and row["ended_on"] is None)

    def standing(self, row: Mapping[str, Any], at: Any, until: Any) -> tuple[str, object]:
        """The standing, and whether at liberty: True, False or None."""
        person, start = self.person(row), row["start"]
        if self.held(person, at, until):
            return "in_custody", False
        if self.maybe(person, at, until) or self.gone(person, "transfer", at, until, start):
            return "custody_unclear", None
        if self.gone(person, "escape", at, until, start):
            return "escaped", True
        speaks = row["entered_at"] is None or row["entered_at"] <= at
        words = {"absconded": "absconded", "suspended": "suspended", "unknown": "status_unknown"}
        return (words.get(row["status"], "in_community") if speaks else "in_community"), True

    def supervision_on(self) -> dict[str, tuple[str, object]]:
        """By period: how its person stood at the last moment before the as-of."""
        moment = self.as_of - pd.Timedelta(1, "us")
        told = {}
        for row in self.periods:
            if not self.usable(row) or self.finish(row) <= moment or self.died(self.person(row)) < self.as_of:
                continue
            standing, liberty = self.standing(row, moment, moment)
            if standing == "in_community" and self.maybe(self.person(row), moment.normalize(), moment):
                standing = "released_that_day"
            told[row["supervision_id"]] = (standing, liberty)
        return told

    def involved(
        self,
        incidents: Sequence[Mapping[str, Any]],
        people: Sequence[Mapping[str, Any]],
        arrests: Sequence[Mapping[str, Any]],
    ) -> set[tuple[Any, ...]]:
        """Source, period, role, standing, liberty and certainty of every involvement at that time."""
        times, unfounded = {}, set()
        for row in incidents:
            if not self.known(row):
                continue
            cleared = row["cleared_on"]
            if row["clearance"] == "unfounded" and (cleared is None or cleared < self.as_of):
                unfounded.add(row["incident_id"])
            elif row["occurred_from"] is not None and row["occurred_from"] < self.as_of:
                at, to = row["occurred_from"], row["occurred_to"]
                vague = to is not None and to < at
                until = at if to is None or vague else min(to, self.as_of - pd.Timedelta(1, "us"))
                times[row["incident_id"]] = (at, until, vague)
        listed = []
        for row in people:
            young = row["juvenile"] is True or (row["age_at_event"] is not None and row["age_at_event"] < 18)
            if self.known(row) and not young and row["incident_id"] in times:
                listed.append((row["incident_person_id"], row, row["role"], times[row["incident_id"]]))
        for row in arrests:
            young = row["age_at_event"] is not None and row["age_at_event"] < 18
            if not self.known(row) or young or row["arrested_at"] >= self.as_of or row["incident_id"] in unfounded:
                continue
            own = (row["arrested_at"], row["arrested_at"], False)
            listed.append((row["arrest_id"], row, "arrestee", times.get(row["incident_id"], own)))
        return self._under_supervision(listed)

    def _under_supervision(self, listed: Sequence[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
        told, named = set(), set()
        for source, row, role, (at, until, vague) in listed:
            police = self.links.get(("police", "PD", row["person_record_id"]))
            if police is None or (source.startswith("A") and (row["incident_id"], police["person_id"]) in named):
                continue
            for period in self.periods:
                if self.person(period) != police["person_id"] or not self.usable(period):
                    continue
                begin, finish = period["start"], self.finish(period)
                if begin > until or finish <= at or self.died(police["person_id"]) <= until:
                    continue
                if role == "arrestee" and not source.startswith("A"):
                    named.add((row["incident_id"], police["person_id"]))
                standing, liberty = self.standing(period, at, until)
                if (
                    standing == "in_custody"
                    and role == "arrestee"
                    and self._booked_that_day(police["person_id"], until)
                ):
                    standing, liberty = "custody_unclear", None
                certain = begin <= at and finish > until and not vague
                told.add((source, period["supervision_id"], role, standing, liberty, certain))
        return told

    def _booked_that_day(self, person: object, until: Any) -> bool:
        """Whether the unbroken time in custody that holds a moment began on its day."""
        begin = until
        spans = [self.bounds(stay)[:2] for stay in self.of(person)]
        while True:
            earlier = [b for b, e in spans if b < begin <= e or b < begin < e]
            if not earlier:
                return begin.normalize() == until.normalize()
            begin = min(earlier)
