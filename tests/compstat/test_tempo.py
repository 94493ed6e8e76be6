import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import hour_by_weekday
from pcanalytics.errors import UsageError

from .frames import AS_OF


def spans(*rows):
    frame = pd.DataFrame(rows, columns=["occurred_from", "occurred_to", "count"])
    for column in ("occurred_from", "occurred_to"):
        frame[column] = pd.to_datetime(frame[column], format="ISO8601").astype("datetime64[us]")
    return frame


def cell(tempo, weekday, hour):
    return tempo[(tempo["weekday"] == weekday) & (tempo["hour"] == hour)]["count"].iloc[0]


def test_short_spans_count_where_they_start_and_long_ones_are_shared():
    tempo = hour_by_weekday(
        spans(
            ("2026-11-18 14:50", None, 1),
            ("2026-11-18 14:55", "2026-11-18 15:40", 1),
            ("2026-11-22 23:30", "2026-11-23 01:30", 1),
        ),
        as_of=AS_OF,
    )
    assert cell(tempo, 2, 14) == 2
    assert cell(tempo, 6, 23) == pytest.approx(0.25)
    assert cell(tempo, 0, 0) == pytest.approx(0.5)
    assert cell(tempo, 0, 1) == pytest.approx(0.25)
    assert len(tempo) == 169


def test_shares_equal_a_minute_by_minute_count():
    rng = np.random.default_rng(4)
    start = pd.Timestamp("2026-11-10") + pd.to_timedelta(rng.integers(1, 12 * 1440, 40), unit="min")
    end = start + pd.to_timedelta(rng.integers(61, 3000, 40), unit="min")
    frame = pd.DataFrame({"occurred_from": start, "occurred_to": end, "count": 1})
    tempo = hour_by_weekday(frame, as_of=AS_OF)
    by_minute = np.zeros(168)
    for first, last in zip(start, end, strict=True):
        minutes = pd.date_range(first, last, freq="min", inclusive="left")
        np.add.at(by_minute, minutes.day_of_week * 24 + minutes.hour, 1 / len(minutes))
    np.testing.assert_allclose(tempo["count"].to_numpy()[:168], by_minute)


def test_unknown_hours_are_counted_and_the_whole_adds_up():
    frame = spans(
        ("2026-11-18 00:00", None, 1),
        ("2026-11-18 00:00", "2026-11-18 00:30", 1),
        ("2026-11-01 08:00", "2026-11-17 08:00", 1),
        ("2026-11-18 10:00", None, 1),
        ("2026-11-18 10:00", None, -1),
        ("2026-11-23 10:00", None, 1),
        (None, None, 1),
    )
    tempo = hour_by_weekday(frame, as_of=AS_OF)
    assert tempo["count"].iloc[-1] == 2
    assert tempo["hour"].isna().tolist() == [False] * 168 + [True]
    assert tempo["count"].sum() == pytest.approx(3)
    assert cell(tempo, 2, 10) == 0


def test_an_end_before_the_start_is_not_used():
    tempo = hour_by_weekday(spans(("2026-11-18 10:00", "2026-11-17 10:00", 1)), as_of=AS_OF)
    assert cell(tempo, 2, 10) == 1


def test_nothing_gives_zeros():
    tempo = hour_by_weekday(spans().iloc[:0], as_of=AS_OF)
    assert tempo["count"].sum() == 0
    with pytest.raises(UsageError, match="at least one day"):
        hour_by_weekday(spans(), as_of=AS_OF, days=0)
