"""A fragment: one piece of a page, which JupyterLab shows and the page takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pcanalytics.briefing.escape import text
from pcanalytics.briefing.scripts import needed_script, needed_style
from pcanalytics.briefing.shown import is_shown_table
from pcanalytics.briefing.style import page_style
from pcanalytics.errors import InputRejected

__all__ = ["AUDIENCES", "MIME", "Audience", "Fragment", "from_bundle"]

#: Who reads a page: the agency's own command staff, or anybody.
Audience = Literal["internal", "public"]
AUDIENCES: tuple[Audience, ...] = ("internal", "public")

#: Under this type an executed notebook carries its fragments.
MIME = "application/vnd.pcanalytics.fragment+json"


@dataclass(frozen=True)
class Fragment:
    """One piece of a page.

    Parameters
    ----------
    html : str
        Its markup, with everything from records escaped.
    scripts : sequence of str
        Scripts it runs once the page is there.
    needs : sequence of str
        Vendored libraries its scripts use, such as ``"leaflet"``.
    facts : mapping
        What the page, its index and its title take from it, as plain JSON values.
    height_px : int
        Height of the frame JupyterLab shows a fragment with scripts in.
    tables : mapping of str to mapping
        The numbers behind what is shown, by a short name such as ``"counts"``, each from
        :func:`pcanalytics.briefing.shown.shown_table`: they become sheets and CSV files.
    public : Fragment or "same", optional
        What the public page shows in its place; ``"same"`` shows it as it is. Without it the public page shows
        nothing: what nobody has thought through is not published.

    Examples
    --------
    >>> Fragment("<p>12 offenses</p>").bundle()["html"]
    '<p>12 offenses</p>'
    """

    html: str
    scripts: Sequence[str] = ()
    needs: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    height_px: int = 620
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    public: Self | Literal["same"] | None = None

    def for_audience(self, audience: Audience) -> Fragment | None:
        """Give what a page for these readers shows of it; ``None`` for nothing."""
        if audience == "internal" or self.public == "same":
            return self
        return self.public

    def bundle(self) -> dict[str, Any]:
        """Give the fragment as plain JSON values."""
        return {
            "html": self.html,
            "scripts": list(self.scripts),
            "needs": list(self.needs),
            "facts": dict(self.facts),
            "tables": {name: dict(table) for name, table in self.tables.items()},
            "public": self.public.bundle() if isinstance(self.public, Fragment) else self.public,
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MIME: self.bundle(), "text/html": self._shown(), "text/plain": "<briefing fragment>"}

    def _shown(self) -> str:
        """Give what JupyterLab shows: the piece in the page's own style, or in a frame when it runs scripts."""
        if not self.scripts:
            return f'<div class="pca"><style>{page_style()}</style>{self.html}</div>'
        styles = "".join(needed_style(name) for name in self.needs)
        scripts = [*(needed_script(name) for name in self.needs), *self.scripts]
        run = "".join(f"<script>{script}</script>" for script in scripts)
        inside = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Map</title>'
        inside += f"<style>{styles}{page_style()}</style>"
        inside += f'<body class="pca">{self.html}{run}</body></html>'
        return (
            f'<iframe title="Map" style="width:100%;height:{self.height_px}px;border:0" '
            f'srcdoc="{text(inside)}"></iframe>'
        )


def from_bundle(bundle: Mapping[str, Any]) -> Fragment:
    """Read a fragment from an executed notebook.

    Parameters
    ----------
    bundle : mapping
        What :meth:`Fragment.bundle` gave.

    Raises
    ------
    InputRejected
        When it is not such a bundle, or holds a table with a column that may not be shown.

    Examples
    --------
    >>> from_bundle(Fragment("<p>x</p>", needs=("leaflet",)).bundle()).needs
    ('leaflet',)
    """
    try:
        html, scripts, needs, facts = (bundle[name] for name in ("html", "scripts", "needs", "facts"))
        tables, public = bundle["tables"], bundle["public"]
        is_such = (
            isinstance(html, str)
            and isinstance(facts, Mapping)
            and (public in (None, "same") or isinstance(public, Mapping))
            and all(
                isinstance(listed, list) and all(isinstance(one, str) for one in listed) for listed in (scripts, needs)
            )
            and all(is_shown_table(table) for table in tables.values())
        )
    except (KeyError, TypeError, AttributeError):
        is_such = False
    if not is_such:
        raise InputRejected("The notebook holds an output that is no fragment of this suite. Run it again.")
    shown = from_bundle(public) if isinstance(public, Mapping) else public
    return Fragment(html, tuple(scripts), tuple(needs), dict(facts), tables=dict(tables), public=shown)
