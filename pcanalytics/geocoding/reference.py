"""The reference that addresses are matched against: streets, ranges, points, crossings, places, as plain tables.

Everything is made ready once, so that matching is joins and arithmetic: streets stand under their keys, every line is
cut into straight pieces with the numbers at both ends, and crossings are points. Coordinates are meters in ``crs``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from pcanalytics.errors import InputRejected, Problem

__all__ = ["TABLE_SCHEMAS", "Reference"]

_XY = [("x", pa.float64()), ("y", pa.float64())]
_ENDS = [("x0", pa.float64()), ("y0", pa.float64()), ("x1", pa.float64()), ("y1", pa.float64())]


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema(list(columns))


#: The tables of a reference and their columns. :class:`Reference` says what each holds.
TABLE_SCHEMAS: Mapping[str, pa.Schema] = {
    "streets": _schema(
        ("street_id", pa.int32()), ("street", pa.string()), ("written", pa.string()), ("is_route", pa.bool_())
    ),
    "segments": _schema(
        ("segment_id", pa.int32()),
        ("street_id", pa.int32()),
        ("from_node", pa.int64()),
        ("to_node", pa.int64()),
        ("length_m", pa.float64()),
        ("mid_x", pa.float64()),
        ("mid_y", pa.float64()),
        ("zone", pa.string()),
    ),
    "ranges": _schema(
        ("range_id", pa.int32()),
        ("street_id", pa.int32()),
        ("segment_id", pa.int32()),
        ("low", pa.int32()),
        ("high", pa.int32()),
        ("parity", pa.int8()),
        ("side", pa.string()),
        ("zone", pa.string()),
        ("number_prefix", pa.string()),
        ("is_oriented", pa.bool_()),
    ),
    "pieces": _schema(
        ("range_id", pa.int32()), ("street_id", pa.int32()), ("low", pa.float64()), ("high", pa.float64()), *_ENDS
    ),
    "lines": _schema(("segment_id", pa.int32()), *_ENDS, ("at_m", pa.float64())),
    "points": _schema(
        ("street_id", pa.int32()), ("number", pa.int32()), ("number_text", pa.string()), *_XY, ("zone", pa.string())
    ),
    "crossings": _schema(("street_a", pa.int32()), ("street_b", pa.int32()), ("node", pa.int64()), *_XY),
    "places": _schema(
        ("place", pa.string()),
        ("written", pa.string()),
        ("kind", pa.string()),
        ("is_institution", pa.bool_()),
        *_XY,
        ("zone", pa.string()),
    ),
    "mileposts": _schema(("route", pa.string()), ("milepost", pa.float64()), ("direction", pa.string()), *_XY),
    "exits": _schema(("route", pa.string()), ("exit", pa.string()), ("direction", pa.string()), *_XY),
    "aliases": _schema(("written", pa.string()), ("means", pa.string()), *_XY, ("is_institution", pa.bool_())),
}


def _empty(name: str) -> pa.Table:
    return TABLE_SCHEMAS[name].empty_table()


@dataclass(frozen=True)
class Reference:
    """A reference ready to be matched against. Frozen; its tables are Arrow tables and never changed.

    Parameters
    ----------
    name : str
        What results call it, such as ``"San Francisco centerlines"``.
    vintage : str
        Of when it is, as its maker says.
    crs : str
        Projected system in meters of every x and y.
    digest : str
        SHA-256 over the tables and the system: equal references have equal digests.
    localities : tuple of str
        Names of the places it covers, upper case; an address that ends with another city is out of the area.
    notes : tuple of Problem
        What was left out or assumed when it was built, with counts.
    streets : pyarrow.Table
        One row a distinct street key: ``street_id``, ``street`` (the key), ``written`` (the reference's own words),
        ``is_route`` (a numbered highway).
    segments : pyarrow.Table
        One row a line and name: a line with two names stands under both. Nodes are equal where lines meet.
    ranges : pyarrow.Table
        House numbers of one side of a line: ``low`` to ``high``, ``parity`` 0 even, 1 odd, 2 both; ``side`` L, R or
        empty when not recorded; ``zone`` a zip or locality, empty when unknown; ``is_oriented`` false when
        nothing says at which end of the line the low number is.
    pieces : pyarrow.Table
        The straight pieces of each range: number ``low`` lies at x0, y0 and ``high`` at x1, y1.
    lines : pyarrow.Table
        The straight pieces of every segment, ``at_m`` meters from its start.
    points : pyarrow.Table
        Addresses that have a point of their own.
    crossings : pyarrow.Table
        Where two streets meet, ``street_a`` < ``street_b``; a divided street has several with one other.
    places : pyarrow.Table
        Places known by name; ``is_institution`` marks those at which many unrelated records lie.
    mileposts, exits : pyarrow.Table
        Of highways, by route and direction of travel (empty when it stands for both).
    aliases : pyarrow.Table
        Strings as written that mean another string (``means``) or a point.

    Examples
    --------
    >>> Reference(name="none", vintage="2026", crs="EPSG:26915").streets.num_rows
    0
    """

    name: str
    vintage: str
    crs: str
    digest: str = ""
    localities: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
    streets: pa.Table = field(default_factory=lambda: _empty("streets"))
    segments: pa.Table = field(default_factory=lambda: _empty("segments"))
    ranges: pa.Table = field(default_factory=lambda: _empty("ranges"))
    pieces: pa.Table = field(default_factory=lambda: _empty("pieces"))
    lines: pa.Table = field(default_factory=lambda: _empty("lines"))
    points: pa.Table = field(default_factory=lambda: _empty("points"))
    crossings: pa.Table = field(default_factory=lambda: _empty("crossings"))
    places: pa.Table = field(default_factory=lambda: _empty("places"))
    mileposts: pa.Table = field(default_factory=lambda: _empty("mileposts"))
    exits: pa.Table = field(default_factory=lambda: _empty("exits"))
    aliases: pa.Table = field(default_factory=lambda: _empty("aliases"))

    def tables(self) -> dict[str, pa.Table]:
        """Give every table by name, in the order of :data:`TABLE_SCHEMAS`."""
        return {name: getattr(self, name) for name in TABLE_SCHEMAS}

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, pa.Table],
        *,
        name: str,
        vintage: str,
        crs: str,
        localities: tuple[str, ...] = (),
        notes: tuple[Problem, ...] = (),
        digest: str | None = None,
    ) -> Reference:
        """Make a reference of its tables.

        Parameters
        ----------
        tables : mapping of str to pyarrow.Table
            By name; one that is not there is empty. Columns are cast to :data:`TABLE_SCHEMAS`.
        name, vintage, crs, localities, notes
            As in the class.
        digest : str, optional
            When it is already known, as for tables just read back; otherwise it is computed.

        Raises
        ------
        InputRejected
            When a table is not one of a reference, or lacks a column.
        """
        wrong = [Problem(f"there is no table {key!r} in a reference") for key in tables if key not in TABLE_SCHEMAS]
        wrong += [
            Problem(f"table {key!r} lacks column {column!r}")
            for key, table in tables.items()
            if key in TABLE_SCHEMAS
            for column in TABLE_SCHEMAS[key].names
            if column not in table.column_names
        ]
        if wrong:
            raise InputRejected("These are not the tables of a reference.", wrong)
        cast = {key: table.select(TABLE_SCHEMAS[key].names).cast(TABLE_SCHEMAS[key]) for key, table in tables.items()}
        made = cls(name=name, vintage=vintage, crs=crs, localities=localities, notes=notes, **cast)
        found = digest if digest is not None else _digest(made)
        return cls(
            name=name, vintage=vintage, crs=crs, digest=found, localities=localities, notes=notes, **made.tables()
        )


def _digest(reference: Reference) -> str:
    """Hash the values of every table, however it is chunked."""
    sums = hashlib.sha256(repr((reference.crs, reference.localities)).encode())
    for key, table in reference.tables().items():
        sums.update(f"{key} {table.num_rows} {table.schema}".encode())
        sink = pa.BufferOutputStream()
        batch = table.combine_chunks()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_table(batch)
        sums.update(sink.getvalue())
    return sums.hexdigest()
