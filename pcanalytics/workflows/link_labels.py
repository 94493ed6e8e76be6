"""What nobody knows of a real city: which records of the made-up one are of one true person."""

from __future__ import annotations

import pandas as pd

from pcanalytics.store import Workspace
from pcanalytics.workflows.person_records import record_key

__all__ = ["made_up_answers"]


def made_up_answers(workspace: Workspace) -> pd.DataFrame | None:
    """Give the answers of a made-up city, when the workspace is one: for checking, never an input of linkage.

    Parameters
    ----------
    workspace : Workspace
        Open.

    Returns
    -------
    DataFrame or None
        ``record_key``, ``true_person``, ``side`` (left for police, right for corrections), ``household`` (missing for people whom
        corrections do not know); ``None`` where there is no folder of answers.

    Examples
    --------
    >>> from pcanalytics.store import open_workspace, sample_workspace
    >>> made_up_answers(open_workspace(sample_workspace()))["side"].unique().tolist()
    ['left', 'right']
    """
    folder = workspace.root / "answers"
    files = [folder / f"{name}.csv.bz2" for name in ("police_people", "corrections_people", "people")]
    if not all(file.is_file() for file in files):
        return None
    police, corrections, people = (pd.read_csv(file, dtype=str, keep_default_na=False) for file in files)
    found = pd.concat(
        [
            _named("police", police.assign(agency="", record_id=police["person_record_id"])).assign(side="left"),
            _named("corrections", corrections.assign(record_id=corrections["doc_id"])).assign(side="right"),
        ],
        ignore_index=True,
    )
    return found.assign(household=found["true_person"].map(people.set_index("person_id")["household"]))


def _named(side: str, rows: pd.DataFrame) -> pd.DataFrame:
    keys = record_key(pd.Series(side, index=rows.index), rows["agency"], rows["record_id"])
    return pd.DataFrame({"record_key": keys, "true_person": rows["person_id"]})
