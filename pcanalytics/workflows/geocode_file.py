"""Geocode any file of addresses against any reference: its rows and columns stay, where each address is comes beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.geocoding.placing import RESULT_COLUMNS, geocode
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import MOST_RISK
from pcanalytics.workflows.area_shapes import read_areas
from pcanalytics.workflows.csv_writing import guarded, write_csv
from pcanalytics.workflows.geocoding_account import account, in_tenths
from pcanalytics.workflows.text_files import TextFile, read_text_file

__all__ = ["ADDED", "geocode_file"]

Say = Callable[[str], None]

#: What is put beside the input's columns, in order; ``area_agrees`` after ``is_institution`` where areas are given.
ADDED = tuple(name for name in RESULT_COLUMNS if name not in ("area_agrees", "x", "y"))

#: Digits after the point: a meter hundredth of a degree is 0.1 m with six.
_DIGITS = {"error_m": 1, "lon": 6, "lat": 6}

#: Rows that are written at a time.
_ROWS = 1 << 17


def _quiet(_: str) -> None:
    """Say nothing."""


def geocode_file(
    addresses: Path,
    out: Path,
    *,
    column: str,
    reference: Callable[[], Reference],
    district: str | None = None,
    areas: Path | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    most_risk: float = MOST_RISK,
    say: Say = _quiet,
    progress: Say | None = None,
) -> list[str]:
    """Geocode a column of a file and write the file again with what was found.

    Parameters
    ----------
    addresses : pathlib.Path
        Delimited text with a header, packed or not, or Parquet. Every field is kept as the text it is.
    out : pathlib.Path
        Where the result is written, as CSV in UTF-8, packed when its name ends in ``.gz``; whole or not at all.
    column : str
        The column with the addresses.
    reference : callable
        Opens what they are matched against. It is called once the file is known to have the column.
    district : str, optional
        The column with the district or beat that was recorded with each address.
    areas : pathlib.Path, optional
        A file of shapes of those districts or beats; with ``district``, it breaks ties and shows contradictions.
    encoding, separator : str, optional
        How the file is written, where it does not show.
    most_risk : float
        A place whose stated risk of being wrong is larger is refused.
    say : callable, optional
        Told what a person should know: columns that were renamed, an encoding that was guessed.
    progress : callable, optional
        Told what is being done, for a terminal.

    Returns
    -------
    list of str
        The account: the two hit rates and why the rest was not found. It holds no address.

    Raises
    ------
    UnknownName
        When the file has no such column, with the nearest that it has.
    UsageError
        When ``out`` is the input, or of a kind that is not written; when one of ``district`` and ``areas`` is missing.
    InputRejected
        When the file or the shapes cannot be read.
    OSError
        When the result cannot be written.

    Examples
    --------
    >>> lines = geocode_file(Path("in.csv"), Path("out.csv"), column="address", reference=city_streets)  # doctest: +SKIP
    """
    _check(addresses, out, district, areas)
    tell = progress or _quiet
    tell("reading the addresses")
    wanted = [column, *([district] if district else [])]
    read = read_text_file(addresses, wanted=wanted, encoding=encoding, separator=separator)
    if read.encoding == "cp1252" and encoding is None:
        say(
            f"{addresses.name} is not UTF-8 and was read as Windows-1252. If letters are wrong, say how with --encoding."
        )
    written = read.column(column)
    recorded = None if district is None else read.column(district).to_pandas().astype("str").str.strip()
    names = _renamed(read, say)
    opened = reference()
    drawn = None if areas is None else read_areas(areas, crs=opened.crs, named=district)
    if recorded is not None and drawn is not None:
        recorded = _known(recorded, drawn, say)
    added = [name for name in ADDED if name != "is_institution"]
    added[added.index("reference") : added.index("reference")] = [
        "is_institution",
        *(["area_agrees"] if drawn is not None else []),
    ]
    with write_csv(out, [*names, *added], is_marked=read.is_marked) as writer:
        result = geocode(
            written,
            opened,
            areas=recorded,
            drawn=drawn,
            most_risk=most_risk,
            progress=in_tenths(progress, "distinct addresses"),
        )
        tell("writing the result")
        for start in range(0, len(result), _ROWS):
            own = [texts.slice(start, _ROWS) for texts in read.columns]
            part = result.iloc[start : start + _ROWS]
            writer.write([*own, *(_texts(part[name]) for name in added)])
    return account(result, opened, what=out.name)


def _check(addresses: Path, out: Path, district: str | None, areas: Path | None) -> None:
    if not addresses.is_file():
        raise UsageError(f"There is no file {addresses}.")
    if out.suffix.lower() in (".parquet", ".xlsx", ".xls", ".json"):
        raise UsageError(
            f"--out is written as CSV, and {out.suffix} says otherwise. Give it a name that ends in .csv or .csv.gz."
        )
    if out.exists() and out.resolve() == addresses.resolve():
        raise UsageError("--out would replace --addresses. Give it another name.")
    if out.exists() and not out.is_file():
        raise UsageError(f"--out is the name of a file, and {out} is a folder or a device.")
    if (district is None) != (areas is None):
        raise UsageError("--district names the column of areas and --areas their shapes: they go together.")


def _renamed(read: TextFile, say: Say) -> list[str]:
    """Give the input's names, one that the result has too under another."""
    names, renamed = [], []
    for name in read.names:
        kept = name
        while kept.strip() in (*ADDED, "area_agrees") or (kept != name and kept in read.names):
            kept = f"input_{kept.strip()}"
        names.append(kept)
        if kept != name:
            renamed.append(f"{name.strip()} is kept as {kept}")
    if renamed:
        say(f"The input has columns of the result's names: {', '.join(renamed)}.")
    return names


def _texts(values: pd.Series) -> pa.Array:
    """Write one column of the result as text; a missing value is an empty field."""
    if values.name in _DIGITS:
        numbers = pa.array(np.round(values.to_numpy(dtype="float64"), _DIGITS[str(values.name)]), from_pandas=True)
        return numbers.cast(pa.string())
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    texts = array.cast(pa.string())
    return texts if pd.api.types.is_numeric_dtype(values.dtype) else guarded(texts)


def _known(recorded: pd.Series, drawn: gpd.GeoDataFrame, say: Say) -> pd.Series:
    """Keep the areas that are drawn; say how many rows name another."""
    is_drawn = recorded.isin(drawn.index)
    unknown = int((~is_drawn & recorded.ne("")).sum())
    if unknown:
        say(f"{unknown:,} rows name an area that is not drawn: for them no area breaks a tie.")
    if not is_drawn.any() and len(recorded):
        raise InputRejected(
            "None of the areas recorded is drawn. Look whether --district and --areas name them the same way."
        )
    return recorded.where(is_drawn)
