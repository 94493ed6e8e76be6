import pandas as pd
import pytest

from pcanalytics.compstat import supervision_counts
from pcanalytics.errors import UsageError

from .frames import AS_OF


def periods(**types):
    kinds = [kind for kind, number in types.items() for _ in range(number)]
    return pd.DataFrame(
        {
            "supervision_type": kinds,
            "start": pd.Timestamp("2026-01-01"),
            "end": pd.NaT,
            "doc_id": [str(n) for n in range(len(kinds))],
        }
    )


def shown(counts):
    return dict(zip(counts["label"], counts["shown"], strict=True))


def test_counts_by_type_and_in_all():
    counts = supervision_counts(periods(probation=40, parole=25), pd.DataFrame(), as_of=AS_OF)
    assert shown(counts) == {"probation": "40", "parole": "25", "All under supervision": "65"}


def test_a_small_count_is_kept_back_and_cannot_be_worked_out():
    counts = supervision_counts(periods(probation=40, parole=25, dual=3), pd.DataFrame(), as_of=AS_OF)
    assert shown(counts) == {
        "probation": "40",
        "parole": "not shown",
        "dual": "fewer than 10",
        "All under supervision": "68",
    }
    assert counts["count"].isna().tolist() == [False, True, True, False]
    counts = supervision_counts(periods(probation=40, parole=2, dual=3), pd.DataFrame(), as_of=AS_OF)
    assert shown(counts)["probation"] == "not shown", "45 less 40 would give the two small ones away as 5 together"
    counts = supervision_counts(periods(probation=40, parole=9, dual=9), pd.DataFrame(), as_of=AS_OF)
    assert shown(counts)["probation"] == "not shown", "18 can only be 9 and 9"
    counts = supervision_counts(periods(probation=40, parole=8, dual=9), pd.DataFrame(), as_of=AS_OF)
    assert shown(counts)["probation"] == "40"


def test_a_nearer_projection_does_not_give_away_what_lies_between():
    def counted(near, far):
        projected = ["2026-12-01"] * near + ["2027-01-20"] * (far - near)
        releases = pd.DataFrame({"projected_on": pd.to_datetime(projected)})
        return supervision_counts(pd.DataFrame(), releases, as_of=AS_OF)["shown"].tolist()

    assert counted(20, 40) == ["20", "40"]
    assert counted(37, 40) == ["not shown", "40"]
    assert counted(4, 12) == ["fewer than 10", "12"]


def test_one_number_of_two_agencies_is_two_people():
    frame = periods(probation=12).assign(agency="DOC")
    both = pd.concat([frame, frame.assign(agency="County"), frame.assign(agency="County")])
    counts = supervision_counts(both, pd.DataFrame(), as_of=AS_OF)
    assert shown(counts) == {"probation": "24", "All under supervision": "24"}


def test_zero_is_a_small_count():
    ended = periods(parole=3).assign(ended_on=pd.Timestamp("2026-02-01"))
    releases = pd.DataFrame({"released_on": pd.to_datetime(["2025-01-01"])})
    counts = supervision_counts(ended, releases, as_of=AS_OF)
    assert shown(counts) == {"All under supervision": "fewer than 10", "Released in the last 28 days": "fewer than 10"}


def test_nothing_shared_is_not_a_count():
    nothing = periods(parole=1).iloc[:0]
    assert supervision_counts(nothing, pd.DataFrame({"released_on": pd.to_datetime([])}), as_of=AS_OF).empty


def test_only_open_periods_count_and_a_person_counts_once():
    frame = periods(probation=4)
    frame["doc_id"] = ["1", "1", "2", "3"]
    frame["start"] = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-11-23", "2026-01-01"])
    frame["ended_on"] = pd.to_datetime([None, None, None, "2026-11-22"])
    counts = supervision_counts(frame, pd.DataFrame(), as_of=AS_OF, minimum_cell=1)
    assert shown(counts) == {"probation": "1", "All under supervision": "1"}


def test_releases_are_counted_before_and_after():
    releases = pd.DataFrame(
        {
            "released_on": pd.to_datetime(["2026-11-22", "2026-10-26", "2026-10-25", "2026-11-23", None, None, None]),
            "projected_on": pd.to_datetime([None, None, None, "2026-11-23", "2026-12-22", "2026-12-23", "2027-03-01"]),
        }
    )
    counts = supervision_counts(pd.DataFrame(), releases, as_of=AS_OF, minimum_cell=1)
    assert shown(counts) == {
        "Released in the last 28 days": "2",
        "Projected for release in the next 30 days": "2",
        "Projected for release in the next 90 days": "3",
    }


def test_columns_that_are_not_permitted_are_not_missed():
    counts = supervision_counts(periods(parole=11)[["start"]], pd.DataFrame(), as_of=AS_OF)
    assert shown(counts) == {"All under supervision": "11"}
    assert supervision_counts(pd.DataFrame(), pd.DataFrame(), as_of=AS_OF).empty
    with pytest.raises(UsageError, match="at least 1"):
        supervision_counts(pd.DataFrame(), pd.DataFrame(), as_of=AS_OF, minimum_cell=0)
