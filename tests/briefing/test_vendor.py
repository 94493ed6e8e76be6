import hashlib
from pathlib import Path

import pytest

import pcanalytics.briefing.vendor as vendor
from pcanalytics.briefing.style import page_style
from pcanalytics.errors import UnknownName

#: SHA-256 of the files as their makers released them: leaflet 1.9.4 on npm.
DIGESTS = {
    "leaflet-1.9.4/LICENSE": "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb",
    "leaflet-1.9.4/leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
    "leaflet-1.9.4/leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
}
FOLDER = Path(vendor.__file__).parent


def test_vendored_files_are_as_released():
    for name, digest in DIGESTS.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name


def test_every_vendored_file_is_known_and_every_library_has_its_license():
    kept = {str(path.relative_to(FOLDER).as_posix()) for path in FOLDER.glob("*/*") if path.name != ".gitattributes"}
    assert {name for name in kept if "__pycache__" not in name} == set(DIGESTS)
    for folder in vendor.LIBRARIES.values():
        assert "Redistribution and use" in (FOLDER / folder / "LICENSE").read_text("utf-8")


def test_what_a_page_gets_fetches_nothing_and_ends_no_script():
    script, style = vendor.library_script("leaflet"), vendor.library_style("leaflet")
    assert 'href="http' not in script
    assert "sourceMappingURL" not in script
    assert "</script" not in script
    assert "url(" not in style + page_style()
    assert "@import" not in style + page_style()
    assert len(script) > 140_000


def test_an_unknown_library_is_refused():
    with pytest.raises(UnknownName, match="Did you mean 'leaflet'"):
        vendor.library_script("leaflets")
