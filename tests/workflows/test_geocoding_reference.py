"""A reference is built once, read back the same, and built again when what it is made of changes."""

from __future__ import annotations

import os

import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.store.reference_file import read_reference_file
from pcanalytics.workflows import geocoding_reference
from pcanalytics.workflows.geocoding_reference import open_reference, user_cache

ROADS = 'name,from,to,wkt\nMain St,101,199,"LINESTRING (-93 42, -93 42.001)"\n'
SETTINGS = 'name = "Town"\nvintage = "2026"\naliases = "aliases.csv"\n[[streets]]\npath = "roads.csv"\n'


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "roads.csv").write_text(ROADS, encoding="utf-8")
    (folder / "aliases.csv").write_text("written,means\nthe mall,101 Main St\n", encoding="utf-8")
    (folder / "town.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture
def use(town, tmp_path):
    def use():
        said = []
        found = open_reference(read_reference_file(town / "town.toml"), cache=tmp_path / "cache", progress=said.append)
        return found, "building Town" in said

    return use


def test_second_use_reads_what_the_first_built(use):
    first, built = use()
    second, built_again = use()
    assert (built, built_again) == (True, False)
    assert second.digest == first.digest
    assert second.notes == first.notes
    assert second.localities == first.localities
    for name, table in first.tables().items():
        assert second.tables()[name].equals(table), name


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("roads.csv", ROADS.replace("199", "197")),
        ("aliases.csv", "written,means\nthe mall,103 Main St\n"),
        ("town.toml", SETTINGS.replace("2026", "2027")),
        ("town.toml", SETTINGS + 'columns = { zip = "" }\n'),
    ],
)
def test_any_change_builds_again(town, use, file, text):
    use()
    (town / file).write_text(text, encoding="utf-8")
    found, built = use()
    assert built
    assert found.digest
    assert use()[1] is False


def test_same_length_and_time_shortly_after_is_still_seen(town, use):
    first, _ = use()
    about = (town / "roads.csv").stat()
    (town / "roads.csv").write_text(ROADS.replace("199", "197"), encoding="utf-8")
    os.utime(town / "roads.csv", ns=(about.st_atime_ns, about.st_mtime_ns))
    assert use()[0].digest != first.digest


def test_touching_a_file_changes_nothing(town, use):
    use()
    os.utime(town / "roads.csv", (1_000_000_000, 1_000_000_000))
    assert use()[1] is False


def test_other_code_builds_again(use, monkeypatch, tmp_path):
    use()
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "new.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(geocoding_reference.pcanalytics.geocoding, "__path__", [str(tmp_path / "code")])
    assert use()[1] is True


def test_only_the_newest_build_is_kept(town, use, tmp_path):
    use()
    (town / "roads.csv").write_text(ROADS.replace("199", "197"), encoding="utf-8")
    use()
    (home,) = (tmp_path / "cache").iterdir()
    assert len([one for one in home.iterdir() if one.is_dir()]) == 1


@pytest.mark.parametrize("damage", ["cut", "away", "words"])
def test_damaged_build_is_built_again_and_said(town, use, tmp_path, damage):
    first, _ = use()
    (about,) = (tmp_path / "cache").glob("*/*/reference.json")
    table = about.parent / "table=ranges" / "part-0.parquet"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:40])
    elif damage == "away":
        table.unlink()
    else:
        about.write_text("{", encoding="utf-8")
    second, built = use()
    assert built
    assert second.digest == first.digest


def test_what_was_taken_for_what_is_said_without_a_terminal(town, tmp_path):
    said = []
    settings = read_reference_file(town / "town.toml")
    open_reference(settings, cache=tmp_path / "cache", say=said.append)
    assert any("roads.csv: 1 rows read as streets, " in line for line in said)
    assert not any(line.startswith(("reading", "building")) for line in said)


def test_failed_build_leaves_nothing_behind(town, use, tmp_path):
    (town / "roads.csv").write_text("nothing,here\n1,2\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="nothing says which column holds street or name"):
        use()
    (home,) = (tmp_path / "cache").iterdir()
    assert [one.name for one in home.iterdir() if one.is_dir()] == []


def test_interrupted_writing_is_never_seen(town, use, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(geocoding_reference, "write_atomically", fails)
        with pytest.raises(OSError, match="No space left"):
            use()
    (home,) = (tmp_path / "cache").iterdir()
    assert [one.name for one in home.iterdir() if one.is_dir()] == []
    assert use()[1] is True


def test_nothing_is_written_beside_the_settings(town, use):
    before = sorted(town.iterdir())
    use()
    assert sorted(town.iterdir()) == before


def test_cache_that_cannot_be_written_is_said(town, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = []
    settings = read_reference_file(town / "town.toml")
    made = open_reference(settings, cache=tmp_path / "file", progress=said.append)
    assert made.streets.num_rows == 1
    assert "cannot be written" in said[0]


def test_cache_folder_by_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("PCANALYTICS_CACHE", str(tmp_path))
    assert user_cache() == tmp_path / "geocoding"


def test_real_city_reads_back_in_a_fraction_of_a_second(shared_data, tmp_path):
    import time

    source = shared_data("geocode") / "sf_streets_2014.parquet"
    (tmp_path / "sf.toml").write_text(
        f'name = "SF"\nvintage = "2014"\n[[streets]]\npath = "{source.as_posix()}"\n', encoding="utf-8"
    )
    settings = read_reference_file(tmp_path / "sf.toml")
    first = open_reference(settings, cache=tmp_path / "cache")
    start = time.perf_counter()
    assert open_reference(settings, cache=tmp_path / "cache").digest == first.digest
    assert time.perf_counter() - start < 1.0
    assert first.ranges.num_rows == 27045
