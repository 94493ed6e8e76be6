import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.compstat import NO_LONGER_DRAWN, beat_successors, compare, current_areas
from pcanalytics.errors import TableError, UnknownName

from .frames import AS_OF, many


def beats(*rows):
    """Rows of (beat, valid_from, valid_to, follows, district)."""
    frame = pd.DataFrame(rows, columns=["beat", "valid_from", "valid_to", "follows", "district"])
    return frame.assign(valid_from=pd.to_datetime(frame["valid_from"]), valid_to=pd.to_datetime(frame["valid_to"]))


def offenses(*rows):
    """Rows of (beat, when)."""
    frame = pd.DataFrame(rows, columns=["beat", "occurred_from"]).astype({"beat": "str"})
    return frame.assign(occurred_from=pd.to_datetime(frame["occurred_from"]), offense="robbery", count=1)


RENAMED = beats(("017", None, "2025-07-01", None, "Heights"), ("025", "2025-07-01", None, "017", "Heights"))


def test_c79_a_renamed_beat_neither_jumps_nor_vanishes():
    """One beat of a steady hundred a month takes another name half-way: every count stays what it was."""
    frame = many(6000, seed=21).assign(beat="017", district="Heights")
    before = frame["occurred_from"].lt("2025-07-01") | frame["occurred_from"].isna()
    renamed = frame.assign(beat=frame["beat"].where(before, "025"))
    steady = compare(frame, as_of=AS_OF, by=["beat"])
    torn = compare(renamed, as_of=AS_OF, by=["beat"])
    assert (torn.set_index("beat").loc["017", ["week", "last_28_days"]] == 0).all(), "as recorded, 017 vanishes"
    mended = compare(current_areas(renamed, RENAMED, as_of=AS_OF), as_of=AS_OF, by=["beat"])
    assert mended["beat"].tolist() == ["025"]
    pd.testing.assert_frame_equal(mended.drop(columns="beat"), steady.drop(columns="beat"))
    undated = renamed[renamed["occurred_from"].isna()]
    assert current_areas(undated, RENAMED, as_of=AS_OF)["beat"].eq("025").all()


def test_before_the_change_the_old_name_holds():
    frame = offenses(("017", "2025-06-01"), ("017", "2025-06-30"))
    assert current_areas(frame, RENAMED, as_of=pd.Timestamp("2025-07-01"))["beat"].tolist() == ["017", "017"]
    assert current_areas(frame, RENAMED, as_of=pd.Timestamp("2025-07-02"))["beat"].tolist() == ["025", "025"]
    assert beat_successors(RENAMED, as_of=pd.Timestamp("2025-07-01")).empty


def test_names_are_followed_through_chains_and_stale_names_too():
    chain = beats(
        ("A", None, "2024-01-01", None, "1"),
        ("B", "2024-01-01", "2025-01-01", "A", "1"),
        ("C", "2025-01-01", None, "B", "2"),
    )
    frame = offenses(("A", "2023-05-01"), ("B", "2024-05-01"), ("C", "2025-05-01"), ("A", "2026-05-01"))
    frame["district"] = ["1", "1", "2", "9"]
    placed = current_areas(frame, chain, as_of=AS_OF)
    assert placed["beat"].tolist() == ["C"] * 4
    assert placed["district"].tolist() == ["2", "2", "2", "9"], "a district recorded against its beat stays as recorded"


def test_two_beats_of_one_name_are_told_apart_by_time():
    reused = beats(
        ("A", None, "2020-01-01", None, "1"),
        ("B", "2020-01-01", None, "A", "1"),
        ("A", "2022-01-01", "2024-01-01", None, "1"),
        ("C", "2024-01-01", None, "A", "1"),
    )
    frame = offenses(("A", "2019-05-01"), ("A", "2023-05-01"), ("A", "2020-06-01"))
    assert current_areas(frame, reused, as_of=AS_OF)["beat"].tolist() == ["B", "C", "B"]


def test_two_beats_that_change_names_change_them_once():
    swapped = beats(
        ("1", None, "2025-01-01", None, "N"),
        ("2", None, "2025-01-01", None, "N"),
        ("1", "2025-01-01", None, "2", "N"),
        ("2", "2025-01-01", None, "1", "N"),
    )
    frame = offenses(("1", "2024-05-01"), ("2", "2024-05-01"), ("1", "2025-05-01"), ("2", "2025-05-01"))
    assert current_areas(frame, swapped, as_of=AS_OF)["beat"].tolist() == ["2", "1", "1", "2"]


def split_beats():
    return beats(
        ("7", None, "2025-01-01", None, "N"),
        ("7", "2025-01-01", None, None, "N"),
        ("8", "2025-01-01", None, "7", "S"),
    )


def test_a_split_beat_without_shapes_is_no_longer_drawn():
    frame = offenses(("7", "2024-05-01"), ("7", "2025-05-01"), ("8", "2025-05-01"), ("99", "2024-01-01"), (None, None))
    placed = current_areas(frame, split_beats(), as_of=AS_OF)
    assert placed["beat"].tolist()[:4] == [NO_LONGER_DRAWN, "7", "8", "99"]
    assert pd.isna(placed["beat"].iloc[4])
    assert len(compare(placed, as_of=AS_OF, by=["beat"])) == 5, "nothing vanishes"
    gone = beat_successors(split_beats(), as_of=AS_OF)
    assert gone[["beat", "counted_in"]].values.tolist() == [["7", "7 or 8"]]


def test_a_split_beat_with_shapes_is_placed_by_coordinates():
    shapes = [shapely.box(0, 0, 20, 10), shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    drawn = gpd.GeoDataFrame(split_beats(), geometry=shapes, crs="EPSG:26915")
    frame = offenses(*[("7", "2024-05-01")] * 5)
    frame["x"], frame["y"] = [2.0, 15.0, 10.0, 99.0, np.nan], [5.0, 5.0, 5.0, 5.0, 5.0]
    frame["district"] = "N"
    placed = current_areas(frame, drawn, as_of=AS_OF)
    assert placed["beat"].tolist() == ["7", "8", "7", NO_LONGER_DRAWN, NO_LONGER_DRAWN]
    assert placed["district"].tolist() == ["N", "S", "N", "N", "N"]


def test_several_beats_that_became_one_are_counted_in_it():
    merged = beats(
        ("1", None, "2025-01-01", None, "N"),
        ("2", None, "2025-01-01", None, "N"),
        ("3", "2025-01-01", None, "1, 2", "N"),
    )
    frame = offenses(("1", "2024-05-01"), ("2", "2024-05-01"), ("3", "2025-05-01"))
    assert current_areas(frame, merged, as_of=AS_OF)["beat"].tolist() == ["3", "3", "3"]
    half = merged.assign(follows=[None, None, "1"])
    assert current_areas(frame, half, as_of=AS_OF)["beat"].tolist() == ["3", NO_LONGER_DRAWN, "3"]


def test_rows_index_and_input_stay_as_they_were():
    frame = offenses(("017", "2024-05-01"), ("025", "2026-05-01")).set_index(pd.Index([7, 3]))
    copy = frame.copy()
    placed = current_areas(frame, RENAMED, as_of=AS_OF)
    assert placed.index.tolist() == [7, 3]
    pd.testing.assert_frame_equal(frame, copy)
    assert current_areas(frame.iloc[:0], RENAMED, as_of=AS_OF).empty
    later = pd.concat([RENAMED, beats(("031", "2027-01-01", None, "025", "Heights"))])
    pd.testing.assert_frame_equal(current_areas(frame, later, as_of=AS_OF), placed)
    calls = frame.rename(columns={"occurred_from": "received_at"})
    assert current_areas(calls, RENAMED, as_of=AS_OF, time="received_at")["beat"].tolist() == ["025", "025"]


def test_beats_drawn_twice_are_refused():
    twice = beats(("1", None, "2025-01-02", None, "N"), ("1", "2025-01-01", None, None, "N"))
    with pytest.raises(TableError, match="drawn twice for one day, beat 1"):
        current_areas(offenses(("1", "2024-05-01")), twice, as_of=AS_OF)
    with pytest.raises(UnknownName, match="no column"):
        current_areas(offenses(("1", "2024-05-01")), RENAMED, as_of=AS_OF, time="when")
