"""Addresses that call for service again and again.

Source: repeat calls concentrate on few addresses (Sherman, Gartin and Buerger 1989, Criminology 27).
Calls that officers start themselves say where officers were, and are left out.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pcanalytics.errors import UsageError

__all__ = [
    "INSTITUTIONS",
    "NEVER_LISTED",
    "juvenile_incidents",
    "never_listed",
    "normalize_address",
    "repeat_addresses",
]

#: Kinds of landmark where calls pile up for reasons of their own.
INSTITUTIONS = ("hospital", "jail", "station", "shelter", "court", "halfway_house", "treatment", "nursing_home")

#: Call types and offense words that never bring an address onto a list: the caller may live with the
#: person the call is about.
NEVER_LISTED = (
    "domestic",
    "sexual",
    "sex_offense",
    "rape",
    "stalking",
    "protection_order",
    "child_abuse",
    "human_trafficking",
)

#: Short forms of the same that dispatchers type, each only as a whole word.
_SHORT_FORMS = ("dv", "dom", "domest", "sex", "csc", "vpo", "tro", "pfa", "restraining")

#: The roles of a juvenile that keep an incident's address off a list; a witness or caller is only passing.
_CONCERNED = ("victim", "suspect", "arrestee")

_JUVENILE_BEFORE = 18

#: A landmark this near to an address is taken to be it.
_LANDMARK_M = 40.0

_UNIT = re.compile(r"[\s,]+(?:APARTMENT|APT|UNIT|SUITE|STE|ROOM|RM|FLOOR|FL|LOT|TRLR|BLDG)\b.*$|[\s,]*#.*$")

_DOT, _SPACES = re.compile(r"\.(?=\s|$|,)"), re.compile(r"\s+")

#: A word may hold the pattern above only if it holds this, which is found faster.
_ODD_SPACE, _MAYBE_UNIT = "  |[^ -~]", "APARTMENT|APT|UNIT|SUITE|STE|ROOM|RM|FLOOR|FL|LOT|TRLR|BLDG|#"


def normalize_address(addresses: pd.Series) -> pd.Series:
    """Write addresses alike, so that the same door counts once.

    Case, spacing and points are evened out, and what names a part of the building (apartment, unit,
    suite, room, floor, ``#``) is cut off.

    Parameters
    ----------
    addresses : pandas.Series
        Addresses as written; a missing or blank one stays missing.

    Returns
    -------
    pandas.Series
        With the index given.

    Examples
    --------
    >>> normalize_address(pd.Series(["12 Oak st.  Apt 4b", "12 OAK ST #3"])).tolist()
    ['12 OAK ST', '12 OAK ST']
    """
    upper = addresses.astype("str").str.upper()
    dotted = _where(upper, upper.str.contains(".", regex=False), _DOT, "")
    plain = _where(dotted, dotted.str.contains(_ODD_SPACE), _SPACES, " ").str.strip()
    cut = _where(plain, plain.str.contains(_MAYBE_UNIT), _UNIT, "").str.strip(" ,")
    return cut.mask(cut == "")


def _where(words: pd.Series, may_match: pd.Series, pattern: re.Pattern[str], by: str) -> pd.Series:
    """Replace a pattern in the few words that may hold it; looking at all of them takes ten times as long."""
    chosen = may_match.fillna(value=False).to_numpy(dtype="bool")
    if not chosen.any():
        return words
    changed = words.copy()
    changed.iloc[chosen.nonzero()[0]] = words[chosen].str.replace(pattern, by, regex=True)
    return changed


def repeat_addresses(
    calls: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    days: int = 28,
    top: int = 10,
    landmarks: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List the addresses with most calls for service in the last days.

    Calls that officers started are left out. An address is never listed when any of its rows is marked
    ``confidential_address``. Calls marked ``unlisted``, ``domestic`` or ``juvenile``, and calls whose type or offense is
    domestic or sexual violence (:data:`NEVER_LISTED`), do not count at all.

    Parameters
    ----------
    calls : pandas.DataFrame
        Rows of ``calls``: ``received_at``, ``address``, and where they are known ``call_type``,
        ``beat``, ``officer_initiated``, ``x``, ``y`` (projected meters), and the incident's
        ``confidential_address``, ``unlisted``, ``domestic``, ``juvenile`` (:func:`juvenile_incidents`) and ``offense``.
    as_of : pandas.Timestamp
        Local midnight after the last day; later calls do not count.
    days : int, default 28
        Length of the recent period.
    top : int, default 10
        How many addresses at most.
    landmarks : geopandas.GeoDataFrame, optional
        Named places by ``name`` and point, in the coordinates of ``x`` and ``y``; with a column
        ``institutional`` only those it marks, without it and with a column ``kind`` those of :data:`INSTITUTIONS`. An
        address within 40 m of one is marked, because hospitals, stations and shelters call for reasons of their own.

    Returns
    -------
    pandas.DataFrame
        ``address``, ``beat`` (its most usual), ``calls_recent``, ``calls_12_months``,
        ``most_usual_type``, ``latest`` and ``institution`` (missing where there is none). Addresses
        with fewer than two recent calls are not repeat addresses. Calls without address do not count.

    Raises
    ------
    UsageError
        When ``days`` or ``top`` is less than 1.

    Examples
    --------
    >>> calls = pd.DataFrame({
    ...     "received_at": pd.to_datetime(["2026-11-20", "2026-11-21"]),
    ...     "address": ["12 Oak St Apt 4", "12 OAK ST"], "officer_initiated": [False, False],
    ... })
    >>> repeat_addresses(calls, as_of=pd.Timestamp("2026-11-23"))[["address", "calls_recent"]].values.tolist()
    [['12 OAK ST', 2]]
    """
    if days < 1 or top < 1:
        raise UsageError("Repeat addresses need at least one day and one place on the list.")
    hidden = set(normalize_address(calls.loc[_true(calls, "confidential_address"), "address"]).dropna())
    rows = calls[calls["received_at"].lt(as_of) & calls["received_at"].ge(as_of - pd.DateOffset(years=1))]
    codes, written = pd.factorize(rows["address"])
    places = normalize_address(pd.Series(written, dtype="str")).reindex(codes)  # -1, no address, is no place
    rows = rows.assign(place=places.to_numpy()).astype({"place": "str"})
    left_out = [_true(rows, column) for column in ("officer_initiated", "unlisted", "domestic", "juvenile")]
    rows = rows[~(np.logical_or.reduce(left_out) | never_listed(rows))]
    rows = rows[rows["place"].notna() & ~rows["place"].isin(hidden)]
    recent = rows[rows["received_at"].ge(as_of - pd.Timedelta(days=days))]
    counts = recent.groupby("place").size()
    places = pd.DataFrame({"calls_recent": counts[counts >= 2]})
    listed = rows[rows["place"].isin(places.index)].groupby("place")
    places["calls_12_months"] = listed.size()
    places["latest"] = listed["received_at"].max()
    places["beat"] = _most_usual(listed, "beat")
    places["most_usual_type"] = _most_usual(listed, "call_type")
    places["institution"] = _institutions(listed, places, landmarks)
    places = places.rename_axis("address").reset_index()
    ranked = places.sort_values(["calls_recent", "calls_12_months", "address"], ascending=[False, False, True])
    columns = ["address", "beat", "calls_recent", "calls_12_months", "most_usual_type", "latest", "institution"]
    return ranked.head(top).reset_index(drop=True)[columns]


def juvenile_incidents(people: pd.DataFrame) -> pd.Series:
    """List the incidents in which a juvenile was victim, suspect or arrestee.

    Their calls bring no address onto a list, because a juvenile may live there.

    Parameters
    ----------
    people : pandas.DataFrame
        Rows of ``incident_people``: ``incident_id``, ``role``, and ``juvenile`` or ``age_at_event`` as far as they may be
        read. An age under 18 is a juvenile's whatever the flag says; neither known is none.

    Returns
    -------
    pandas.Series
        Incident numbers, each once, for ``calls["incident_id"].isin(...)``.

    Examples
    --------
    >>> people = pd.DataFrame({"incident_id": ["1", "2"], "role": ["victim", "witness"], "age_at_event": [9, 9]})
    >>> juvenile_incidents(people).tolist()
    ['1']
    """
    young = _true(people, "juvenile")
    if "age_at_event" in people.columns:
        young |= people["age_at_event"].lt(_JUVENILE_BEFORE).fillna(False).astype(bool)
    return people.loc[young & people["role"].isin(_CONCERNED), "incident_id"].drop_duplicates()


def never_listed(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows are of domestic or sexual violence by the words of their type or offense.

    Parameters
    ----------
    rows : pandas.DataFrame
        With ``call_type`` or ``offense``, as far as they are known.

    Returns
    -------
    pandas.Series of bool
        With the index given: where a word of :data:`NEVER_LISTED`, or a short form of one, stands.

    Examples
    --------
    >>> never_listed(pd.DataFrame({"call_type": ["DV - Verbal", "Noise"]})).tolist()
    [True, False]
    """
    found = pd.Series(False, index=rows.index)
    never = f"{'|'.join(NEVER_LISTED)}|(?:^|_)(?:{'|'.join(_SHORT_FORMS)})(?:_|$)"
    for column in ("call_type", "offense"):
        if column in rows.columns:
            words = rows[column].astype("str").str.lower().str.replace(r"\W+", "_", regex=True)
            found |= words.str.contains(never, regex=True, na=False)
    return found


def _true(rows: pd.DataFrame, column: str) -> pd.Series:
    """Where a yes-or-no column says yes; a missing answer or column is not a yes."""
    if column not in rows.columns:
        return pd.Series(False, index=rows.index)
    return rows[column].astype("boolean").fillna(False).astype(bool)


def _most_usual(listed: pd.api.typing.DataFrameGroupBy, column: str) -> pd.Series:
    """Give the most frequent value per address, the first in order among equals."""
    if column not in listed.obj.columns:
        return pd.Series(dtype="str")
    counts = listed[column].value_counts().rename("times").reset_index()
    counts = counts.sort_values(["place", "times", column], ascending=[True, False, True])
    return counts.drop_duplicates("place").set_index("place")[column]


def _institutions(
    listed: pd.api.typing.DataFrameGroupBy, places: pd.DataFrame, landmarks: pd.DataFrame | None
) -> pd.Series:
    names = pd.Series(None, index=places.index, dtype="str")
    if landmarks is None or landmarks.empty or not {"x", "y"} <= set(listed.obj.columns):
        return names
    if "institutional" in landmarks.columns:
        landmarks = landmarks[_true(landmarks, "institutional")]
    elif "kind" in landmarks.columns:
        landmarks = landmarks[landmarks["kind"].isin(INSTITUTIONS)]
    if landmarks.empty:
        return names
    middle = landmarks.geometry.centroid
    for place, (x, y) in listed[["x", "y"]].median().loc[places.index].iterrows():
        distance = np.hypot(middle.x - x, middle.y - y)
        if distance.notna().any() and distance.min() <= _LANDMARK_M:
            names[place] = landmarks["name"].iloc[int(distance.argmin())]
    return names
