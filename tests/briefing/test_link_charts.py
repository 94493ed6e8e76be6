"""Charts of linkage say what the frames say, keep small groups back, and take hostile words as text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.briefing import (
    counted_table,
    frontier_chart,
    group_errors_chart,
    linkage_head,
    quality_table,
    queue_table,
    weight_chart,
)
from pcanalytics.briefing.linkage import percent
from pcanalytics.errors import UsageError

HOSTILE = '<script>alert(1)</script>&"'


def curve(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns).assign(links=100, false_links=1)


def group(**given: object) -> dict[str, object]:
    row = {"attribute": "sex", "group": "female", "people": 90.0, "links": 80.0, "false_links": 4.0, "precision": 0.95,
           "precision_low": 0.9, "precision_high": 0.98, "true_pairs": 100.0, "missed_pairs": 20.0, "recall": 0.8,
           "recall_low": 0.7, "recall_high": 0.87, "small": False, "differs": ""}  # fmt: skip
    return row | given


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.5, "50.0%"), (1.0, "100.0%"), (0.0, "0.0%"), (0.9996, "99.96%"), (0.99999, "over 99.99%"), (0.0003, "0.03%"),
     (0.00001, "under 0.01%"), (np.nan, "–"), (None, "–")],
)  # fmt: skip
def test_nearly_all_is_never_all(share, words):
    assert percent(share) == words


def test_weights_to_the_right_and_to_the_left_of_the_line():
    levels = pd.DataFrame(
        [
            {"comparison": "sid", "words": "same", "m": 0.9, "u": 0.0001, "match_weight": 13.1, "adjusted": False},
            {"comparison": "sid", "words": HOSTILE, "m": 0.1, "u": 0.9, "match_weight": -3.2, "adjusted": True},
            {
                "comparison": "sex",
                "words": "never seen",
                "m": np.nan,
                "u": 0.5,
                "match_weight": np.nan,
                "adjusted": False,
            },
        ]
    )
    made = weight_chart(levels)
    assert made.html.count('class="in-favor"') == made.html.count('class="against"') == 1
    assert "+13.1" in made.html
    assert "−3.2" in made.html
    assert ">SID<" in made.html
    assert "<script>" not in made.html
    assert [row[4] for row in made.tables["weights"]["rows"]] == [13.1, -3.2, None]


def test_the_frontier_draws_points_where_their_numbers_are():
    one = curve(threshold=[0.3, 0.5, 0.9], precision=[0.5, 0.97, 0.965], recall=[1.0, 0.96, 0.9])
    made = frontier_chart({"Links": one})
    # Recall from 90 to 100%: 0.96 lies six tenths of the way. Precision from 96 to 100%: 0.97 lies a quarter of the way up.
    x, y = 84 + 0.6 * (960 - 84), 320 - 0.25 * (320 - 26)
    assert f'cx="{x:.1f}" cy="{y:.1f}"' in made.html
    assert ">90%<" in made.html
    assert ">0.9<" in made.html
    assert len(made.tables["frontier"]["rows"]) == 3  # what is not drawn is in the numbers
    assert "nothing to draw" in frontier_chart({"Links": one.head(0)}).html


def test_a_group_of_few_is_named_and_not_described():
    few = group(
        group="few", small=True, **dict.fromkeys(("people", "links", "true_pairs", "recall", "recall_low"), np.nan)
    )
    made = group_errors_chart(pd.DataFrame([group(differs="more missed"), few]), caution=HOSTILE)
    assert "too few" in made.html
    assert '<span class="tag">more missed</span>' in made.html
    assert ">20.0%<" in made.html
    assert ">5.0%<" in made.html
    assert "<script>" not in made.html
    assert made.tables["groups"]["rows"][1][2] is None


def test_quality_shows_intervals_and_leaves_counts_out():
    rows = [
        {"measure": "precision", "value": 0.998, "low": 0.99, "high": 0.999, "n": 900},
        {"measure": "links", "value": 900.0, "low": np.nan, "high": np.nan, "n": 900},
        {"measure": "recall_of_compared", "value": np.nan, "low": np.nan, "high": np.nan, "n": 3},
    ]
    made = quality_table(
        pd.DataFrame(rows), {"precision": "Right ones."}, title="Quality", name="quality", source="labels"
    )
    assert "99.0% to 99.9%" in made.html
    assert len(made.tables["quality"]["rows"]) == 1
    nothing = quality_table(pd.DataFrame(columns=["measure", "value"]), {}, title="Quality", name="q", source="")
    assert "nothing to hold the links against" in nothing.html


def test_the_queue_is_compared_with_the_links():
    reasons = pd.DataFrame({"reason": ["twins", "unsure"], "count": [30, 10]})
    made = queue_table(reasons, {"twins": HOSTILE}, links=1_000)
    assert "40 pairs wait, beside 1,000 links made (4.0%)" in made.html
    assert ">75.0%<" in made.html
    assert "<script>" not in made.html


def test_only_columns_that_may_be_shown_are():
    with pytest.raises(UsageError, match="may not be shown: surname"):
        counted_table(pd.DataFrame({"surname": ["x"]}), {"surname": "Name"}, title="T", name="t")


def test_nothing_of_linkage_is_on_a_public_page():
    head = linkage_head(agency="PD", week="2026-W47", as_of=pd.Timestamp("2026-11-23"), model="m")
    parts = [
        head,
        weight_chart(
            pd.DataFrame(
                [{"comparison": "sex", "words": "s", "m": 0.9, "u": 0.5, "match_weight": 0.8, "adjusted": False}]
            )
        ),
        group_errors_chart(pd.DataFrame([group()]), caution="c"),
        queue_table(pd.DataFrame({"reason": ["twins"], "count": [3]}), {}, links=9),
    ]
    assert all(part.for_audience("public") is None for part in parts)
