"""What a declared table is: what one row means, its columns, and how a frame is checked against it.

A table is declared once. Checks, the data dictionary, the store's columns, the sample city, what an
agreement may release and the wording of errors all come from that declaration. The checks themselves
are pandera's; what pandera would print of a failing value is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from pcanalytics.errors import Problem, TableError, UnknownName

__all__ = ["DTYPES", "EARLIEST", "LATEST", "SENSITIVITY", "Column", "Rule", "Table"]

Kind = Literal["id", "text", "category", "integer", "real", "date", "timestamp", "boolean"]
Owner = Literal["police", "corrections", "places", "derived"]
Sensitivity = Literal["1", "2", "3", "X"]
Action = Literal["set_aside", "warn"]

#: The pandas dtype of each kind of column.
DTYPES: Mapping[str, str] = {
    "id": "str",
    "text": "str",
    "category": "str",
    "integer": "Int64",
    "real": "float64",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
    "boolean": "boolean",
}

#: What each sensitivity class means.
SENSITIVITY: Mapping[str, str] = {
    "1": "routine: may be released where the agreement names the table",
    "2": "sensitive: about a person; released only where a clause names the column",
    "3": "restricted: released only where a clause names the column and its reason",
    "X": "never leaves the agency that holds it",
}

#: Dates before the first or after the last of these are no dates of this work, whatever the column.
EARLIEST = pd.Timestamp("1900-01-01")
LATEST = pd.Timestamp("2100-01-01")


@dataclass(frozen=True)
class Column:
    """One declared column.

    Parameters
    ----------
    name : str
        Its name in every frame and in the store.
    kind : str
        ``id`` and ``text`` are text end to end; ``category`` is text from a closed list; ``integer``
        and ``real`` are numbers; ``date`` is a day; ``timestamp`` is local wall time; ``boolean``.
    meaning : str
        What it says, in a sentence an officer would agree with.
    unit : str, optional
        The unit of a number.
    categories : mapping of str to str, optional
        Allowed values of a category, each with its written meaning.
    nullable : bool, default True
        Whether a row may lack it.
    required : bool, default False
        Whether an extract must bring the column at all.
    sensitivity : {"1", "2", "3", "X"}
        See :data:`SENSITIVITY`.
    minimum, maximum : float, optional
        Limits of a number, both allowed.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str | None = None
    categories: Mapping[str, str] | None = None
    nullable: bool = True
    required: bool = False
    sensitivity: Sensitivity = "1"
    minimum: float | None = None
    maximum: float | None = None

    @property
    def dtype(self) -> str:
        """The pandas dtype of the column."""
        return DTYPES[self.kind]

    @property
    def is_time(self) -> bool:
        """Whether the column holds dates or times."""
        return self.kind in ("date", "timestamp")

    def _checks(self) -> list[pa.Check]:
        checks = []
        if self.categories is not None:
            checks.append(pa.Check.isin(list(self.categories), error="not_allowed"))
        if self.is_time:
            checks.append(pa.Check.in_range(EARLIEST, LATEST, include_max=False, error="impossible_date"))
        if self.minimum is not None:
            checks.append(pa.Check.ge(self.minimum, error="too_small"))
        if self.maximum is not None:
            checks.append(pa.Check.le(self.maximum, error="too_large"))
        if self.kind == "real":
            checks.append(pa.Check(lambda values: values.abs() != float("inf"), error="not_finite"))
        return checks

    def _pandera(self) -> pa.Column:
        return pa.Column(self.dtype, checks=self._checks(), nullable=self.nullable, name=self.name)


@dataclass(frozen=True)
class Rule:
    """A rule over several columns of one row.

    Parameters
    ----------
    reason : str
        The reason code of a row that breaks it.
    meaning : str
        The rule in words, as a person reads it in a report.
    columns : tuple of str
        The columns it looks at; the first is named in reports.
    broken : callable
        Takes the frame, gives a boolean series: True where the row breaks the rule. A missing value
        breaks no rule.
    action : {"set_aside", "warn"}
        What intake does with such a row.
    whole_table : bool, default False
        Whether it compares rows with each other, so that it must see all of a file at once.
    """

    reason: str
    meaning: str
    columns: tuple[str, ...]
    broken: Callable[[pd.DataFrame], pd.Series]
    action: Action = "set_aside"
    whole_table: bool = False


#: What is said of a row, by reason code. Rules bring their own.
_REASONS: Mapping[str, str] = {
    "missing": "is missing where every row needs it",
    "not_allowed": "holds a value outside its declared list",
    "impossible_date": f"holds a date before {EARLIEST.year} or after {LATEST.year - 1}",
    "too_small": "is below its smallest allowed value",
    "too_large": "is above its largest allowed value",
    "not_finite": "is not a finite number",
    "duplicate_key": "repeats the key of another row",
}


@dataclass(frozen=True)
class Table:
    """A declared table.

    Parameters
    ----------
    name : str
        Its name everywhere.
    row : str
        What one row is.
    key : tuple of str
        The columns that tell one row from another.
    columns : tuple of Column
        In order.
    owner : {"police", "corrections", "places", "derived"}
        Who answers for the records.
    retention : str
        The retention class: ``routine`` (the agency's own schedule), ``supervision`` (while supervised
        and as long after as the agreement says) or ``derived`` (rebuilt, never kept on its own).
    rules : tuple of Rule
        Rules over several columns.

    Examples
    --------
    >>> beats = Table("beats", "one beat", ("beat",), (Column("beat", "id", "The beat.", nullable=False),), "places")
    >>> beats.check(pd.DataFrame({"beat": ["007"]})).loc[0, "beat"]
    '007'
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    owner: Owner
    retention: str = "routine"
    rules: tuple[Rule, ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(self._by_name)

    def column(self, name: str) -> Column:
        """Give one column.

        Raises
        ------
        UnknownName
            When the table declares no such column.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName(f"column in the table {self.name}", name, self._by_name) from None

    @cached_property
    def _pandera(self) -> pa.DataFrameSchema:
        return pa.DataFrameSchema({column.name: column._pandera() for column in self.columns}, name=self.name)

    def empty(self) -> pd.DataFrame:
        """Give the table with no rows."""
        return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in self.columns})

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the frame the table's columns, in order and type; columns it lacks become missing values.

        Parameters
        ----------
        frame : DataFrame
            Any subset of the declared columns, of any length. It is not changed.

        Returns
        -------
        DataFrame
            Every declared column, index kept.

        Raises
        ------
        TableError
            When the frame has columns that are not declared or are there twice, or values that their type
            cannot hold.
        """
        if not frame.columns.is_unique:
            twice = sorted({str(name) for name in frame.columns[frame.columns.duplicated()]})
            raise TableError(
                f"The frame does not fit the table {self.name}.",
                [Problem(f"column {name!r} is there twice", code="duplicate_column") for name in twice],
            )
        extra = [str(name) for name in frame.columns if name not in self._by_name]
        if extra:
            known = ", ".join(self.names)
            raise TableError(
                f"The frame does not fit the table {self.name}.",
                [Problem(f"column {name!r} is not declared", expected=known, code="extra_column") for name in extra],
            )
        out, problems = {}, []
        for column in self.columns:
            if column.name not in frame:
                out[column.name] = pd.Series(index=frame.index, dtype=column.dtype)
                continue
            try:
                out[column.name] = _cast(frame[column.name], column)
            except (TypeError, ValueError, OverflowError):
                problems.append(Problem(f"column {column.name!r} cannot be read as {column.kind}", code="wrong_type"))
        if problems:
            raise TableError(f"The frame does not fit the table {self.name}.", problems)
        return pd.DataFrame(out, index=frame.index)

    def violations(self, frame: pd.DataFrame) -> pd.DataFrame:
        """List every place where a frame breaks the declaration, without showing any value.

        Parameters
        ----------
        frame : DataFrame
            A frame of the table's columns and types, as :meth:`conform` gives it.

        Returns
        -------
        DataFrame
            ``position`` (of the row, from 0), ``column``, ``reason``, ``action``; a row can appear more than once.
        """
        plain = frame.reset_index(drop=True)
        found = [self._column_violations(plain), self._key_violations(plain)]
        for rule in self.rules:
            broken = rule.broken(plain).fillna(value=False).astype(bool)
            found.append(_rows(plain.index[broken], rule.columns[0], rule.reason, rule.action))
        return pd.concat(found, ignore_index=True).sort_values(["position", "column"], kind="stable", ignore_index=True)

    def _column_violations(self, frame: pd.DataFrame) -> pd.DataFrame:
        try:
            self._pandera.validate(frame, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
        else:
            return _rows([], "", "", "set_aside")
        whole = cases[cases["index"].isna()]
        if len(whole):
            problems = [
                Problem(f"column {name!r} is not there or not of its declared type", code="wrong_type")
                for name in sorted(set(whole["column"].where(whole["column"].isin(self.names), whole["failure_case"])))
            ]
            raise TableError(f"The frame does not fit the table {self.name}.", problems) from None
        reasons = cases["check"].astype(str).replace({"not_nullable": "missing"})
        return pd.DataFrame(
            {
                "position": cases["index"].astype("int64"),
                "column": cases["column"].astype("str"),
                "reason": reasons.astype("str"),
                "action": "set_aside",
            }
        )

    def _key_violations(self, frame: pd.DataFrame) -> pd.DataFrame:
        key = list(self.key)
        whole = frame[key].notna().all(axis=1)
        repeated = frame.loc[whole, key].duplicated(keep="first")
        return _rows(repeated.index[repeated], self.key[0], "duplicate_key", "set_aside")

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Check a frame against the declaration.

        Parameters
        ----------
        frame : DataFrame
            Any frame that should be this table. It is not changed.

        Returns
        -------
        DataFrame
            The frame with the declared columns, order and types.

        Raises
        ------
        TableError
            Listing every problem at once: what is wrong, how many rows, the first row's number.
        """
        conformed = self.conform(frame)
        violations = self.violations(conformed)
        if violations.empty:
            return conformed
        raise TableError(f"The frame breaks the table {self.name}.", self.problems(violations))

    def problems(self, violations: pd.DataFrame) -> list[Problem]:
        """Put violations into words, one problem for each column and reason; rows are counted from 1."""
        meanings = dict(_REASONS) | {rule.reason: rule.meaning for rule in self.rules}
        listed = []
        for (column, reason), rows in violations.groupby(["column", "reason"], sort=False):
            declared = self._by_name.get(str(column))
            allowed = None
            if reason == "not_allowed" and declared is not None and declared.categories:
                allowed = "one of " + ", ".join(declared.categories)
            listed.append(
                Problem(
                    f"{column}: {meanings.get(str(reason), reason)}",
                    rows=len(rows),
                    first_row=int(rows["position"].min()) + 1,
                    expected=allowed,
                    code=str(reason),
                )
            )
        return listed

    def meaning_of(self, reason: str) -> str:
        """Give the words for a reason code of this table; an unknown code is given back as it is."""
        for rule in self.rules:
            if rule.reason == reason:
                return rule.meaning
        return _REASONS.get(reason, reason)

    def dictionary(self) -> pd.DataFrame:
        """Give the table's page of the data dictionary, one row a column.

        Returns
        -------
        DataFrame
            ``column``, ``kind``, ``unit``, ``missing`` (may a row lack it), ``sensitivity``, ``meaning``, ``values``.
        """
        return pd.DataFrame(
            [
                {
                    "column": column.name,
                    "kind": column.kind,
                    "unit": column.unit or "",
                    "missing": "allowed" if column.nullable else "never",
                    "sensitivity": column.sensitivity,
                    "meaning": column.meaning,
                    "values": "; ".join(f"{code}: {meaning}" for code, meaning in (column.categories or {}).items()),
                }
                for column in self.columns
            ]
        )


def _cast(values: pd.Series, column: Column) -> pd.Series:
    """Give a series the type of a column; a number is no time, although pandas takes it for microseconds since 1970."""
    if column.is_time and pd.api.types.is_numeric_dtype(values.dtype) and values.notna().any():
        raise TypeError
    return values.astype(column.dtype)


def _rows(positions: pd.Index | list[int], column: str, reason: str, action: Action) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position": pd.Series(positions, dtype="int64"),
            "column": pd.Series([column] * len(positions), dtype="str"),
            "reason": pd.Series([reason] * len(positions), dtype="str"),
            "action": pd.Series([action] * len(positions), dtype="str"),
        }
    )
