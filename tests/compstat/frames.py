"""Small frames in the shape of the declared tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2026-11-23")
GROUPS = {
    "Homicide": ["homicide"],
    "Robbery": ["robbery"],
    "Burglary": ["burglary"],
    "Theft": ["larceny", "theft_from_vehicle"],
    "All property": ["burglary", "larceny", "theft_from_vehicle"],
}


def offenses(*rows: tuple[str, str, int], district: str = "North") -> pd.DataFrame:
    """Rows of (offense, occurred_from, count)."""
    frame = pd.DataFrame(rows, columns=["offense", "occurred_from", "count"])
    frame["occurred_from"] = pd.to_datetime(frame["occurred_from"], format="ISO8601").astype("datetime64[us]")
    return frame.astype({"offense": "str", "count": "Int64"}).assign(
        district=district, entered_at=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    )


def many(number: int, seed: int, years: int = 3) -> pd.DataFrame:
    """Random offenses over some years, some corrected, some undated."""
    rng = np.random.default_rng(seed)
    words = ["robbery", "burglary", "larceny", "theft_from_vehicle", "drugs"]
    minutes = rng.integers(0, years * 365 * 24 * 60, number)
    frame = pd.DataFrame(
        {
            "offense": rng.choice(words, number),
            "count": rng.choice([1, 1, 1, 1, -1], number),
            "occurred_from": pd.Timestamp("2026-12-01") - pd.to_timedelta(minutes, unit="min"),
            "district": rng.choice(["North", "South", None], number, p=[0.5, 0.4, 0.1]),
        }
    )
    frame.loc[rng.random(number) < 0.02, "occurred_from"] = pd.NaT
    frame["entered_at"] = frame["occurred_from"] + pd.to_timedelta(rng.integers(0, 20, number), unit="D")
    return frame.astype({"offense": "str", "district": "str", "count": "Int64"})
