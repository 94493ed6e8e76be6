"""Reading the files of a reference: shapes, tables with coordinates, packed or not."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pyogrio.errors import DataLayerError, DataSourceError

from pcanalytics.errors import InputRejected
from pcanalytics.geocoding.layers import Layer, make_layer
from pcanalytics.geocoding.layouts import choose_columns
from pcanalytics.store.reference_settings import LayerFile, ReferenceFile

__all__ = ["files_of", "read_aliases", "read_frame", "read_layers"]

_PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
}

_TABLES = (".csv", ".txt", ".tsv", ".psv")
_SEPARATORS = ",\t;|"


def read_layers(settings: ReferenceFile, *, say: Callable[[str], None]) -> list[Layer]:
    """Read every file of a reference.

    Parameters
    ----------
    settings : ReferenceFile
        From :func:`~pcanalytics.store.reference_file.read_reference_file`.
    say : callable
        Told each file's name before it is read.

    Returns
    -------
    list of Layer
        In the order of the settings.

    Raises
    ------
    InputRejected
        When a file cannot be read or is not laid out as the settings say.

    Examples
    --------
    >>> layers = read_layers(settings, say=print)  # doctest: +SKIP
    """
    layers = []
    for entry in settings.layers:
        for path in entry.paths:
            say(f"reading {path.name}")
            layers.append(_read_layer(entry, path))
    return layers


def _read_layer(entry: LayerFile, path: Path) -> Layer:
    def wanted(present: Sequence[str]) -> list[str]:
        chosen = choose_columns(entry.kind, entry.layout, entry.columns, list(present), name=path.name)
        return list(dict.fromkeys(column for columns in chosen.values() for column in columns))

    frame = read_frame(path, layer=entry.layer, wanted=wanted)
    return make_layer(frame, kind=entry.kind, layout=entry.layout, columns=entry.columns, crs=entry.crs, name=path.name)


def read_frame(
    path: Path, *, layer: str | None = None, wanted: Callable[[Sequence[str]], list[str]] | None = None
) -> pd.DataFrame:
    """Read one file.

    Parameters
    ----------
    path : Path
        Delimited text, Parquet or whatever GDAL reads (shapefile, GeoPackage, GeoJSON, file geodatabase, FlatGeobuf,
        a .zip of one of them), by its name. Text and GeoJSON may be packed with gzip, bzip2 or xz.
    layer : str, optional
        Which layer of a file that holds several.
    wanted : callable, optional
        Given the columns of a table, says which to read; a large table is then read in part.

    Returns
    -------
    DataFrame or GeoDataFrame
        As the file holds it; delimited text as text.

    Raises
    ------
    InputRejected
        When it cannot be read as what its name says.

    Examples
    --------
    >>> streets = read_frame(Path("streets.gpkg"), layer="centerlines")  # doctest: +SKIP
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in _PACKED
    kind = (suffixes[-2:-1] or [""])[0] if packed else (suffixes or [""])[-1]
    try:
        if kind in _TABLES:
            return _read_text(path, wanted)
        if kind in (".parquet", ".geoparquet", ".pq"):
            return _read_parquet(path, wanted)
        if packed:
            return gpd.read_file(io.BytesIO(_PACKED[suffixes[-1]](path.read_bytes())), layer=layer)
        return gpd.read_file(path, layer=layer or _only_layer(path))
    except (DataLayerError, DataSourceError, pa.ArrowException, OSError, EOFError, lzma.LZMAError) as error:
        if isinstance(error, OSError) and not isinstance(error, pa.ArrowException) and error.errno is not None:
            raise
        what = f"{path.name} cannot be read as its name says."
        hint = f" Its layers: give one with layer = ... ({_layers_of(path)})." if layer is not None else ""
        raise InputRejected(what + hint) from None


def _only_layer(path: Path) -> str | None:
    """Take the layer with shapes of a file that can hold several; more than one must be named."""
    if path.suffix.lower() not in (".gpkg", ".gdb", ".sqlite", ".zip"):
        return None
    layers = gpd.list_layers(path)
    drawn = layers.loc[layers["geometry_type"].notna(), "name"].tolist()
    if len(drawn) > 1:
        raise InputRejected(f"{path.name} holds several layers. Say which with layer = ...: {', '.join(drawn)}.")
    return drawn[0] if drawn else None


def _layers_of(path: Path) -> str:
    try:
        return ", ".join(gpd.list_layers(path)["name"])
    except DataSourceError:
        return "none can be listed"


def _read_parquet(path: Path, wanted: Callable[[Sequence[str]], list[str]] | None) -> pd.DataFrame:
    schema = pa.parquet.read_schema(path)
    if b"geo" in (schema.metadata or {}):
        return gpd.read_parquet(path)
    columns = wanted(schema.names) if wanted else None
    return pa.parquet.read_table(path, columns=columns).to_pandas()


def _read_text(path: Path, wanted: Callable[[Sequence[str]], list[str]] | None) -> pd.DataFrame:
    """Read delimited text, every field as the text it is: UTF-8, else Windows-1252."""
    with pa.input_stream(str(path), compression="detect") as stream:
        head = stream.read(1 << 16)
    first = head.split(b"\n", 1)[0].decode("cp1252", errors="replace")
    separator = max(_SEPARATORS, key=first.count) if any(one in first for one in _SEPARATORS) else ","
    try:
        return _parse(path, separator, "utf8", wanted)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if "UTF8" not in str(error).upper().replace("-", ""):
            raise
        return _parse(path, separator, "cp1252", wanted)


def _parse(
    path: Path, separator: str, encoding: str, wanted: Callable[[Sequence[str]], list[str]] | None
) -> pd.DataFrame:
    parsing = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    reading = pa.csv.ReadOptions(encoding=encoding)
    with (
        pa.input_stream(str(path), compression="detect") as stream,
        pa.csv.open_csv(
            stream, parse_options=parsing, read_options=pa.csv.ReadOptions(encoding=encoding, block_size=1 << 20)
        ) as opened,
    ):
        names = opened.schema.names
    types = pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in names},
        strings_can_be_null=False,
        include_columns=wanted(names) if wanted else names,
    )
    with pa.input_stream(str(path), compression="detect") as stream:
        table = pa.csv.read_csv(stream, parse_options=parsing, read_options=reading, convert_options=types)
    return table.to_pandas()


def read_aliases(settings: ReferenceFile) -> pd.DataFrame | None:
    """Read the agency's own corrections.

    Parameters
    ----------
    settings : ReferenceFile
        As read.

    Returns
    -------
    DataFrame or None
        The alias file as text; None when the settings name none.

    Raises
    ------
    InputRejected
        When it cannot be read.

    Examples
    --------
    >>> read_aliases(ReferenceFile("a", "2026", Path("a.toml"), ())) is None
    True
    """
    return None if settings.aliases is None else read_frame(settings.aliases)


def files_of(path: Path) -> list[Path]:
    """List the files that hold what one path names.

    Parameters
    ----------
    path : Path
        As in the settings. A shapefile is several files; a file geodatabase is a folder.

    Returns
    -------
    list of Path
        Sorted.

    Examples
    --------
    >>> [one.name for one in files_of(Path("streets.gpkg"))]
    ['streets.gpkg']
    """
    if path.is_dir():
        return sorted(one for one in path.rglob("*") if one.is_file() and one.suffix != ".lock")
    if path.suffix.lower() == ".shp":
        parts = (".shp", ".shx", ".dbf", ".prj", ".cpg")
        return sorted(one for one in path.parent.glob(f"{path.stem}.*") if one.suffix.lower() in parts)
    return [path]
