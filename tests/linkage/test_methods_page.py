"""The page on linkage names every guard as the code does."""

from __future__ import annotations

from pathlib import Path

from pcanalytics.linkage.guards import REASONS

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "linkage.md"
START, END = "<!-- guards: made by tests/linkage/test_methods_page.py -->\n", "<!-- end of guards -->"


def guards_in_words() -> str:
    rows = "".join(f"| `{name}` | {sentence} |\n" for name, sentence in REASONS.items())
    return f"| reason in the queue | meaning |\n|---|---|\n{rows}"


def test_the_page_lists_every_reason_with_its_sentence():
    page = PAGE.read_text(encoding="utf-8")
    assert page.split(START)[1].split(END)[0] == guards_in_words(), "write guards_in_words() between the two marks"
