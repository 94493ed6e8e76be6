"""The headline says what the signals say, and nothing else."""

import re

import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import ALL_GROUPS, SignalRule, bands, compare, headline, signals

from .frames import AS_OF, GROUPS, many, offenses
from .test_signals import FIRST, ONLY, of_windows, planted, windows


def said(frame, *, groups=ONLY, as_of=AS_OF, area=None, rule=SignalRule(), first=FIRST, **others):  # noqa: B008
    known = {"as_of": as_of, "groups": groups, "covered_from": first}
    judged = {**known, "rule": rule, "past_ranges": False}
    frames = [compare(frame, by=by, **known) for by in (["offense_group"], [])]
    frames += [signals(bands(frame, by=by, **judged), rule) for by in (["offense_group"], [])]
    if area:
        others |= {"area": area, "area_signals": signals(bands(frame, by=[area], **judged), rule)}
    return headline(*frames, as_of=as_of, **others), frames


def with_usual(label="Robbery", now=60, **more):
    rng = np.random.default_rng(1)
    return of_windows(**{label: [*windows(rng, 20), now], "Burglary": [*windows(rng, 30), 30], **more})


def test_an_alert_comes_first_and_names_count_and_range():
    points, (_, _, rows, _) = said(with_usual())
    row = rows.set_index("offense_group").loc["Robbery"]
    usual = f"{row['watch_low']}–{row['watch_high']}"
    assert points["text"][0] == f"Robbery is above its usual range: 60 in 28 days, usually {usual}."
    assert points.loc[0, ["row", "level"]].tolist() == ["Robbery", "alert"]
    assert not points["text"].str.contains("Nothing is outside").any()


def test_the_largest_surprise_comes_first_then_watches_then_the_total():
    rng = np.random.default_rng(1)
    base = {label: windows(rng, 30) for label in ("Robbery", "Burglary", "Theft", "Homicide")}
    _, (_, _, rows, _) = said(of_windows(**{label: [*series, 30] for label, series in base.items()}))
    ends = rows.set_index("offense_group")
    now = {"Robbery": int(ends.loc["Robbery", "watch_high"]) + 1, "Burglary": 90, "Theft": 75, "Homicide": 30}
    points, _ = said(of_windows(**{label: [*series, now[label]] for label, series in base.items()}))
    flagged = points[points["level"].isin(["alert", "watch"])]
    assert flagged["level"].tolist() == sorted(flagged["level"])
    groups = [row for row in flagged["row"] if row != ALL_GROUPS]
    assert groups == ["Burglary", "Theft", "Robbery"]
    assert points["text"][len(flagged)].endswith("on record for the week.") or ALL_GROUPS not in set(flagged["row"])


def test_nothing_out_of_the_ordinary_is_said_as_such():
    points, (_, total, _, whole) = said(with_usual(now=20))
    assert points["text"][0] == "Nothing is outside its usual range this week."
    week, row = total["week"].iloc[0], whole.iloc[0]
    usual = f"{row['watch_low']}–{row['watch_high']}"
    assert points["text"][1] == (
        f"{week} offenses are on record for the week and {row['count']} for 28 days, within the usual range ({usual})."
    )
    assert points["level"].tolist()[:2] == ["", "usual"]


def test_from_nothing_to_four_is_said_in_counts():
    points, _ = said(with_usual(now=20, Homicide=[0] * 39 + [4]))
    assert points["text"][0] == "Homicide is above its usual range: from 0 in all 39 periods before to 4 in 28 days."


def test_what_finds_no_room_is_named_together():
    rng = np.random.default_rng(2)
    labels = {f"Group {letter}": [f"offense {letter}"] for letter in "abcdefgh"}
    rows = [
        (f"offense {letter}", FIRST + pd.Timedelta(days=28 * place, hours=hour))
        for letter in "abcdefgh"
        for place, count in enumerate([*rng.poisson(20, 39), 70])
        for hour in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["offense", "occurred_from"]).assign(count=1)
    points, _ = said(frame, groups=labels)
    assert len(points) == 6
    assert re.fullmatch(
        r"5 more are outside their usual range: (Group .|All groups), .* and (Group .|All groups)\.", points["text"][4]
    )
    short, _ = said(frame, groups=labels, sentences=1)
    assert short["text"][0].startswith("9 counts are outside their usual range: ")
    assert points["level"][4] == "" and points["row"][4] == ALL_GROUPS


def test_areas_are_said_and_those_without_a_name_are_not():
    frame = pd.concat([planted(20, seed=3), planted(90, seed=4).assign(district="6")])
    nameless = planted(90, seed=5).assign(district=pd.Series(None, dtype="str"))
    points, _ = said(pd.concat([frame, nameless]), area="district")
    assert any(text.startswith("District 6 is above its usual range: 90 in 28 days") for text in points["text"])
    assert not points["text"].str.contains("nan|North", case=False).any()


def test_an_area_named_like_a_group_or_a_number_is_told_apart():
    rng = np.random.default_rng(5)
    robbery = of_windows(Robbery=[*windows(rng, 30), 90], Theft=[*windows(rng, 30), 30])
    frame = pd.concat([robbery.assign(district="Theft"), robbery.assign(district="7", beat="District 7 East")])
    points, _ = said(frame, area="district")
    named = points.set_index("row")["text"]
    assert named["District Theft"].startswith("District Theft is above its usual range: ")
    assert named["District 7"].startswith("District 7 is above its usual range: ")
    assert not {"Theft", "7"} & set(named.index)
    asked = {"as_of": AS_OF, "groups": ONLY, "covered_from": FIRST, "past_ranges": False}
    cells = signals(bands(frame, by=["district", "offense_group"], **asked))["label"]
    assert {"Robbery in District 7", "Robbery in Theft"} <= set(cells)
    beats = signals(bands(frame.assign(beat="East Beat"), by=["beat"], **asked))["label"]
    assert beats.tolist() == ["East Beat"]
    both = pd.concat([robbery.assign(district="7"), robbery.assign(district="District 7")])
    labels = signals(bands(both, by=["district"], **asked))["label"]
    assert labels.tolist() == ["District 7", "District District 7"], "two rows have two names"


def test_that_nothing_is_out_of_the_ordinary_is_not_said_of_days_without_records():
    frame = with_usual(now=20)
    points, _ = said(frame, records_to=AS_OF - pd.Timedelta(hours=30))
    caution = "No offense is on record for the days after 21 November: the newest counts are too low."
    assert points["text"].tolist()[:2] == [caution, "Otherwise nothing is outside its usual range this week."]
    assert points["level"].tolist()[:2] == ["", ""]
    flagged, _ = said(with_usual(), records_to=AS_OF - pd.Timedelta(hours=30))
    assert flagged["text"][0] == caution
    assert flagged["text"][1].startswith("Robbery is above its usual range: ")
    assert len(flagged) <= 6
    points, _ = said(frame, records_to=AS_OF - pd.Timedelta(hours=3))
    assert points["text"][0] == "Nothing is outside its usual range this week."


def test_a_week_without_offenses_is_said_beside_its_28_days():
    frame = with_usual(now=20)
    quiet = frame[~frame["occurred_from"].between(AS_OF - pd.Timedelta(days=7), AS_OF)]
    points, (_, total, _, whole) = said(quiet)
    assert total["week"].iloc[0] == 0
    assert points["text"][1].startswith(f"No offense is on record for the week, {whole['count'].iloc[0]} for 28 days, ")


def test_a_weak_row_says_how_weak():
    rng = np.random.default_rng(1)
    points, (_, _, rows, _) = said(of_windows(Robbery=[*windows(rng, 5), 5], Theft=[*windows(rng, 60), 60]))
    row = rows.set_index("offense_group").loc["Robbery"]
    assert f"Robbery is within its usual range, but {row['power_words']}." in points["text"].tolist()
    assert "a doubling here would be seen 1 time in" in row["power_words"]
    assert "Counts are too few to tell for Homicide and Burglary." in points["text"].tolist()


@pytest.mark.parametrize(("month", "is_said"), [(3, False), (8, False), (9, True), (12, True)])
def test_the_year_to_date_waits_for_september(month, is_said):
    as_of = pd.Timestamp(f"2026-{month:02}-21")
    frame = with_usual(now=20)
    frame["occurred_from"] += as_of - AS_OF
    frame["entered_at"] += as_of - AS_OF
    points, (_, total, _, _) = said(frame, as_of=as_of, first=FIRST + (as_of - AS_OF))
    spoken = [text for text in points["text"] if "year" in text]
    assert bool(spoken) == is_said
    if is_said:
        assert spoken == [
            f"The year to date stands at {total['year_to_date'].iloc[0]:,}, "
            f"beside {total['year_to_date_last_year'].iloc[0]:,} by the same date last year."
        ]


def test_the_last_week_of_august_is_still_august():
    frame = with_usual(now=20)
    shift = pd.Timestamp("2026-09-01") - AS_OF
    frame["occurred_from"] += shift
    points, _ = said(frame.drop(columns="entered_at"), as_of=AS_OF + shift, first=FIRST + shift)
    assert not points["text"].str.contains("year").any()


def test_c74_too_few_offenses_are_called_too_few():
    points, _ = said(offenses().iloc[:0])
    assert points["text"].tolist()[0] == "No offense is on record for the last 28 days: too few to tell."
    assert points["level"].tolist()[0] == "too_few"
    points, _ = said(offenses(("robbery", "2026-11-18", 1)))
    assert points["text"].tolist()[0] == "One offense is on record for the last 28 days: too few to tell."


def test_short_records_are_too_early_to_tell():
    frame = many(6000, seed=2)
    points, _ = said(frame, groups=GROUPS, first=pd.Timestamp("2026-09-01"))
    assert points["text"][0].endswith(" for 28 days. Too early to tell: 1 period of 28 days on record.")
    assert not points["text"].str.contains("Nothing is outside|year|NA").any()
    points, _ = said(frame, groups=GROUPS, first=pd.Timestamp("2026-11-02"))
    ending = "on record for the week. The records do not go back 28 days: too early to tell."
    assert points["text"].tolist() == [f"One offense is {ending}"]


def agree(frame, rule, as_of, first):
    """Check one week's headline, table and chart against each other; give how many rows were flagged."""
    asked = {"as_of": as_of, "groups": GROUPS, "covered_from": first, "rule": rule, "past_ranges": False}
    drawn = {name: bands(frame, by=by, **asked) for name, by in (("groups", ["offense_group"]), ("whole", []))}
    table = {name: signals(chart, rule) for name, chart in drawn.items()}
    known = {name: asked[name] for name in ("as_of", "groups", "covered_from")}
    comparison, total = compare(frame, by=["offense_group"], **known), compare(frame, by=[], **known)
    points = headline(comparison, total, table["groups"], table["whole"], as_of=as_of)
    levels = {}
    for name, rows in table.items():
        chart = drawn[name][drawn[name]["is_current"]].reset_index(drop=True)
        for place, row in rows.iterrows():
            levels[row["offense_group"] if name == "groups" else ALL_GROUPS] = row["level"]
            shown = chart.loc[place]
            outside = {
                kind: not pd.isna(shown[f"{kind}_low"])
                and not shown[f"{kind}_low"] <= max(shown["count"], 0) <= shown[f"{kind}_high"]
                for kind in ("watch", "alert")
            }
            alarm = "alert" if outside["alert"] else "watch" if outside["watch"] else None
            assert (row["level"] if alarm else None) == alarm
            assert (row["level"] in ("alert", "watch")) == bool(alarm)
            assert row["words"].startswith(("above", "below")) == bool(alarm)
            if alarm:
                assert (row["direction"] == "above") == (shown["count"] > shown["watch_high"])
                assert f"({shown['watch_low']:,}–{shown['watch_high']:,})" in row["words"]
    flagged = {label for label, level in levels.items() if level in ("alert", "watch")}
    spoken = points[points["level"].isin(["alert", "watch"])]
    assert all(levels[row] == level for row, level in zip(points["row"], points["level"], strict=True) if level)
    named_together = points[points["text"].str.contains("outside their usual range")]
    assert set(spoken["row"]) <= flagged
    assert len(spoken) == len(flagged) or len(named_together) == 1
    assert points["text"].str.contains("Nothing is outside").any() <= (not flagged)
    assert 1 <= len(points) <= 6 and not points["text"].str.contains("%|<NA>|nan").any()
    numbers = {
        str(value)
        for part in (comparison, total, *table.values())
        for value in part.select_dtypes("number").to_numpy().ravel().tolist()
    }
    for sentence in points["text"]:
        assert re.search(r"\b(is|are|stands)\b", sentence)
        assert not re.search(r"\b(rose|fell|up|down|increased?|decreased?|surge|spike)\b", sentence)
        plain = re.sub(
            r"in 28 days|for 28 days|last 28 days|of 28 days|\d+ times? in \d+|\d+ (others|more)", "", sentence
        )
        for number in re.findall(r"-?\d[\d,]*", plain):
            assert number.replace(",", "") in numbers, sentence
    return len(flagged)


def weeks(number, seed):
    """Random weeks: what happened, how much of it in the last 28 days, when, since when, by which rule."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        frame = many(int(rng.integers(200, 6000)), seed=int(rng.integers(1_000_000)))
        as_of = AS_OF - pd.Timedelta(weeks=int(rng.integers(0, 40)))
        recent = frame["occurred_from"].between(as_of - pd.Timedelta(days=28), as_of)
        word = rng.choice(["robbery", "burglary", "larceny"])
        again = frame[recent & frame["offense"].eq(word)]
        frame = pd.concat([frame, *[again] * int(rng.integers(0, 4))], ignore_index=True)
        if rng.random() < 0.3:
            frame = frame[~(recent.reindex(frame.index, fill_value=False) & (rng.random(len(frame)) < 0.8))]
        watch = float(rng.choice([0.01, 0.05, 0.2]))
        rule = SignalRule(
            watch=watch,
            alert=watch * float(rng.uniform(0.1, 1)),
            false_discovery=rng.choice([None, 0.1, 0.3]),
            minimum_count=int(rng.integers(1, 6)),
        )
        yield frame, rule, as_of, as_of - pd.Timedelta(days=int(rng.integers(60, 1100)))


def test_headline_table_chart_and_alert_agree_in_forty_random_weeks():
    assert sum(agree(*week) > 0 for week in weeks(40, seed=1)) >= 10


@pytest.mark.slow
def test_headline_table_chart_and_alert_agree_in_a_thousand_random_weeks():
    assert sum(agree(*week) > 0 for week in weeks(1000, seed=2)) >= 300


def test_a_group_out_of_the_ordinary_in_one_area_is_said():
    rng = np.random.default_rng(5)
    south = of_windows(Robbery=[*windows(rng, 8), 40]).assign(district="South")
    frame = pd.concat([of_windows(Robbery=[*windows(rng, 200), 200]), south], ignore_index=True)
    asked = {"as_of": AS_OF, "groups": ONLY, "covered_from": FIRST, "past_ranges": False}
    crossed = signals(bands(frame, by=["district", "offense_group"], **asked))
    points, _ = said(frame, crossed_signals=crossed)
    assert points["text"][0].startswith("Robbery in South is above its usual range: 40 in 28 days, usually ")
    assert points.loc[0, ["row", "level"]].tolist() == ["Robbery in South", "alert"]
    assert not points["text"].str.contains("Nothing is outside").any()
