"""Files of a reference in every form they come in."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pcanalytics.errors import InputRejected
from pcanalytics.store.layer_files import files_of, read_frame, read_layers
from pcanalytics.store.reference_settings import LayerFile, ReferenceFile

FRAME = gpd.GeoDataFrame(
    {"name": ["Main St", "Café Ln"], "low": [101, 201]},
    geometry=[shapely.LineString([(-93, 42), (-93, 42.001)]), shapely.LineString([(-93, 42.001), (-93, 42.002)])],
    crs="EPSG:4326",
)
POINTS = 'number,street,lon,lat,note\n12,Café Ln,-93.0,42.0,"a, b"\n007,Oak St,-93.1,42.1,\n'


def layer_of(path, kind="streets", **settings):
    return read_layers(ReferenceFile("a", "2026", path, (LayerFile(kind, (path,), **settings),)), say=lambda _: None)[0]


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.fgb"])
def test_files_of_shapes(tmp_path, name):
    FRAME.to_file(tmp_path / name)
    made = layer_of(tmp_path / name)
    assert sorted(made.frame["name"]) == ["Café Ln", "Main St"]
    assert made.frame.crs.to_epsg() == 4326


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_packed_geojson(tmp_path, suffix, pack):
    path = tmp_path / f"a.geojson{suffix}"
    path.write_bytes(pack(FRAME.to_json().encode()))
    assert layer_of(path).frame["name"].tolist() == ["Main St", "Café Ln"]


def test_one_feature_a_line(tmp_path):
    path = tmp_path / "a.geojson"
    lines = [gpd.GeoDataFrame(FRAME.iloc[[one]]).to_json() for one in (0, 1)]
    features = [line[line.index('{"id"') : line.rindex("]")] for line in lines]
    path.write_text("\n".join(features), encoding="utf-8")
    assert len(layer_of(path).frame) == 2


def test_layer_of_a_geopackage(tmp_path):
    FRAME.to_file(tmp_path / "a.gpkg", layer="centerlines")
    FRAME.iloc[:1].to_file(tmp_path / "a.gpkg", layer="trails")
    assert len(layer_of(tmp_path / "a.gpkg", layer="centerlines").frame) == 2
    with pytest.raises(InputRejected, match="a.gpkg holds several layers. Say which.*centerlines, trails"):
        layer_of(tmp_path / "a.gpkg")
    with pytest.raises(InputRejected, match="a.gpkg cannot be read.*centerlines, trails"):
        layer_of(tmp_path / "a.gpkg", layer="streets")


def test_geoparquet(tmp_path):
    FRAME.to_parquet(tmp_path / "a.parquet")
    assert len(layer_of(tmp_path / "a.parquet").frame) == 2


@pytest.mark.parametrize("write", [shapely.to_wkb, shapely.to_wkt])
def test_plain_parquet_with_shapes_in_a_column(tmp_path, write):
    plain = pd.DataFrame({"name": FRAME["name"], "geometry": [write(one) for one in FRAME.geometry]})
    plain.to_parquet(tmp_path / "a.parquet")
    assert layer_of(tmp_path / "a.parquet").frame.geometry.iloc[0].equals(FRAME.geometry.iloc[0])


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv", lambda data: data), ("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress)],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimited_points(tmp_path, name, pack, encoding):
    (tmp_path / name).write_bytes(pack(POINTS.encode(encoding)))
    made = layer_of(tmp_path / name, kind="points")
    assert made.frame["street"].tolist() == ["Café Ln", "Oak St"]
    assert made.frame["number"].tolist() == ["12", "007"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators(tmp_path, separator):
    text = "number,street,lon,lat\n12,Oak St,-93.0,42.0\n".replace(",", separator)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert layer_of(tmp_path / "a.txt", kind="points").frame["street"].tolist() == ["Oak St"]


def test_only_needed_columns_of_a_table_are_read(tmp_path):
    (tmp_path / "a.csv").write_text(POINTS, encoding="utf-8")
    assert list(read_frame(tmp_path / "a.csv", wanted=lambda names: list(names[:2]))) == ["number", "street"]


@pytest.mark.parametrize("name", ["a.parquet", "a.gpkg", "a.geojson", "a.csv.gz", "a.geojson.gz", "a.xyz"])
def test_what_is_not_what_its_name_says(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\x01 this is nothing of the kind")
    with pytest.raises(InputRejected, match="cannot be read as its name says"):
        read_frame(tmp_path / name)


def test_file_that_went_away_is_the_systems_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="a.csv"):
        read_frame(tmp_path / "a.csv")


def test_shapefile_is_several_files(tmp_path):
    FRAME.to_file(tmp_path / "a.shp")
    assert {path.suffix for path in files_of(tmp_path / "a.shp")} >= {".shp", ".dbf", ".shx", ".prj"}
    assert files_of(Path("a.gpkg")) == [Path("a.gpkg")]
