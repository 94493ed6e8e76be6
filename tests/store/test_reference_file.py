"""Settings of a reference: strict, lenient where it costs nothing, and the same keys in a workspace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pcanalytics.errors import InputRejected, MappingError, UsageError
from pcanalytics.geocoding.layouts import LAYOUTS
from pcanalytics.geocoding.standard_names import KINDS, STANDARD_NAMES
from pcanalytics.store import open_workspace
from pcanalytics.store.reference_file import read_reference_file, reference_of

WORKSPACE = 'name = "Fairview"\ntime_zone = "America/Chicago"\ncrs = "EPSG:26915"\n'


@pytest.fixture
def write(tmp_path):
    (tmp_path / "roads.csv").write_text("name,from,to\n", encoding="utf-8")
    (tmp_path / "points_a.csv").write_text("number\n", encoding="utf-8")
    (tmp_path / "points_b.csv").write_text("number\n", encoding="utf-8")

    def write(text, name="city.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_every_key(write):
    path = write(
        'name = "City"\nvintage = "2024"\ncrs = "EPSG:26915"\nlocalities = ["City"]\naliases = "points_a.csv"\n'
        '[[streets]]\npath = "roads.csv"\nlayout = "own"\ncrs = "EPSG:4326"\nlayer = "x"\n'
        '[streets.columns]\nstreet = "name"\nalso_known_as = ["a", "b"]\nzip = ""\n'
    )
    made = read_reference_file(path)
    assert (made.name, made.vintage, made.crs, made.localities) == ("City", "2024", "EPSG:26915", ("City",))
    assert made.aliases.name == "points_a.csv"
    (layer,) = made.layers
    assert (layer.kind, layer.layout, layer.crs, layer.layer) == ("streets", "own", "EPSG:4326", "x")
    assert layer.columns == {"street": ("name",), "also_known_as": ("a", "b"), "zip": ()}


def test_what_is_left_out_has_a_meaning(write):
    made = read_reference_file(write('[streets]\npath = "roads.csv"\ncolumns = { street = "name" }\n'))
    assert (made.name, made.vintage, made.crs) == ("city", "not stated", None)
    assert made.layers[0].columns == {"street": ("name",)}


@pytest.mark.parametrize(("written", "vintage"), [("2024", "2024"), ("2024-05-01", "2024-05-01"), ('"v1"', "v1")])
def test_vintage_as_a_number_a_day_or_text(write, written, vintage):
    assert read_reference_file(write(f'vintage = {written}\n[[streets]]\npath = "roads.csv"\n')).vintage == vintage


@pytest.mark.parametrize("path", ['"points_*.csv"', '["points_a.csv", "points_b.csv"]', '["points_?.csv"]'])
def test_path_may_be_a_pattern_or_a_list(write, path):
    made = read_reference_file(write(f"[[points]]\npath = {path}\n"))
    assert [one.name for one in made.layers[0].paths] == ["points_a.csv", "points_b.csv"]


def test_one_locality_as_text(write):
    made = read_reference_file(write('localities = "City"\n[[streets]]\npath = "roads.csv"\n'))
    assert made.localities == ("City",)


def test_settings_under_a_geocoding_heading_are_read_too(write):
    made = read_reference_file(write('[geocoding]\nname = "City"\n[[geocoding.streets]]\npath = "roads.csv"\n'))
    assert (made.name, made.layers[0].kind) == ("City", "streets")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vintag = '2024'\n[[streets]]\npath = 'roads.csv'", "vintag is not a known key.*did you mean 'vintage'"),
        ("[[street]]\npath = 'roads.csv'", "street is not a known key.*did you mean 'streets'"),
        ("[[streets]]\npth = 'roads.csv'", r"\[\[streets\]\] number 1 path is missing"),
        ("[[streets]]\npath = 'road.csv'", "path: there is no such file.*relative to the folder of this file"),
        ("[[streets]]\npath = 'roads.csv'\nlayout = 'tiger'", "layout is not known.*did you mean"),
        ("[[streets]]\npath = 'roads.csv'\nlayout = 'nad'", r"'nad' is no layout of streets.*\[\[points\]\]"),
        ("[[streets]]\npath = 'roads.csv'\n[streets.columns]\nsteet = 'x'", "steet is not a standard name.*'street'"),
        ("[[streets]]\npath = 'roads.csv'\n[streets.columns]\nstreet = 3", "columns street is not of the right kind"),
        ("[[streets]]\npath = 'roads.csv'\n[streets.columns]\nzip = ['a', 'b']", "columns zip names several columns"),
        ("crs = 'EPSG:1'\n[[streets]]\npath = 'roads.csv'", "crs: 'EPSG:1' names no known coordinate"),
        ("aliases = 'a.csv'\n[[streets]]\npath = 'roads.csv'", "aliases: there is no such file"),
        ("name = 'City'", r"names no files.*\[\[streets\]\]"),
        ("name = ", "not written as TOML"),
    ],
)
def test_what_is_wrong_is_taught(write, text, message):
    with pytest.raises(InputRejected, match=f"(?s){message}"):
        read_reference_file(write(text))


def test_everything_wrong_is_listed_at_once(write):
    with pytest.raises(InputRejected) as caught:
        read_reference_file(write("vintag = '1'\n[[streets]]\npath = 'x.csv'\nlayot = 'own'\n"))
    assert [problem.code for problem in caught.value.problems] == ["unknown_key", "no_file", "unknown_key"]


def test_no_such_settings(tmp_path):
    with pytest.raises(UsageError, match="There is no file .*docs/geocoding_reference.md"):
        read_reference_file(tmp_path / "city.toml")


def test_workspace_has_the_same_keys(write):
    write(WORKSPACE + '[geocoding]\nvintage = "2024"\n[[geocoding.streets]]\npath = "roads.csv"\n', "agency.toml")
    path = write("", "other.txt")
    made = reference_of(open_workspace(path.parent))
    assert (made.name, made.vintage, made.crs) == ("Fairview", "2024", "EPSG:26915")
    assert made.layers[0].paths[0].name == "roads.csv"


def test_workspace_paths_stay_inside(write):
    path = write(WORKSPACE + '[geocoding]\n[[geocoding.streets]]\npath = "../roads.csv"\n', "agency.toml")
    with pytest.raises(MappingError, match=r"\[geocoding\] \[\[streets\]\] number 1 path leaves the workspace"):
        open_workspace(path.parent)


def test_workspace_without_geocoding_uses_its_places(write):
    path = write(WORKSPACE + '[places]\nstreets = "roads.csv"\naddress_points = "points_a.csv"\n', "agency.toml")
    made = reference_of(open_workspace(path.parent))
    assert [(layer.kind, layer.crs) for layer in made.layers] == [("streets", "EPSG:26915"), ("points", "EPSG:26915")]


def test_workspace_without_anything_has_no_reference(write):
    assert reference_of(open_workspace(write(WORKSPACE, "agency.toml").parent)) is None


def test_every_key_is_documented():
    written = (Path(__file__).parents[2] / "docs" / "geocoding_reference.md").read_text(encoding="utf-8")
    names = {name for kind in STANDARD_NAMES.values() for name in kind}
    keys = {"name", "vintage", "crs", "localities", "aliases", "path", "layout", "columns", "layer"}
    missing = [one for one in sorted({*KINDS, *LAYOUTS, *names, *keys}) if f"`{one}`" not in written]
    assert not missing, f"docs/geocoding_reference.md does not name {missing}"


def test_the_example_city_is_read(shared_data):
    shared_data("geocode")
    made = read_reference_file(Path(__file__).parents[2] / "docs" / "examples" / "san_francisco.toml")
    assert [layer.kind for layer in made.layers] == ["streets"]


def test_examples_of_the_page_are_read(tmp_path):
    """Every TOML block of the page parses and holds known keys only; the files it names are made up."""
    page = (Path(__file__).parents[2] / "docs" / "geocoding_reference.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) > 5
    for number, block in enumerate(blocks):
        for name in re.findall(r'"([\w./*-]+\.(?:csv|csv\.gz|csv\.bz2|zip|geojson|parquet|gpkg|shp))"', block):
            file = tmp_path / name.replace("*", "1")
            file.parent.mkdir(exist_ok=True)
            file.touch()
        (tmp_path / f"{number}.toml").write_text(block, encoding="utf-8")
        assert read_reference_file(tmp_path / f"{number}.toml").layers
