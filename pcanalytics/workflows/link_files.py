"""Find the same person in any two files, or duplicates in one: a mapping says what their columns are."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.linkage.cleaning import clean_name
from pcanalytics.linkage.guards import REASONS
from pcanalytics.linkage.linking import LinkResult, link_people
from pcanalytics.linkage.model import read_model
from pcanalytics.store.files import write_atomically, written_whole
from pcanalytics.workflows.csv_writing import guarded, write_csv
from pcanalytics.workflows.kept_files import kept_text
from pcanalytics.workflows.link_mapping import LinkMapping, SideMapping, read_link_mapping
from pcanalytics.workflows.text_files import TextFile, read_text_file

__all__ = ["link_files", "read_people_file"]

Say = Callable[[str], None]

_PROBABILITY_DIGITS = 6
_LONGEST = 200  # letters of a field that are compared: more are no name and no address, and take all memory
_TWO_DIGITS_BEFORE = 2030  # a birth year of two digits is 1930 to 2029
_DATE_SIGNS = {"%Y": r"(?P<Y>\d{4})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}


def _quiet(_: str) -> None:
    """Say nothing."""


def link_files(
    left: Path,
    right: Path | None,
    *,
    mapping: Path,
    out: Path,
    people: Path | None = None,
    model: Path | None = None,
    retrain: bool = False,
    trained_on: dt.date | None = None,
    threads: int = 2,
    say: Say = _quiet,
    progress: Say | None = None,
    seed: int = 0,
) -> list[str]:
    """Link the records of two files, and those of each, and write the links.

    Parameters
    ----------
    left, right : pathlib.Path
        Delimited text with a header, packed or not, or Parquet. Without ``right``, duplicates inside ``left`` are found.
    mapping : pathlib.Path
        TOML that says which column is what (`read_link_mapping`).
    out : pathlib.Path
        Where links and pairs for review are written, as Parquet or CSV by its name; readable by its owner alone, whole or
        not at all.
    people : pathlib.Path, optional
        Where each record's person is written.
    model : pathlib.Path, optional
        A model to use; when there is no such file, the model trained here is written to it.
    retrain : bool
        Train anew even when there is a model, and write it.
    trained_on : datetime.date, optional
        The date that a model trained here shall bear.
    threads : int
        How many.
    say : callable, optional
        Told what a person should know: dates that could not be read.
    progress : callable, optional
        Told what is being done, for a terminal.
    seed : int
        Of the samples that training takes.

    Returns
    -------
    list of str
        The account: records, people, links, what was held back and why. It holds no value of a record.

    Raises
    ------
    UsageError
        When a file is not there, or an output would replace an input.
    UnknownName
        When a file lacks a column that the mapping names.
    InputRejected
        When a file, the mapping or the model cannot be used; when an id is missing or there twice.
    OSError
        When a result cannot be written.

    Examples
    --------
    >>> lines = link_files(Path("a.csv"), Path("b.csv"), mapping=Path("m.toml"), out=Path("links.csv"))  # doctest: +SKIP
    """
    _check([path for path in (left, right, mapping) if path is not None], out, people, model)
    if right is not None and left.resolve() == right.resolve():
        raise UsageError("--left and --right are one file. Leave out --right to find the duplicates inside it.")
    tell = progress or _quiet
    read = read_link_mapping(kept_text(mapping), name=mapping.name)
    tell("reading the records")
    first = read_people_file(left, read, which="left", say=say)
    second = None if right is None else read_people_file(right, read, which="right", say=say)
    kept = None
    if model is not None and model.exists() and not retrain:
        kept = read_model(_model_text(model))
    result = link_people(
        first,
        second,
        model=kept,
        details=tuple(_detail_names(read.details).values()),
        settings=read.settings,
        trained_on=trained_on,
        threads=threads,
        progress=progress,
        seed=seed,
    )
    tell("writing the result")
    if model is not None and kept is None:
        write_atomically(model, result.model.to_json().encode(), private=True)
    tables = {out: _link_table(result, read, within=right is None)}
    if people is not None:
        tables[people] = _people_table(result, read, within=right is None)
    _write(tables)
    return _account(result, len(first), None if second is None else len(second))


def read_people_file(path: Path, mapping: LinkMapping, *, which: str, say: Say = _quiet) -> pd.DataFrame:
    """Read a file as person records.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    mapping : LinkMapping
        Which column is what.
    which : str
        ``"left"`` or ``"right"``: the side of its records.
    say : callable, optional
        Told how many dates could not be read.

    Returns
    -------
    DataFrame
        `PEOPLE_COLUMNS` that the mapping names, and its details; record_key is the side and the id.

    Raises
    ------
    UnknownName
        When the file lacks a column.
    InputRejected
        When it cannot be read, has no rows, or an id is missing or there twice.

    Examples
    --------
    >>> people = read_people_file(Path("a.csv"), mapping, which="left")  # doctest: +SKIP
    """
    side: SideMapping = getattr(mapping, which)
    used = dict.fromkeys([side.id, *(name for names in side.columns.values() for name in names), *mapping.details])
    file = read_text_file(path, wanted=list(used))
    texts = {name: _text(file, name) for name in used}
    if not file.rows:
        raise InputRejected(f"{path.name} has a header and no rows.")
    _check_ids(texts[side.id], path.name, side.id)
    frame = pd.DataFrame({"record_key": f"{which}|" + texts[side.id], "side": which, "source": side.name})
    missing = {word.strip().casefold() for word in mapping.missing}
    for column, names in side.columns.items():
        parts = [texts[name].str.slice(0, _LONGEST) for name in names]
        joined = parts[0] if len(parts) == 1 else parts[0].str.cat(parts[1:], sep=" ").str.strip()
        value = joined.mask(joined.str.casefold().isin({"", *missing}))
        if column == "birth_date":
            value = _birth_dates(value, mapping.formats.get(column, "%Y-%m-%d"), f"{path.name}: {column}", say)
        elif column == "known_at":
            value = _times(value, mapping.formats.get(column, "ISO8601"), f"{path.name}: {column}", say)
        elif column in ("given_name", "surname"):
            _say_unread(value, f"{path.name}: {column}", say)
        frame[column] = value.fillna(side.name) if column == "source" else value
    for name, called in _detail_names(mapping.details).items():
        value = texts[name].str.slice(0, _LONGEST)
        frame[called] = value.mask(value.str.casefold().isin({"", *missing}))
    return frame


def _detail_names(details: tuple[str, ...]) -> dict[str, str]:
    """Call details by names that are no column of person records and mean nothing to a database."""
    names: dict[str, str] = {}
    for number, name in enumerate(details, start=1):
        called = "detail_" + re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
        names[name] = called if called not in names.values() else f"{called}_{number}"
    return names


def _text(file: TextFile, name: str) -> pd.Series:
    return file.column(name).to_pandas().astype("str").fillna("").str.strip()


def _birth_dates(value: pd.Series, form: str, where: str, say: Say) -> pd.Series:
    """Write birth dates year first, one that no calendar has too: it may be one digit off."""
    pattern = re.escape(form)
    for sign, digits in _DATE_SIGNS.items():
        pattern = pattern.replace(sign, digits, 1)
    if all(sign in form for sign in _DATE_SIGNS) and "%" not in pattern:
        found = value.str.extract(rf"^{pattern}(?:[ T].*)?$")
        read = found["Y"] + "-" + found["m"].str.zfill(2) + "-" + found["d"].str.zfill(2)
    else:
        days = pd.to_datetime(value, format=form, errors="coerce", utc=True)
        if "%y" in form:
            days = days.mask(days.dt.year >= _TWO_DIGITS_BEFORE, days - pd.DateOffset(years=100))
        read = days.dt.strftime("%Y-%m-%d")
    _say_lost(value, read, where, say)
    return read


def _times(value: pd.Series, form: str, where: str, say: Say) -> pd.Series:
    read = pd.to_datetime(value, format=form, errors="coerce", utc=True).dt.tz_localize(None)
    _say_lost(value, read, where, say)
    return read


def _say_lost(value: pd.Series, read: pd.Series, where: str, say: Say) -> None:
    lost = int((value.notna() & read.isna()).sum())
    if lost:
        say(f"{where} cannot be read as a date in {lost:,} rows, which count as unknown. Is [formats] right?")


def _say_unread(value: pd.Series, where: str, say: Say) -> None:
    """Say how many names have letters, but none that is compared."""
    distinct = [name for name in value.dropna().unique() if not name.isascii()]
    unread = [name for name in distinct if any(map(str.isalpha, name)) and clean_name(name) is None]
    if unread:
        rows = int(value.isin(unread).sum())
        say(f"{where} has no Latin letter in {rows:,} rows, which count as unknown. Map a column in Latin letters.")


def _check_ids(ids: pd.Series, name: str, column: str) -> None:
    wrong = {
        "is empty": (ids == "", "Number every row."),
        "is there more than once": (
            ids.duplicated(keep=False) & (ids != ""),
            "Keep one row a number, or name another column: rows of one number would all be linked with what any is linked with.",
        ),
    }
    problems = [
        Problem(
            f"{column} {what}",
            rows=int(bad.sum()),
            first_row=int(np.argmax(bad.to_numpy())) + 1,
            todo=todo,
            code="bad_id",
        )
        for what, (bad, todo) in wrong.items()
        if bad.any()
    ]
    if problems:
        raise InputRejected(f"{name} cannot be linked.", problems)


def _check(inputs: list[Path], out: Path, people: Path | None, model: Path | None) -> None:
    """Refuse what can be seen to be wrong before anything is read: finding it after the work would lose the work."""
    for given in inputs:
        if not given.is_file():
            raise UsageError(f"There is no file {given}.")
    written = {"--out": out, "--people": people, "--model": model}
    taken = {given.resolve(): "an input" for given in inputs}
    for option, path in written.items():
        if path is None:
            continue
        if option != "--model" and not path.name.endswith((".parquet", ".csv", ".csv.gz")):
            raise UsageError(f"{path.name} is written as Parquet or CSV: give it a name in .parquet, .csv or .csv.gz.")
        if path.resolve() in taken:
            raise UsageError(f"{path.name} of {option} would replace {taken[path.resolve()]}. Give it another name.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is a folder or a device, and no file can be written there.")
        _check_folder(path)
        taken[path.resolve()] = f"that of {option}"


def _check_folder(path: Path) -> None:
    there = next(folder for folder in path.absolute().parents if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"{path} cannot be written: {there} is no folder that you may write in.")


def _model_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputRejected(f"{path.name} is no model: it is not text in UTF-8.") from None


def _ids(keys: pd.Series) -> pd.Series:
    """Take the side from record keys."""
    return keys.str.split("|", n=1).str[1]


def _link_table(result: LinkResult, mapping: LinkMapping, *, within: bool) -> pd.DataFrame:
    names = [mapping.left.id, mapping.left.id if within else mapping.right.id]
    if names[0] == names[1] or any(name in ("match_probability", "status", "reason") for name in names):
        names = [f"{names[0]}_left", f"{names[1]}_right"]
    links = result.links.sort_values(
        ["status", "match_probability", "left", "right"], ascending=[True, False, True, True]
    )
    return pd.DataFrame(
        {
            names[0]: _ids(links["left"]),
            names[1]: _ids(links["right"]),
            "match_probability": links["match_probability"].round(_PROBABILITY_DIGITS),
            "status": links["status"],
            "reason": links["reason"],
        }
    ).reset_index(drop=True)


def _people_table(result: LinkResult, mapping: LinkMapping, *, within: bool) -> pd.DataFrame:
    people = result.people
    own = ("side", "person_id", "size", "match_probability")
    name = mapping.left.id if within and mapping.left.id not in own else "record_id"
    frame = pd.DataFrame({"side": people["record_key"].str.split("|", n=1).str[0], name: _ids(people["record_key"])})
    if within:
        frame = frame.drop(columns="side")
    frame["person_id"] = people["person_id"]
    frame["size"] = people["size"]
    frame["match_probability"] = people["match_probability"].round(_PROBABILITY_DIGITS)
    return frame


def _write(frames: dict[Path, pd.DataFrame]) -> None:
    """Write tables as their names say, for their owner alone; none takes its place before all are complete."""
    with ExitStack() as open_files:
        for path, frame in frames.items():
            table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
            if path.suffix == ".parquet":
                pq.write_table(table, open_files.enter_context(written_whole(path, private=True)))
            else:
                writer = open_files.enter_context(write_csv(path, table.column_names, is_private=True))
                writer.write([_csv_column(column) for column in table.columns])


def _csv_column(column: pa.ChunkedArray) -> pa.Array:
    values = column.combine_chunks()
    is_text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    return guarded(values.cast(pa.string())) if is_text else values.cast(pa.string())


def _account(result: LinkResult, lefts: int, rights: int | None) -> list[str]:
    counts, line = result.counts, result.thresholds
    records = f"{lefts:,} records" if rights is None else f"{lefts:,} and {rights:,} records"
    expected = (
        f"; {100 * line.expected_false_share:.2f} % of them are expected to be false by the model, joined from a match "
        f"weight of {line.link:.1f} up."
    )
    lines = [
        f"{records}, {counts['people']:,} people.",
        f"{counts['links']:,} links{expected if counts['links'] else '.'}",
        f"{counts['review']:,} pairs to review.",
    ]
    held = {name: number for name, number in counts.items() if name in REASONS and number}
    if held:
        shown = ", ".join(
            f"{name} {number:,}" for name, number in sorted(held.items(), key=lambda one: (-one[1], one[0]))
        )
        lines.append(f"Held back, by reason: {shown}.")
    if counts.get("left_out_of_queue"):
        lines.append(f"{counts['left_out_of_queue']:,} of them would change the least and are not in the result.")
    return lines
