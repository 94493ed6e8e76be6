"""A store to load into."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcanalytics.store import Store
from tests.store.city import make_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store of a small workspace."""
    return make_store(tmp_path / "city")
