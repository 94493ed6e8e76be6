"""Made-up windows, signals and comparisons, in the shape of what the counting gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .made_up import AS_OF

GROUPS = (
    "Homicide", "Rape", "Robbery", "Aggravated assault", "Burglary", "Larceny", "Theft from vehicle", "Vehicle theft",
    "Vandalism", "Arson",
)  # fmt: skip
LEVELS = ("alert", "watch", "usual", "too_few", "no_history")
COUNTS = (
    "week", "week_prior", "week_last_year", "week_baseline", "last_28_days", "last_28_days_prior",
    "last_28_days_last_year", "last_28_days_baseline", "year_to_date", "year_to_date_last_year",
    "year_to_date_baseline", "last_12_months", "last_12_months_prior",
)  # fmt: skip
RANGES = ("watch_low", "watch_high", "alert_low", "alert_high")


@dataclass(frozen=True)
class Break:
    """A day from which counts are made otherwise."""

    on: pd.Timestamp
    reason: str
    offense_groups: tuple[str, ...] = ()


def bands(labels=GROUPS, *, by="offense_group", windows=39, days=28, seed=3):
    """Windows of each label; the last has a random level, and a count and range that agree with it."""
    rng = np.random.default_rng(seed)
    rows = []
    for label in labels:
        mean = float(rng.choice([0.5, 4, 12, 40, 150]))
        level = str(rng.choice(LEVELS, p=[0.2, 0.2, 0.3, 0.2, 0.1]))
        for place in range(windows):
            end = AS_OF - pd.Timedelta(days=days * (windows - 1 - place))
            low, high = int(mean * 0.5), int(mean * 1.6) + 2
            now = place == windows - 1
            has_range = place > 5 and level != "no_history"
            direction = ""
            count = int(rng.integers(low, high + 1))
            if now and level in ("alert", "watch"):
                direction = "below" if low >= 4 and rng.random() < 0.5 else "above"
                far = 3 if level == "alert" else 1
                count = high + far if direction == "above" else low - far
            rows.append(
                {
                    by: label,
                    "window_start": end - pd.Timedelta(days=days),
                    "window_end": end,
                    "count": count,
                    "expected": mean if has_range else np.nan,
                    "watch_low": low if has_range else pd.NA,
                    "watch_high": high if has_range else pd.NA,
                    "alert_low": max(low - 2, 0) if has_range else pd.NA,
                    "alert_high": high + 2 if has_range else pd.NA,
                    "is_current": now,
                    "level": level if now else None,
                    "direction": direction if now else None,
                }
            )
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys(("count", *RANGES), "Int64"))


def signals(windows):
    """The rows of the current window, in words."""
    now = windows[windows["is_current"]].reset_index(drop=True)
    now["words"] = [_words(row) for row in now.to_dict("records")]
    now["power_words"] = "a doubling here would be seen 1 time in 4"
    return now


def _words(row):
    if row["level"] == "no_history":
        return "no usual range yet"
    place = row["direction"] or "within"
    return f"{place} its usual range ({row['watch_low']}–{row['watch_high']})"


def comparison(labels=GROUPS, *, by="offense_group", seed=5):
    """Counts of every period, zeros among them."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({by: list(labels)})
    for column in COUNTS:
        values = rng.integers(0, 2000, len(frame)) * rng.integers(0, 2, len(frame))
        frame[column] = pd.array(values, dtype="Float64" if column.endswith("baseline") else "Int64")
    return frame


def total(seed=6):
    """Counts over all groups, one row."""
    return comparison(("all",), seed=seed).drop(columns="offense_group")


def points(frame, by="offense_group"):
    """A headline that says each row with its level."""
    return pd.DataFrame(
        {
            "text": [f"{label} has {count}." for label, count in zip(frame[by], frame["count"], strict=True)],
            "row": frame[by],
            "level": frame["level"],
        }
    )
