"""Text as it should have been written: trimmed, in one Unicode form, without invisible characters.

Most cells are plain ASCII and are only looked at a whole column at a time; the rest are taken one
distinct text at a time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Cleaned", "clean_text", "is_misread", "text_from"]

# NUL and other control characters but tab and line breaks.
_ASCII_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# Also: soft hyphen, zero-width characters, direction marks and overrides, byte-order marks.
_INVISIBLE = re.compile(_ASCII_CONTROLS[:-1] + "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_C1_CONTROLS = re.compile("[\u0080-\u009f]")
# What UTF-8 of a Latin letter or a typographer's mark looks like when it is read a byte at a time.
_LEADS = re.compile("[\u00c2-\u00c5\u00e2]")


@dataclass(frozen=True, repr=False)
class Cleaned:
    """A column of cleaned text, and where something was done to it.

    Parameters
    ----------
    text : pyarrow.LargeStringArray
        Missing where it was missing.
    stripped, composed, misread : ndarray of bool
        Rows where invisible characters were taken out; where letters were composed; where the text looks
        like UTF-8 that someone read in a one-byte encoding, which is left as it is.
    """

    text: pa.Array
    stripped: np.ndarray
    composed: np.ndarray
    misread: np.ndarray


def clean_text(text: pa.Array) -> Cleaned:
    r"""Trim blanks, take out invisible characters, compose letters (NFC), and mark misread text.

    Parameters
    ----------
    text : pyarrow.LargeStringArray
        A column as it was read. Missing values stay missing.

    Returns
    -------
    Cleaned
        Of the same length.

    Examples
    --------
    >>> clean_text(pa.array([" 007 ", "Mun\u0303oz", "A\x00B"], pa.large_string())).text.to_pylist()
    ['007', 'Muñoz', 'AB']
    """
    nowhere = np.zeros(len(text), dtype=bool)
    raw = _bytes(text)
    stripped = nowhere
    if _has_controls(raw):
        plain = pc.replace_substring_regex(text, _ASCII_CONTROLS, "")
        stripped = _filled(pc.not_equal(plain, text))
        text = plain
    if not len(raw) or raw.max() < 128:
        return Cleaned(pc.ascii_trim_whitespace(text), stripped, nowhere, nowhere)
    return _clean_marked(pc.utf8_trim_whitespace(text), stripped)


def _clean_marked(text: pa.Array, stripped: np.ndarray) -> Cleaned:
    places = np.flatnonzero(~_filled(pc.string_is_ascii(text), missing=True))
    coded = text.take(pa.array(places)).dictionary_encode()
    given = coded.dictionary.to_pylist()
    at = coded.indices.to_numpy(zero_copy_only=False)
    visible = [_INVISIBLE.sub("", one) for one in given]
    right = [unicodedata.normalize("NFC", one).strip() for one in visible]
    masks = []
    for hit in (
        [seen != one for seen, one in zip(visible, given, strict=True)],
        [not unicodedata.is_normalized("NFC", one) for one in visible],
        [is_misread(one) for one in right],
    ):
        mask = np.zeros(len(text), dtype=bool)
        mask[places] = np.array(hit, dtype=bool)[at] if len(places) else False
        masks.append(mask)
    chosen = np.zeros(len(text), dtype=bool)
    chosen[places] = True
    replaced = pc.replace_with_mask(text, pa.array(chosen), pa.array(right, pa.large_string()).take(coded.indices))
    return Cleaned(replaced, stripped | masks[0], masks[1], masks[2])


def is_misread(text: str) -> bool:
    r"""Say whether a text looks like UTF-8 that was read as Latin-1 or Windows-1252, such as ``MuÃ±oz``.

    A letter that UTF-8 of Latin letters begins with is followed here by what it continues with, through
    the whole text: for text that was never UTF-8 this hardly ever happens.

    Examples
    --------
    >>> is_misread("Mu\u00c3\u00b1oz"), is_misread("Muñoz")
    (True, False)
    """
    if _C1_CONTROLS.search(text) and not _LEADS.search(text):
        return True
    if not _LEADS.search(text):
        return False
    for encoding in ("cp1252", "latin-1"):
        try:
            text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def text_from(times: pa.Array, form: str | None = None) -> pa.Array:
    """Write times as text: by ``form``, or as ISO dates with a time of day where there is one.

    Parameters
    ----------
    times : pyarrow.TimestampArray
        Missing values stay missing.
    form : str, optional
        A date format.

    Examples
    --------
    >>> import datetime
    >>> text_from(pa.array([datetime.datetime(2026, 3, 1)], pa.timestamp("us"))).to_pylist()
    ['2026-03-01']
    """
    if form is not None:
        return pc.strftime(times.cast(pa.timestamp("s"), safe=False), form).cast(pa.large_string())
    seconds = times.cast(pa.timestamp("s"), safe=False)
    days, whole = pc.strftime(seconds, "%Y-%m-%d"), pc.strftime(seconds, "%Y-%m-%d %H:%M:%S")
    midnight = pc.equal(pc.floor_temporal(seconds, unit="day"), seconds)
    return pc.if_else(midnight, days, whole).cast(pa.large_string())


def _filled(mask: pa.Array, *, missing: bool = False) -> np.ndarray:
    return pc.fill_null(mask, missing).to_numpy(zero_copy_only=False)


def _bytes(text: pa.Array) -> np.ndarray:
    """Give the bytes of all the texts of a column, one after the other."""
    buffers = text.buffers()
    if buffers[2] is None or not len(text):
        return np.empty(0, dtype="uint8")
    offsets = np.frombuffer(buffers[1], dtype="int64")[text.offset : text.offset + len(text) + 1]
    return np.frombuffer(buffers[2], dtype="uint8")[offsets[0] : offsets[-1]]


def _has_controls(raw: np.ndarray) -> bool:
    low = raw[(raw < 32) | (raw == 127)]
    return bool(len(low)) and not np.isin(low, (9, 10, 13)).all()
