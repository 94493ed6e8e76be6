"""A small made-up city, built once, and the committed one."""

from __future__ import annotations

import bz2
import io
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics.sample_city import build

COMMITTED = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def small() -> dict[str, bytes]:
    """A city of 6,000 people and about 3,000 incidents."""
    return dict(build(people=6_000, incidents=3_000))


@pytest.fixture(scope="session")
def committed() -> dict[str, bytes]:
    """The files of data/sample that the generator answers for."""
    return {
        str(path.relative_to(COMMITTED).as_posix()): path.read_bytes()
        for path in sorted(COMMITTED.rglob("*"))
        if path.is_file() and path.name != "agreement.toml" and not path.name.startswith(".")
    }


def text_of(content: bytes) -> bytes:
    """Undo the compression of a file that has one."""
    return bz2.decompress(content) if content.startswith(b"BZh") else content


def table_of(content: bytes, **how: str) -> pd.DataFrame:
    """Read a CSV file as text, nothing taken for missing."""
    return pd.read_csv(io.BytesIO(text_of(content)), dtype=str, keep_default_na=False, **how)
