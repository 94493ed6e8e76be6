"""The workspace: one folder with ``agency.toml``, and everything the suite knows of an agency.

Its paths are relative and stay inside the folder, so that a workspace can be copied, backed up and
handed over whole, and so that no setting makes the suite read or write elsewhere.
:mod:`pcanalytics.store.workspace_file` reads the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pcanalytics.compstat.rules import FigureRule, SeriesBreak, SignalRule
from pcanalytics.errors import UsageError
from pcanalytics.exchange.settings import nearest
from pcanalytics.store.reference_settings import ReferenceFile
from pcanalytics.store.web_settings import WebService

__all__ = ["SETTINGS", "Places", "Source", "Workspace", "leaves", "within"]

#: The file that makes a folder a workspace.
SETTINGS = "agency.toml"


@dataclass(frozen=True)
class Source:
    """Where one kind of extract arrives.

    Parameters
    ----------
    name : str
        What reports call it; loads are compared with earlier loads of the same name.
    path : str
        Path or pattern of its files, relative to the workspace, such as ``"extracts/incidents_*.csv"``.
    mapping : Path
        Its mapping file.
    """

    name: str
    path: str
    mapping: Path


@dataclass(frozen=True)
class Places:
    """Files of places, each GeoJSON or CSV, each None when the agency has none.

    Parameters
    ----------
    districts, beats : Path, optional
        Areas of command.
    streets, address_points : Path, optional
        What addresses are matched against.
    water : Path, optional
        Rivers and lakes, to make a map readable.
    landmarks : Path, optional
        Places known by name, shelters and facilities among them.
    """

    districts: Path | None = None
    beats: Path | None = None
    streets: Path | None = None
    address_points: Path | None = None
    water: Path | None = None
    landmarks: Path | None = None


@dataclass(frozen=True)
class Workspace:
    """An agency's settings, and where its things live.

    Parameters
    ----------
    root : Path
        The folder with ``agency.toml``.
    name : str
        The agency, as reports print it.
    time_zone : str
        IANA name of its zone.
    crs : str
        Its projected coordinate system, in meters.
    week_starts : str
        The weekday on which its reporting week starts.
    agreement : Path, optional
        The agreement file; without one no corrections table can be read.
    store : str, optional
        URL of a shared server; None means the file in the workspace.
    sources : tuple of Source
        Its extracts.
    places : Places
        Its files of places.
    geocoding : ReferenceFile, optional
        What addresses are matched against; without it, the streets, address points and landmarks of ``places``.
    web : WebService, optional
        The web geocoder that may be asked; None, unless ``[geocoding.web]`` names one.
    offense_groups : mapping of str to tuple of str
        The groups its briefing counts, by label, in order.
    offense_notes : mapping of str to str
        A note the briefing prints under a group, by label.
    signals : SignalRule
        When a count stands out; the defaults where the file says nothing.
    series_breaks : tuple of SeriesBreak
        Days from which counts are made otherwise, the earliest first.
    figures : tuple of FigureRule
        How other figures of the same crime are counted.
    shifts : tuple of int
        When shifts start: minutes after midnight, in the order of the day; empty when none are declared.
    harm_weights : Path, optional
        Days of harm by offense, a CSV file.
    actions : Path, optional
        The register of problems taken up, a CSV file.
    comments : Path, optional
        The folder of the analyst's comments. It may not be there yet.
    home : Path
        The folder that holds ``.pcanalytics/`` and ``reports/``: the workspace itself, but the repository's
        root for the sample workspace.
    """

    root: Path
    name: str
    time_zone: str
    crs: str
    week_starts: str = "monday"
    agreement: Path | None = None
    store: str | None = None
    sources: tuple[Source, ...] = ()
    places: Places = field(default_factory=Places)
    geocoding: ReferenceFile | None = None
    web: WebService | None = None
    offense_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offense_notes: Mapping[str, str] = field(default_factory=dict)
    signals: SignalRule = field(default_factory=SignalRule)
    series_breaks: tuple[SeriesBreak, ...] = ()
    figures: tuple[FigureRule, ...] = ()
    shifts: tuple[int, ...] = ()
    harm_weights: Path | None = None
    actions: Path | None = None
    comments: Path | None = None
    home: Path = Path()

    @property
    def state(self) -> Path:
        """Where the store, caches and audit live."""
        return self.home / ".pcanalytics"

    @property
    def reports(self) -> Path:
        """Where briefings are issued."""
        return self.home / "reports"

    def source(self, name: str) -> Source:
        """Give one source.

        Raises
        ------
        UsageError
            When there is none of that name.
        """
        for source in self.sources:
            if source.name == name:
                return source
        names = [source.name for source in self.sources]
        raise UsageError(f"{SETTINGS} has no source {name!r}: {nearest(name, names)}.")

    def files(self, source: Source) -> list[Path]:
        """List the files of a source that are there.

        Parameters
        ----------
        source : Source
            One of the workspace's sources. Never listed are an extract's sidecar ``*.manifest.json``, hidden
            files, and the ``~$`` files of a workbook that is open.

        Returns
        -------
        list of Path
            Absolute, sorted by name; may be empty.

        Raises
        ------
        UsageError
            When the source's path leaves the workspace or is no pattern, or a matching file is a link that leaves.
        """
        if leaves(source.path):
            raise UsageError(f"The path of source {source.name!r} leads out of the workspace.")
        try:
            matches = sorted(self.root.glob(source.path))
        except ValueError:
            raise UsageError(
                f"The path of source {source.name!r} is no pattern. ** stands for whole folders; * for part of a name."
            ) from None
        found = [path for path in matches if path.is_file() and not path.name.startswith((".", "~$"))]
        found = [path for path in found if not path.name.endswith(".manifest.json")]
        if not all(within(self.root, path) for path in found):
            raise UsageError(f"A file of source {source.name!r} is a link that leads out of the workspace. Copy it in.")
        return found


def leaves(path: str) -> bool:
    """Tell whether a path could leave its folder, on this system or another.

    Parameters
    ----------
    path : str
        As written in a settings file.

    Returns
    -------
    bool
        True for anything absolute, with ``..``, a drive letter or a NUL, or empty.

    Examples
    --------
    >>> leaves("extracts/rms_*.csv"), leaves("../other"), leaves("C:/rms.csv")
    (False, True, True)
    """
    parts = PurePosixPath(path.replace("\\", "/")).parts
    absolute = path.startswith(("/", "\\", "~")) or any(":" in part for part in parts)
    return absolute or ".." in parts or "\0" in path or not parts


def within(root: Path, file: Path) -> bool:
    """Tell whether a path, links followed, lies in a folder.

    Parameters
    ----------
    root : Path
        The folder.
    file : Path
        A path that may or may not exist.

    Returns
    -------
    bool
        Whether it does.

    Examples
    --------
    >>> within(Path("/srv/city"), Path("/srv/city/../other"))
    False
    """
    return file.resolve().is_relative_to(root.resolve())
