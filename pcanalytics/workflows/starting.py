"""Make workspaces: a new agency's, and the made-up city's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pcanalytics import sample_city
from pcanalytics.errors import UsageError
from pcanalytics.store import init_workspace_files, sample_workspace, write_atomically

__all__ = ["build_sample", "start_workspace"]

Say = Callable[[str], None]


def _quiet(_: str) -> None:
    """Say nothing."""


def start_workspace(folder: Path, *, name: str) -> list[Path]:
    """Make a workspace to fill in.

    Parameters
    ----------
    folder : pathlib.Path
        Where; it is made when it is not there. Files that it holds already are left alone.
    name : str
        The agency's name.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    UsageError
        When the folder is a workspace already.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     files = start_workspace(Path(folder) / "city", name="A Police Department")
    ...     sorted(path.name for path in files if path.suffix == ".toml")
    ['agency.toml', 'agreement.toml', 'incident_offenses.toml', 'incidents.toml', 'schedule.toml']
    """
    if (folder / "agency.toml").exists():
        raise UsageError(f"{folder} is a workspace already: it holds an agency.toml. Nothing was changed.")
    written = []
    for relative, text in init_workspace_files(name).items():
        path = folder / relative
        if not path.exists():
            write_atomically(path, text.encode())
            written.append(path)
    return written


def build_sample(
    *,
    out: Path | None = None,
    people: int | None = None,
    incidents: int | None = None,
    seed: int | None = None,
    say: Say = _quiet,
) -> list[Path]:
    """Write the made-up city's extracts, mappings, places and answers.

    Parameters
    ----------
    out : pathlib.Path, optional
        The folder; the sample workspace without it. Files already there with the same bytes are not touched.
        Another city takes the agreement of the sample workspace.
    people, incidents : int, optional
        Sizes; the city's own without them. Other sizes need an ``out`` of their own.
    seed : int, optional
        The city's own without it.
    say : callable, optional
        Told one line for each file.

    Returns
    -------
    list of pathlib.Path
        Every file of the city that the generator answers for.

    Raises
    ------
    UsageError
        When another size or seed would overwrite the committed city.

    Examples
    --------
    >>> files = build_sample(out=Path("another_city"), incidents=2000)  # doctest: +SKIP
    """
    changed = {
        key: value
        for key, value in {"people": people, "incidents": incidents, "seed": seed}.items()
        if value is not None
    }
    if changed and out is None:
        raise UsageError("Another size or seed makes another city: give it a folder with --out.")
    folder = sample_workspace() if out is None else out
    written = []
    if out is not None:
        write_atomically(out / "agreement.toml", (sample_workspace() / "agreement.toml").read_bytes())
    for relative, content in sample_city.build(**changed):
        path = folder / relative
        if not (path.is_file() and path.read_bytes() == content):
            write_atomically(path, content)
        say(f"{relative}: {len(content):,} bytes")
        written.append(path)
    return written
