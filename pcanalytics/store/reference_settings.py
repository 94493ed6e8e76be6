"""What the settings say of a reference for geocoding: its files and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["LayerFile", "ReferenceFile"]


@dataclass(frozen=True)
class LayerFile:
    """One entry, such as ``[[streets]]``.

    Parameters
    ----------
    kind : str
        ``"streets"``, ``"points"``, ``"intersections"``, ``"places"``, ``"mileposts"`` or ``"exits"``.
    paths : tuple of Path
        Its files, all laid out alike.
    layout : str
        How they are laid out: ``"own"``, ``"tiger_addrfeat"``, ``"tiger_edges"``, ``"nad"``, ``"openaddresses"``.
    crs : str, optional
        System of the coordinates, for files that do not say it.
    columns : mapping of str to tuple of str
        Standard name to the files' columns; none says that the files do not have it.
    layer : str, optional
        Which layer of a file that holds several, as a GeoPackage does.
    """

    kind: str
    paths: tuple[Path, ...]
    layout: str = "own"
    crs: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layer: str | None = None


@dataclass(frozen=True)
class ReferenceFile:
    """The settings of a reference.

    Parameters
    ----------
    name : str
        What results call it.
    vintage : str
        Of when it is.
    source : Path
        The settings file, for messages and to tell references apart.
    layers : tuple of LayerFile
        Its files.
    crs : str, optional
        The projected system to work in; without one, the UTM zone of the data.
    localities : tuple of str
        Names of the places it covers.
    aliases : Path, optional
        The agency's own corrections.
    """

    name: str
    vintage: str
    source: Path
    layers: tuple[LayerFile, ...]
    crs: str | None = None
    localities: tuple[str, ...] = ()
    aliases: Path | None = None
