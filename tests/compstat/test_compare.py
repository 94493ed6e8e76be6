import pandas as pd
import pytest

from pcanalytics import compstat
from pcanalytics.compstat import (
    ALL_GROUPS,
    BASELINES,
    COMPARED,
    SeriesBreak,
    compare,
    compared_periods,
    covered_from,
    period_notes,
    weekly_series,
)
from pcanalytics.errors import UnknownName, UsageError

from .frames import AS_OF, GROUPS, many, offenses


def counts_by_hand(frame, as_of, key, words):
    """The same counts, one row at a time."""
    day = pd.Timedelta(days=1)
    starts = {
        "week": (as_of - 7 * day, as_of),
        "week_prior": (as_of - 14 * day, as_of - 7 * day),
        "week_last_year": (as_of - 371 * day, as_of - 364 * day),
        "last_28_days": (as_of - 28 * day, as_of),
        "last_28_days_prior": (as_of - 56 * day, as_of - 28 * day),
        "last_28_days_last_year": (as_of - 392 * day, as_of - 364 * day),
        "year_to_date": (pd.Timestamp(as_of.year, 1, 1), as_of),
        "year_to_date_last_year": (pd.Timestamp(as_of.year - 1, 1, 1), as_of.replace(year=as_of.year - 1)),
        "last_12_months": (as_of - 364 * day, as_of),
        "last_12_months_prior": (as_of - 728 * day, as_of - 364 * day),
    }
    found = dict.fromkeys(starts, 0)
    for row in frame.itertuples():
        if row.offense not in words or not (row.district == key or (key is None and pd.isna(row.district))):
            continue
        if row.entered_at >= as_of:
            continue
        for name, (start, end) in starts.items():
            if start <= row.occurred_from < end:
                found[name] += row.count_
    return found


def test_counts_equal_a_count_by_hand():
    frame = many(3000, seed=5)
    counts = compare(frame, as_of=AS_OF, by=["district", "offense_group"], groups=GROUPS)
    plain = frame.rename(columns={"count": "count_"})
    assert len(counts) == 3 * len(GROUPS)
    for row in counts.to_dict("records"):
        key = None if pd.isna(row["district"]) else row["district"]
        expected = counts_by_hand(plain, AS_OF, key, GROUPS[row["offense_group"]])
        assert {name: row[name] for name in COMPARED} == expected


def test_edges_are_half_open():
    frame = offenses(
        ("robbery", "2026-11-16 00:00", 1),
        ("robbery", "2026-11-22 23:59:59", 1),
        ("robbery", "2026-11-23 00:00", 1),
        ("robbery", "2026-11-15 23:59:59", 1),
    )
    row = compare(frame, as_of=AS_OF, by=["offense"]).iloc[0]
    assert (row["week"], row["week_prior"], row["last_28_days"]) == (2, 1, 3)


def test_a_correction_takes_back_what_it_corrects():
    frame = offenses(("burglary", "2026-11-18", 1), ("burglary", "2026-11-18", -1), ("burglary", "2026-11-19", 1))
    assert compare(frame, as_of=AS_OF, by=["offense"])["week"].tolist() == [1]


def test_groups_without_offenses_are_rows_of_zero_in_the_order_given():
    counts = compare(offenses(("robbery", "2026-11-18", 1)), as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    assert counts["offense_group"].tolist() == list(GROUPS)
    assert counts["week"].tolist() == [0, 1, 0, 0, 0]


def test_overlapping_groups_count_once_in_the_total():
    frame = offenses(("burglary", "2026-11-18", 1), ("larceny", "2026-11-18", 1), ("drugs", "2026-11-18", 1))
    total = compare(frame, as_of=AS_OF, by=[], groups=GROUPS)
    assert total["week"].tolist() == [2]


def test_an_empty_frame_gives_zeros():
    counts = compare(offenses().iloc[:0], as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    assert counts[list(COMPARED)].to_numpy().sum() == 0
    assert len(counts) == len(GROUPS)
    assert compare(offenses(), as_of=AS_OF, by=[]).shape == (1, 13)


def test_a_year_to_date_over_29_february_has_one_day_more():
    periods = compared_periods(pd.Timestamp("2028-03-01"))
    assert periods["year_to_date"].days == 60
    assert periods["year_to_date_last_year"].days == 59
    on_leap_day = compared_periods(pd.Timestamp("2028-02-29"))
    assert str(on_leap_day["year_to_date_last_year"]) == "1 Jan 2027 to 28 Feb 2027"
    frame = offenses(("robbery", "2028-02-29 12:00", 1), ("robbery", "2027-02-28 12:00", 1))
    row = compare(frame, as_of=pd.Timestamp("2028-03-01"), by=["offense"]).iloc[0]
    assert (row["year_to_date"], row["year_to_date_last_year"]) == (1, 1)
    row = compare(frame, as_of=pd.Timestamp("2028-02-29"), by=["offense"]).iloc[0]
    assert (row["year_to_date"], row["year_to_date_last_year"]) == (0, 1)


def test_later_rows_do_not_change_the_answer():
    frame = many(2000, seed=6)
    before = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    later = offenses(("robbery", "2026-11-23 00:00", 1), ("robbery", "2026-11-18", 1))
    later["entered_at"] = pd.Timestamp("2026-11-24")
    after = compare(pd.concat([frame, later]), as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    pd.testing.assert_frame_equal(before, after)


def test_order_of_rows_does_not_change_the_answer():
    frame = many(500, seed=7)
    pd.testing.assert_frame_equal(
        compare(frame, as_of=AS_OF, by=["district", "offense"]),
        compare(frame.sample(frac=1, random_state=1), as_of=AS_OF, by=["district", "offense"]),
    )


def test_the_input_is_left_as_it_was():
    frame = many(200, seed=8)
    copy = frame.copy()
    compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    pd.testing.assert_frame_equal(frame, copy)


def test_wrong_use_is_refused():
    frame = offenses(("robbery", "2026-11-18", 1))
    with pytest.raises(UnknownName, match="Did you mean 'district'"):
        compare(frame, as_of=AS_OF, by=["distrct"])
    with pytest.raises(UsageError, match="needs the groups"):
        compare(frame, as_of=AS_OF, by=["offense_group"])
    with pytest.raises(UsageError, match="midnight"):
        compare(frame, as_of=AS_OF + pd.Timedelta(hours=3), by=["offense"])
    with pytest.raises(UsageError, match="midnight"):
        compare(frame, as_of=AS_OF.tz_localize("UTC"), by=["offense"])
    with pytest.raises(UsageError, match="must list offense words"):
        compare(frame, as_of=AS_OF, by=["offense_group"], groups={"Robbery": "robbery"})


def test_the_public_names_are_there():
    assert set(compstat.__all__) <= set(dir(compstat))


def test_a_period_before_the_records_has_no_count():
    days = pd.date_range("2026-01-05", "2026-11-22")
    frame = offenses(*((("robbery", str(day), 1)) for day in days), ("robbery", "1998-05-01", 1))
    assert covered_from(frame, as_of=AS_OF) == pd.Timestamp("2026-01-05")
    counts = compare(frame, as_of=AS_OF, by=[], covered_from=pd.Timestamp("2026-01-05")).iloc[0]
    assert counts["week"] == 7
    assert counts["last_28_days_prior"] == 28
    assert counts[["week_last_year", "last_28_days_last_year", "year_to_date", "year_to_date_last_year"]].isna().all()
    series = weekly_series(frame, as_of=AS_OF, covered_from=pd.Timestamp("2026-01-05"))
    assert series["week_start"].iloc[0] == pd.Timestamp("2026-01-05")
    assert (series["count"] == 7).all()


def test_what_is_covered_takes_no_notice_of_old_reports_or_later_rows():
    frame = many(4000, seed=9)
    before = covered_from(frame, as_of=AS_OF)
    assert before is not None
    assert before <= pd.Timestamp("2023-12-05")
    later = many(4000, seed=10)
    later = later[~later["occurred_from"].lt(AS_OF)]
    assert covered_from(pd.concat([frame, later]), as_of=AS_OF) == before
    assert covered_from(frame.iloc[:0], as_of=AS_OF) is None
    few = offenses(("arson", "2020-03-01 10:00", 1), ("arson", "2026-11-20", 1))
    assert covered_from(few, as_of=AS_OF) == pd.Timestamp("2020-03-01")


def test_a_gap_ends_the_covered_time():
    days = [*pd.date_range("2024-01-01", "2025-03-31"), *pd.date_range("2025-09-01", "2026-11-22")]
    frame = offenses(*(("robbery", str(day), 1) for day in days))
    assert covered_from(frame, as_of=AS_OF) == pd.Timestamp("2025-09-01")


def test_baselines_are_means_of_the_same_period_in_earlier_years():
    """Counted again by hand: 52, 104 and 156 weeks back for a week and 28 days, by date for the year to date."""
    frame = many(9000, seed=11, years=6)
    counts = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS, baseline_years=3)
    known = frame[frame["entered_at"].isna() | frame["entered_at"].lt(AS_OF)]
    for row in counts.to_dict("records"):
        mine = known[known["offense"].isin(GROUPS[row["offense_group"]])]

        def inside(start, end, mine=mine):
            return int(mine.loc[mine["occurred_from"].ge(start) & mine["occurred_from"].lt(end), "count"].sum())

        days = {"week": 7, "last_28_days": 28}
        for name, length in days.items():
            # 3 years are 156.5 weeks: the nearest whole weeks to the date are 52, 104 and 157
            weeks = (52, 104, 157)
            ends = [AS_OF - pd.Timedelta(weeks=number) for number in weeks]
            mean = sum(inside(end - pd.Timedelta(days=length), end) for end in ends) / 3
            assert row[f"{name}_baseline"] == pytest.approx(mean)
        years = [inside(f"{year}-01-01", f"{year}-11-23") for year in (2025, 2024, 2023)]
        assert row["year_to_date_baseline"] == pytest.approx(sum(years) / 3)


def test_a_baseline_rests_on_the_years_that_the_records_cover():
    frame = many(9000, seed=12, years=6)
    known = {"as_of": AS_OF, "by": [], "baseline_years": 3}
    one = compare(frame, **known, covered_from=pd.Timestamp("2025-01-01")).iloc[0]
    assert one["year_to_date_baseline"] == one["year_to_date_last_year"]
    none = compare(frame, **known, covered_from=pd.Timestamp("2025-12-01")).iloc[0]
    assert none[list(BASELINES)].isna().all()
    assert pd.isna(none["last_12_months"])
    notes = period_notes(AS_OF, covered_from=pd.Timestamp("2025-01-01"), baseline_years=3)
    said = notes.set_index("column")
    assert said.loc["year_to_date_baseline", ["note", "years"]].tolist() == ["fewer years", 1]
    assert said.loc["last_12_months_prior", ["note", "reason"]].tolist() == ["missing", "the records begin"]
    assert "week" not in said.index


def test_29_february_is_a_day_like_any_other_in_12_months():
    leap = compared_periods(pd.Timestamp("2028-03-06"), baseline_years=4)
    assert {leap[name].days for name in ("last_12_months", "last_12_months_prior")} == {364}
    assert leap["last_12_months_prior"].end == leap["last_12_months"].start
    frame = offenses(("robbery", "2028-02-29 12:00", 1), ("robbery", "2027-02-28 12:00", 1))
    row = compare(frame, as_of=pd.Timestamp("2028-03-06"), by=["offense"]).iloc[0]
    assert (row["last_12_months"], row["last_12_months_prior"]) == (1, 1)
    assert str(leap["year_to_date_4_years_before"]) == "1 Jan 2024 to 5 Mar 2024"
    assert leap["year_to_date_4_years_before"].days == leap["year_to_date"].days == 65
    on_leap_day = compared_periods(pd.Timestamp("2028-02-29"), baseline_years=3)
    assert on_leap_day["last_12_months"].start == pd.Timestamp("2027-03-02")
    assert {period.start.weekday() for name, period in leap.items() if "year" not in name} == {0}


def test_a_period_before_a_series_break_has_no_count():
    frame = many(9000, seed=13, years=6)
    changed = SeriesBreak(pd.Timestamp("2025-06-01"), "new records system", ("Robbery",))
    plain = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS).set_index("offense_group")
    cut = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS, breaks=[changed]).set_index("offense_group")
    pd.testing.assert_frame_equal(cut.drop("Robbery"), plain.drop("Robbery"))
    gone = ["year_to_date_last_year", "year_to_date_baseline", "last_12_months_prior"]
    assert cut.loc["Robbery", gone].isna().all()
    kept = [name for name in COMPARED if name not in gone]
    assert cut.loc["Robbery", kept].tolist() == plain.loc["Robbery", kept].tolist()
    assert cut.loc["Robbery", "week_baseline"] == plain.loc["Robbery", "week_last_year"], "the one year after the break"
    total = compare(frame, as_of=AS_OF, by=["district"], groups=GROUPS, breaks=[changed])
    assert total[gone].isna().all(axis=None), "a row over all groups breaks with one of them"
    other = compare(frame, as_of=AS_OF, by=[], groups={"Theft": ["larceny"]}, breaks=[changed])
    assert other[gone].notna().all(axis=None)


def test_which_columns_a_break_cuts_is_said_as_the_counts_show_it():
    frame = many(9000, seed=14, years=6)
    for on in ("2026-11-18", "2026-11-01", "2026-03-01", "2025-06-01", "2024-01-01", "2026-11-23", "2027-01-01"):
        breaks = [SeriesBreak(pd.Timestamp(on), "new records system")]
        row = compare(frame, as_of=AS_OF, by=[], breaks=breaks).iloc[0]
        notes = period_notes(AS_OF, breaks=breaks)
        missing = set(notes.loc[notes["note"] == "missing", "column"])
        assert missing == set(row.index[row.isna()]), on
        mixed = set(notes.loc[notes["note"] == "mixed", "column"])
        starts = compared_periods(AS_OF)
        current = ("week", "last_28_days", "year_to_date", "last_12_months")
        assert mixed == {name for name in current if starts[name].start < pd.Timestamp(on) < AS_OF}, on
        assert set(notes["offense_group"]) <= {ALL_GROUPS}
        assert not mixed & missing
    assert period_notes(AS_OF).empty


def test_wrong_baselines_are_refused():
    with pytest.raises(UsageError, match="at least 1 year"):
        compare(offenses(("robbery", "2026-11-18", 1)), as_of=AS_OF, by=[], baseline_years=0)
    with pytest.raises(UsageError, match="fewer than 0"):
        compared_periods(AS_OF, baseline_years=-1)
