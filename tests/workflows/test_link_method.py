"""What linking keeps is compared again when the method changes: every file of the method is looked at."""

from __future__ import annotations

from pathlib import Path

from pcanalytics import linkage
from pcanalytics.workflows import linking


def test_every_file_of_the_method_is_in_its_digest():
    folder = Path(linkage.__file__).parent
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(linking._method()) == len(files)
