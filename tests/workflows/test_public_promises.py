"""What a brief promises of victims and juveniles, through a loaded workspace: small counts in words, no such address."""

import pandas as pd
import pytest

from pcanalytics import compstat
from pcanalytics.workflows import weekly_compstat
from tests.workflows.small_agency import rows, workspace

SETTINGS = """
[[figures]]
label = "NIBRS submission"
unit = "victim"
[[figures]]
label = "Press figure"
unit = "incident"
"""


OLD = {"occurred_from": "2023-01-10 21:00", "entered_at": "2023-01-11 08:00"}


def brief_of(folder, age: str, old: bool = True):
    """One incident of the week with a victim of an age and two calls; with ``old``, another of long ago."""
    people = {
        "incident_person_id": "1",
        "incident_id": "1",
        "role": "victim",
        "person_record_id": "9",
        "age_at_event": age,
    }
    assault = {"offense": "simple_assault"}
    earlier = {"offense_id": "0-1", "incident_id": "0", "entered_at": OLD["entered_at"]}
    calls = [{"call_id": number, "incident_id": "1"} for number in ("1", "2")]
    opened = workspace(
        folder,
        SETTINGS,
        incidents=rows("incidents", {}, *[{"incident_id": "0", **OLD}] * old),
        incident_offenses=rows("incident_offenses", assault, *[{**assault, **earlier}] * old),
        calls=rows("calls", *calls),
        police_people=rows("police_people", {}),
        incident_people=pd.DataFrame(
            [people, *[{**people, "incident_person_id": "0", "incident_id": "0"}] * old]
        ).astype("str"),
    )
    return weekly_compstat(opened.root, week="2026-W47")


@pytest.mark.parametrize(("age", "listed"), [("30", 1), ("9", 0)])
def test_calls_about_a_juvenile_bring_no_address_onto_the_list(tmp_path, age, listed):
    brief = brief_of(tmp_path, age)
    assert len(brief.calls) == 2
    assert len(compstat.repeat_addresses(brief.calls, as_of=brief.as_of)) == listed


def test_small_counts_of_victims_are_nowhere_in_what_the_public_page_gets(tmp_path):
    brief = brief_of(tmp_path, "30")
    inside = brief.measured.internal.set_index("measure").loc["Victims"]
    assert inside["last_28_days"] == 1
    shown = brief.measured.public.set_index("measure").loc["Victims"]
    assert not any(isinstance(value, int) or str(value).isdigit() for value in shown)
    assert set(brief.bridge["figure"]) == {"NIBRS submission", "Press figure"}
    assert set(brief.public_bridge["figure"]) == {"Press figure"}


def test_an_agency_in_its_first_week_has_a_page(tmp_path):
    brief = brief_of(tmp_path, "30", old=False)
    assert brief.measured.public.set_index("measure").loc["Victims"].isna().all()
