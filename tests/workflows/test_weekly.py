"""What one weekly page is handed, on workspaces of a few rows."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pcanalytics.compstat import repeat_addresses
from pcanalytics.errors import InputRejected
from pcanalytics.periods import week_of
from pcanalytics.store import init_workspace_files, open_store
from pcanalytics.workflows import weekly_compstat
from pcanalytics.workflows.places import district_names
from pcanalytics.workflows.weekly import offenses_before

from .small_agency import rows, workspace

WEEK = "2026-W47"


def listed(brief):
    return set(repeat_addresses(brief.calls, as_of=brief.as_of)["address"])


def on_the_map(brief):
    return set(brief.offenses.loc[~brief.offenses["unlisted"], "address"])


def test_an_address_that_any_record_protects_is_neither_listed_nor_drawn(tmp_path):
    places = ("12 OAK ST", "14 OAK ST", "16 OAK ST", "18 OAK ST")
    city = workspace(
        tmp_path,
        incidents=rows(
            "incidents",
            *({"incident_id": str(n), "address": place} for n, place in enumerate(places)),
            {"incident_id": "9", "address": "14 Oak St. Apt 3", "confidential_address": "Y"},
        ),
        incident_offenses=rows("incident_offenses", *({"offense_id": str(n), "incident_id": str(n)} for n in range(4))),
        calls=rows(
            "calls",
            *({"call_id": f"{place}{n}", "address": place} for place in places for n in range(2)),
            {"call_id": "own", "address": "18 OAK ST", "confidential_address": "Y"},
        ),
        police_people=rows("police_people", {"address": "16 OAK ST UNIT 2", "confidential_address": "Y"}),
    )
    brief = weekly_compstat(city.root, week=WEEK)
    assert listed(brief) == {"12 OAK ST"}
    assert on_the_map(brief) == {"12 OAK ST"}
    assert len(brief.offenses) == 4


def test_a_call_that_led_to_a_sexual_offense_lists_no_address(tmp_path):
    city = workspace(
        tmp_path,
        incidents=rows("incidents", {"incident_id": "1", "address": "20 ELM ST"}, {"incident_id": "2"}),
        incident_offenses=rows(
            "incident_offenses",
            {"offense_id": "1-1", "offense": "rape"},
            {"offense_id": "1-2", "offense": "burglary"},
            {"offense_id": "2-1", "incident_id": "2"},
        ),
        calls=rows(
            "calls",
            *({"call_id": f"a{n}", "address": "20 ELM ST", "incident_id": "1"} for n in range(3)),
            *({"call_id": f"b{n}", "incident_id": "2"} for n in range(2)),
        ),
    )
    brief = weekly_compstat(city.root, week=WEEK)
    assert listed(brief) == {"12 OAK ST"}
    assert on_the_map(brief) == {"12 OAK ST"}, "the burglary of the same incident stands at the same address"


def test_the_records_end_is_told_and_later_rows_do_not_move_it(tmp_path):
    few = rows(
        "incidents", {}, {"incident_id": "2", "occurred_from": "2026-11-25 10:00", "entered_at": "2026-11-26 10:00"}
    )
    for number, incidents in enumerate((few.iloc[:1], few)):
        both = rows(
            "incident_offenses", {}, {"offense_id": "2-1", "incident_id": "2", "entered_at": "2026-11-26 10:00"}
        )
        city = workspace(tmp_path / str(number), incidents=incidents, incident_offenses=both.iloc[: len(incidents)])
        brief = weekly_compstat(city.root, week=WEEK)
        assert brief.records_to == pd.Timestamp("2026-11-18 21:00")
        assert brief.covered_from == pd.Timestamp("2026-11-18")


def test_calls_do_not_hide_that_the_offenses_stopped(tmp_path):
    def ends(folder, every, until):
        days = pd.date_range("2026-09-01", until, freq=f"{every}h")
        happened = [{"occurred_from": f"{day:%Y-%m-%d %H:%M}", "entered_at": f"{day:%Y-%m-%d} 18:00"} for day in days]
        numbered = [{**row, "incident_id": str(n)} for n, row in enumerate(happened)]
        city = workspace(
            tmp_path / folder,
            incidents=rows("incidents", *numbered),
            incident_offenses=rows(
                "incident_offenses",
                *({"offense_id": row["incident_id"], **row} for row in numbered),
            ).drop(columns="occurred_from"),
            calls=rows("calls", {"received_at": "2026-11-22 21:00"}),
        )
        return weekly_compstat(city.root, week=WEEK).records_to

    assert ends("often", 6, "2026-11-22 12:00") == pd.Timestamp("2026-11-22 21:00")
    assert ends("stopped", 6, "2026-11-16 12:00") == pd.Timestamp("2026-11-16 12:00")
    assert ends("quiet", 240, "2026-11-15") == pd.Timestamp("2026-11-22 21:00"), (
        "ten days without an offense are usual here"
    )


def test_districts_numbered_in_the_drawing_are_those_named_in_the_records(tmp_path):
    def drawn(**properties):
        ring = [[-93.0, 45.0], [-92.9, 45.0], [-92.9, 45.1], [-93.0, 45.0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": properties, "geometry": shape}

    def collected(*features):
        return json.dumps({"type": "FeatureCollection", "features": features})

    districts = collected(drawn(district=7), drawn(district=12), drawn(district=None))
    beats = collected(drawn(beat=71, district=7.0), drawn(beat=72, district=None))
    tables = {
        "incidents": rows("incidents", {"district": "7"}),
        "incident_offenses": rows("incident_offenses", {}),
    }
    city = workspace(tmp_path / "a", places={"districts": districts, "beats": beats}, **tables)
    brief = weekly_compstat(city.root, week=WEEK, district="7")
    assert brief.district_names == ("7", "12")
    assert len(brief.offenses) == 1
    assert brief.places["districts"]["district"].tolist()[:2] == ["7", "12"]
    assert brief.places["beats"]["beat"].tolist() == ["71", "72"]
    assert brief.places["beats"]["district"].tolist()[0] == "7"
    unnamed = workspace(tmp_path / "b", places={"districts": collected(drawn(DIST="7"))}, **tables)
    with pytest.raises(InputRejected, match=r"districts\.geojson: each shape needs its name in a property 'district'"):
        weekly_compstat(unnamed.root, week=WEEK)


def test_a_page_names_no_agreement_when_nothing_was_read_under_it(tmp_path):
    terms = init_workspace_files("PD")["agreement.toml"]
    over = terms.replace("ends = 2027-12-31", "ends = 2026-06-30").replace("review = 2026-12-01", "review = 2026-03-01")
    assert over != terms
    people = {"doc_id": [str(n) for n in range(12)], "supervision_id": [str(n) for n in range(12)]}
    supervision = pd.DataFrame(people).assign(start="2026-02-01", supervision_type="parole", status="active")
    (tmp_path / "agreement.toml").write_text(over, encoding="utf-8")
    city = workspace(
        tmp_path,
        'agreement = "agreement.toml"',
        incidents=rows("incidents", {}),
        incident_offenses=rows("incident_offenses", {}),
        supervision=supervision,
    )
    brief = weekly_compstat(city.root, week=WEEK)
    assert brief.supervision.empty
    assert brief.agreement is None
    assert [source["source"] for source in brief.provenance] == ["incidents", "incident_offenses"]


def test_what_was_found_unfounded_later_counts_in_the_week_before(tmp_path):
    city = workspace(
        tmp_path,
        incidents=rows(
            "incidents",
            {"clearance": "unfounded", "cleared_on": "2026-11-22"},
            {"incident_id": "2", "clearance": "unfounded", "cleared_on": "2026-11-23"},
            {"incident_id": "3"},
        ),
        incident_offenses=rows(
            "incident_offenses", *({"offense_id": f"{n}-1", "incident_id": str(n)} for n in (1, 2, 3))
        ),
    )
    assert weekly_compstat(city.root, week=WEEK).offenses["incident_id"].tolist() == ["2", "3"]
    assert weekly_compstat(city.root, week="2026-W48").offenses["incident_id"].tolist() == ["3"]


def test_a_week_long_after_the_records_is_refused_and_a_quiet_one_is_not(tmp_path):
    city = workspace(tmp_path, incidents=rows("incidents", {}), incident_offenses=rows("incident_offenses", {}))
    assert weekly_compstat(city.root, week="2026-W50").records_to == pd.Timestamp("2026-11-18 21:00")
    with pytest.raises(InputRejected, match=r"before 2062-W10 is of 2026-11-18\. Load a newer extract"):
        weekly_compstat(city.root, week="2062-W10")


def test_the_issue_before_is_counted_in_the_beats_of_then(tmp_path):
    def beat(name, district, **dates):
        ring = [[-93.0, 45.0], [-92.9, 45.0], [-92.9, 45.1], [-93.0, 45.0]]
        properties = {
            "beat": name,
            "district": district,
            "follows": None,
            "valid_from": None,
            "valid_to": None,
            **dates,
        }
        return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    def ledger(changed, folder):
        drawn = [
            beat("001", "North", valid_to=changed),
            beat("002", "South", valid_from=changed, follows="001"),
        ]
        city = workspace(
            tmp_path / folder,
            places={"beats": json.dumps({"type": "FeatureCollection", "features": drawn})},
            incidents=rows("incidents", {"occurred_from": "2026-11-10 21:00", "entered_at": "2026-11-11 08:00"}),
            incident_offenses=rows("incident_offenses", {"entered_at": "2026-11-11 08:00"}),
        )
        brief = weekly_compstat(city.root, week=WEEK, district="South")
        whole = brief.restated.iloc[-1]
        return [int(whole[name]) for name in ("count_then", "moved_area", "count_now")]

    assert ledger("2025-07-01", "before") == [1, 0, 1], (
        "the records system still writes the old beat; both issues know better"
    )
    assert ledger("2026-11-17", "between") == [0, 1, 1], "the beat changed its district between the two issues"


def test_an_issue_before_that_was_never_made_is_not_claimed(tmp_path):
    city = workspace(tmp_path, incidents=rows("incidents", {}), incident_offenses=rows("incident_offenses", {}))
    brief = weekly_compstat(city.root, week=WEEK)
    assert not brief.last_issued
    assert brief.restated_period == "28 days to 15 November"
    assert brief.restated_since == "2026-W46"
    facts = {"is_city": True, "area": "Whole city", "counts": {"Burglary": 3, "All groups": 3}}
    folder = city.reports / "weekly_compstat" / "2026-W46"
    folder.mkdir(parents=True)
    (folder / "issue.json").write_text(json.dumps({"city": {"facts": {"internal": facts}}}), encoding="utf-8")
    brief = weekly_compstat(city.root, week=WEEK)
    assert brief.last_issued
    assert brief.restated["count_then"].tolist() == [3, 3]


def test_seasons_begin_where_all_groups_are_counted_the_same_way(tmp_path):
    settings = """
[offense_groups]
"Burglary" = ["burglary"]
[[series_breaks]]
on = 2026-11-19
reason = "new records system"
offense_groups = ["Burglary"]
[[series_breaks]]
on = 2026-11-23
reason = "not yet"
"""
    city = workspace(
        tmp_path, settings, incidents=rows("incidents", {}), incident_offenses=rows("incident_offenses", {})
    )
    brief = weekly_compstat(city.root, week=WEEK)
    assert brief.covered_from == pd.Timestamp("2026-11-18")
    assert brief.alike_from == pd.Timestamp("2026-11-19")


def test_every_district_that_is_listed_has_a_page(tmp_path):
    unfounded = {"incident_id": "2", "district": "Gone", "clearance": "unfounded", "cleared_on": "2026-11-20"}
    city = workspace(
        tmp_path,
        incidents=rows("incidents", {}, unfounded),
        incident_offenses=rows("incident_offenses", {}, {"offense_id": "2-1", "incident_id": "2"}),
    )
    with open_store(city) as store:
        named = district_names(offenses_before(store, city, week_of(WEEK)), {})
    assert named == weekly_compstat(city.root, week=WEEK).district_names == ("North",)


def test_without_times_of_entry_what_was_known_then_is_not_claimed(tmp_path):
    untimed = {name: rows(name, {"entered_at": ""}) for name in ("incidents", "incident_offenses")}
    brief = weekly_compstat(workspace(tmp_path, **untimed).root, week=WEEK)
    assert brief.latest_entry is None
    assert brief.restated_since == ""
