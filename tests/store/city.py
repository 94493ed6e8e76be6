"""A small workspace for tests, and loads into it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from pcanalytics.store import LoadReport, Store, Workspace, open_store, open_workspace

SETTINGS = """
name = "Testville"
time_zone = "America/Chicago"
crs = "EPSG:26915"
agreement = "agreement.toml"
"""

AGREEMENT = """
[agreement]
id = "test-1"
version = 1
lead = "police"
basis = ["a statute"]
typology = ["information_sharing"]
starts = 2026-01-01
ends = 2026-12-31
review = 2026-06-01
minimum_cell = 5
[parties.police]
name = "Police"
ori = "XX0010000"
[purposes]
compstat = "Counts."
linkage = "The same person in both."
[populations.current]
meaning = "Supervised or in custody now, or until lately."
supervision_status = ["active", "absconded"]
ended_within_days = 30
in_custody = true
[[clauses]]
id = "A-1"
table = "supervision"
fields = ["*", "doc_id"]
purposes = ["compstat"]
population = "current"
keep_days = 90
[[clauses]]
id = "A-2"
table = "conditions"
fields = ["condition_id", "supervision_id", "condition_type"]
purposes = ["compstat"]
population = "current"
keep_days = 90
[[clauses]]
id = "A-3"
table = "residences"
fields = ["residence_id", "agency", "doc_id", "address"]
purposes = ["compstat"]
population = "current"
keep_days = 90
[[clauses]]
id = "A-4"
table = "corrections_people"
fields = ["agency", "doc_id", "surname"]
purposes = ["linkage"]
keep_days = 90
[[clauses]]
id = "N-1"
effect = "deny"
table = "supervision"
fields = ["officer_id"]
purposes = ["*"]
"""


class FixedClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.moment


def make_workspace(folder: Path, settings: str = SETTINGS, agreement: str = AGREEMENT) -> Workspace:
    """Write a workspace into a folder and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agency.toml").write_text(settings, encoding="utf-8")
    (folder / "agreement.toml").write_text(agreement, encoding="utf-8")
    return open_workspace(folder)


def make_store(folder: Path) -> Store:
    """Make a workspace and open its store with a clock that stands still."""
    return open_store(make_workspace(folder), clock=FixedClock())


def incidents(ids: list[str | None], **columns: object) -> pd.DataFrame:
    """Make incidents with the given numbers."""
    frame = pd.DataFrame({"incident_id": pd.Series(ids, dtype="str"), "occurred_from": pd.Timestamp("2026-01-01")})
    return frame.assign(**columns)


def load(
    store: Store,
    frame: pd.DataFrame,
    *,
    table: str = "incidents",
    source: str = "rms",
    digest: str | None = None,
    extract: str = "full",
    usual_rows: int | None = 0,
    **batch: object,
) -> LoadReport:
    """Load one frame. Nothing counts as shrunk unless ``usual_rows`` is given; each digest is new."""
    digest = digest or f"digest {len(store.load_history()) if store.file.exists() else 0}"
    with store.loading(source=source, table=table, digest=digest, extract=extract, usual_rows=usual_rows) as loading:
        loading.write(frame, **batch)  # type: ignore[arg-type]
        return loading.finish()


def ids(store: Store, **more: object) -> list[str]:
    """Read the numbers of the incidents."""
    return store.read("incidents", purpose="compstat", columns=["incident_id"], **more)["incident_id"].tolist()  # type: ignore[arg-type]
