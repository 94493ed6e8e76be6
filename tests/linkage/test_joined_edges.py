"""Edges of the joined record that only its parts show: what is still to come, spans that touch, links that do not say how sure."""

from __future__ import annotations

import pandas as pd

from pcanalytics.linkage.custody import custody_spans, merged_spans
from pcanalytics.linkage.lineage import weakest
from pcanalytics.linkage.supervised import supervision_on

AS_OF = pd.Timestamp("2026-11-23")
NOBODY = pd.DataFrame(columns=["agency", "side", "record_id", "person_id", "match_probability"])


def stays(released: object, reason: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agency": ["JAIL"],
            "doc_id": "7",
            "booked_at": [pd.Timestamp("2026-11-20 14:30")],
            "released_at": [pd.Timestamp(released)],
            "release_reason": [reason],
        }
    )


def test_a_release_still_to_come_is_none():
    still_held = custody_spans(stays(pd.NaT, None), NOBODY, as_of=AS_OF)
    for reason in ("bond", "transfer", "escape", "death"):
        for moment in ("2026-11-23 00:00", "2026-11-25 10:00"):
            pd.testing.assert_frame_equal(custody_spans(stays(moment, reason), NOBODY, as_of=AS_OF), still_held)


def test_spans_that_touch_are_one_and_spans_a_moment_apart_are_two():
    day = pd.Timestamp("2026-11-01")
    two = [day, day + pd.Timedelta(days=2)]
    touching = pd.DataFrame({"person": "P", "begin": two, "end": [two[1], two[1] + pd.Timedelta(days=1)]})
    assert len(merged_spans(touching)) == 1
    touching.loc[0, "end"] -= pd.Timedelta(1, "us")
    assert len(merged_spans(touching)) == 2


def test_a_status_that_tells_of_an_end_to_come_is_missing_until_then():
    row = {"supervision_id": "1", "agency": "DOC", "doc_id": "7", "start": "2026-01-05", "status": "discharged"}
    periods = pd.DataFrame([row | {"ended_on": "2026-11-23"}])
    found = supervision_on(periods, pd.DataFrame(), NOBODY, as_of=AS_OF)
    assert found["status"].isna().tolist() == [True]
    assert found["in_community"].tolist() == [True]
    assert supervision_on(periods, pd.DataFrame(), NOBODY, as_of=AS_OF + pd.Timedelta(days=1)).empty


def test_two_links_of_which_one_does_not_say_how_sure_it_is_do_not_say_either():
    assert weakest(pd.Series([0.9, 0.8]), pd.Series([0.7, None])).isna().tolist() == [False, True]
