"""Addresses that were not found, for a person to look at: those first that would place the most records.

What the person finds out goes into the agency's alias file, in the same columns, and is applied from the next run on.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz, process

from pcanalytics.geocoding.cleaning import clean
from pcanalytics.geocoding.parsing import parse
from pcanalytics.geocoding.placing import geocode
from pcanalytics.geocoding.rates import NOT_AN_ADDRESS, is_matched
from pcanalytics.geocoding.reference import Reference

__all__ = ["ALIAS_COLUMNS", "QUEUE_COLUMNS", "bears_a_person", "review_queue"]

#: The columns of an alias file, in order. A row with ``means``, or with ``lon`` and ``lat``, is applied.
ALIAS_COLUMNS = ("written", "means", "lon", "lat", "institution", "note", "by", "on")

#: The columns of the queue: an alias file's, to be filled in, and what helps to do so.
QUEUE_COLUMNS = (*ALIAS_COLUMNS, "records", "form", "reason", "suggestion")

#: A likeness below this, of 100, is no suggestion.
_ALIKE = 70

#: How many suggestions a row has, and how many streets or places are tried for them.
_SHOWN, _TRIED = 3, 4

#: Words and numbers that speak of a person; what holds one is not put on a list.
_PERSON = (
    r"(?:\b(?:C/O|CARE OF|ATTN|DOB|D\.O\.B|SSN|VICTIM|VICT|SUSPECT|SUSP|MR|MRS|MS|MISS)\b"
    r"|\b(?:RESIDENCE|HOME|HOUSE|APARTMENT|BEDROOM) OF\b"
    r"|'S (?:RESIDENCE|RES|HOME|HOUSE|APARTMENT|APT)\b"
    r"|\b\d{3}[-. ]\d{2}[-. ]\d{4}\b"
    r"|\b\d{1,2}[-/]\d{1,2}[-/](?:19|20)?\d{2}\b"
    r"|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
    r"|(?:\(\d{3}\) ?|\b\d{3}[-. ])\d{3}[-. ]\d{4}\b"
    r"|[\w.]+@[\w-]+\.[A-Z]{2,})"
)


def bears_a_person(addresses: pd.Series) -> pd.Series:
    """Tell which strings speak of a person: in care of somebody, a date of birth, a phone number.

    Parameters
    ----------
    addresses : Series
        As written; a missing one speaks of nobody.

    Returns
    -------
    Series
        Booleans, with the index given. A name that stands alone cannot be told from a place.

    Examples
    --------
    >>> bears_a_person(pd.Series(["1200 Main St c/o A. Doe", "1200 MAIN ST", None])).tolist()
    [True, False, False]
    """
    return addresses.astype("str").str.upper().str.contains(_PERSON, regex=True, na=False)


def review_queue(addresses: pd.Series, result: pd.DataFrame, reference: Reference, *, limit: int = 200) -> pd.DataFrame:
    """List the strings that were not found at one place, those first that would place the most records.

    Parameters
    ----------
    addresses : Series
        As written. Hand in only those that may stand on a list: none of a residence or of a protected address.
    result : DataFrame
        From :func:`pcanalytics.geocoding.geocode`, with the same index.
    reference : Reference
        What they were matched against, where suggestions come from.
    limit : int, default 200
        How many rows at most.

    Returns
    -------
    DataFrame
        :data:`QUEUE_COLUMNS`: ``written`` is the string as aliases are looked up, ``records`` how many records a correction
        would place, ``suggestion`` up to three ways to write it that are found, parted by a bar and the likeliest first.
        ``means``, ``lon``, ``lat``, ``institution``, ``note``, ``by`` and ``on`` are empty, for a person to fill in.
        Strings that name no place of this area (:data:`pcanalytics.geocoding.rates.NOT_AN_ADDRESS`) are not listed, nor are
        those that speak of a person; ``.attrs["kept_back"]`` counts the records of the latter.

    Examples
    --------
    >>> nobody = pd.Series([], dtype="str")
    >>> found = pd.DataFrame({"status": [], "match_type": [], "reason": [], "form": []})
    >>> review_queue(nobody, found, Reference(name="none", vintage="2026", crs="EPSG:26915")).columns[:2].tolist()
    ['written', 'means']
    """
    is_open = ~is_matched(result) & ~result["reason"].isin(NOT_AN_ADDRESS) & addresses.notna()
    left = pd.DataFrame(
        {
            "raw": addresses[is_open].astype("str"),
            "form": result.loc[is_open, "form"].astype("str"),
            "reason": result.loc[is_open, "reason"].astype("str"),
        }
    )
    of_people = bears_a_person(left["raw"])
    ranked = _ranked(left[~of_people]).head(limit).reset_index(drop=True)
    queue = ranked.assign(suggestion=_suggestions(ranked, reference))
    for name in ALIAS_COLUMNS:
        if name != "written":
            queue[name] = ""
    queue = queue[list(QUEUE_COLUMNS)]
    queue.attrs["kept_back"] = int(of_people.sum())
    return queue


def _ranked(left: pd.DataFrame) -> pd.DataFrame:
    """Count the records of each string as it is looked up."""
    counts = left.groupby(["raw", "form", "reason"], sort=True).size().rename("records").reset_index()
    written = clean(pa.array(counts["raw"], pa.string()))
    counts["written"] = pd.Series(written.to_pylist(), index=counts.index, dtype="str")
    counts = counts.sort_values(["written", "records", "raw"], ascending=[True, False, True], kind="stable")
    first = counts.drop_duplicates("written").set_index("written")[["form", "reason"]]
    strings = counts.groupby("written")["records"].sum().to_frame().join(first).reset_index()
    return strings.sort_values(["records", "written"], ascending=[False, True], ignore_index=True)


def _suggestions(queue: pd.DataFrame, reference: Reference) -> list[str]:
    """Give for each string other ways to write it, of which each is found."""
    parsed = parse(pa.array(queue["written"], pa.string())).to_pylist()
    book = _Book(reference)
    tried = [
        list(dict.fromkeys(way for way in book.ways(parts, written) if way != written))
        for parts, written in zip(parsed, queue["written"], strict=True)
    ]
    every = sorted({way for ways in tried for way in ways})
    found = is_matched(geocode(pa.array(every, pa.string()), reference)).to_numpy() if every else []
    places = {way for way, is_found in zip(every, found, strict=True) if is_found}
    return [" | ".join([way for way in ways if way in places][:_SHOWN]) for ways in tried]


class _Book:
    """The streets and places of a reference by what they are called."""

    def __init__(self, reference: Reference) -> None:
        keys = reference.streets.column("street").to_pylist()
        written = reference.streets.column("written").to_pylist()
        self._streets = {" ".join(key.replace("|", " ").split()): name for key, name in zip(keys, written, strict=True)}
        self._by_name: dict[str, list[str]] = {}
        for key, name in zip(keys, written, strict=True):
            self._by_name.setdefault(key.split("|")[1], []).append(name)
        places = reference.places
        self._places = dict(zip(places.column("place").to_pylist(), places.column("written").to_pylist(), strict=True))

    def ways(self, parts: dict[str, object], written: str) -> Sequence[str]:
        """Give other ways to write a string, the likeliest first."""
        number, street = parts["number_text"], parts["street"]
        if parts["cross"] and street:
            pairs = [(one, other) for one in self._alike(street) for other in self._alike(parts["cross"])]
            return [f"{one} / {other}" for one, other in pairs][: 2 * _TRIED]
        ways = []
        if street and number:
            block = "BLOCK " if parts["form"] == "block" else ""
            ways = [f"{parts['number'] if block else number} {block}{name}" for name in self._alike(street)]
        return [*ways, *self._places_like(str(parts["place"] or written))]

    def _alike(self, street: object) -> list[str]:
        """Give the reference's own words for a street: of its name, then of names like it."""
        key = str(street)
        same = self._by_name.get(key.split("|")[1], [])
        plain = " ".join(key.replace("|", " ").split())
        near = process.extract(plain, self._streets.keys(), scorer=fuzz.ratio, limit=_TRIED, score_cutoff=_ALIKE)
        named = sorted(near, key=_best_first)
        return list(dict.fromkeys([*sorted(same)[:_TRIED], *(self._streets[name] for name, _, _ in named)]))

    def _places_like(self, words: str) -> list[str]:
        near = process.extract(
            words, self._places.keys(), scorer=fuzz.token_sort_ratio, limit=_TRIED, score_cutoff=_ALIKE
        )
        return [self._places[name] for name, _, _ in sorted(near, key=_best_first)]


def _best_first(found: tuple[str, float, object]) -> tuple[float, str]:
    return -found[1], found[0]
