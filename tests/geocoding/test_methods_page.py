"""The page on the method prints the ways, reasons and limits that the code has."""

from __future__ import annotations

from pathlib import Path

from pcanalytics.geocoding.institutions import SPOT_FLAGS
from pcanalytics.geocoding.point_checks import POINT_REASONS
from pcanalytics.geocoding.tiers import MOST_RISK, tier_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "geocoding.md"
BEGINS, ENDS = "<!-- ways: made by tests/geocoding/test_methods_page.py -->\n", "<!-- end of ways -->"


def ways() -> str:
    """Write the table of ways as the page has it."""
    rows = [
        f"| {way.respect} | {way.way} | {way.lost} | {way.risk:.1%} | {way.meaning} |"
        for way in tier_table().itertuples()
    ]
    return "\n".join(["| respect | way | lost | risk | meaning |", "|---|---|---|---|---|", *rows]) + "\n"


def test_the_ways_are_those_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    written = page.partition(BEGINS)[2].partition(ENDS)[0]
    assert written == ways(), "run: python -m tests.geocoding.test_methods_page"
    assert f"more than {MOST_RISK:.0%} is refused" in page


def test_every_reason_of_a_point_and_flag_of_a_spot_is_explained():
    page = PAGE.read_text(encoding="utf-8")
    assert not [word for word in (*POINT_REASONS, *SPOT_FLAGS) if f"| `{word}` |" not in page]


def write() -> None:
    """Bring the table on the page up to date."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGINS)
    PAGE.write_text(before + BEGINS + ways() + ENDS + rest.partition(ENDS)[2], encoding="utf-8")


if __name__ == "__main__":
    write()
