"""Numbers that explain numbers add up or are refused; the register and the comment say what they were given."""

import re

import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.briefing.ledgers import signed
from pcanalytics.errors import InputRejected

from .hostile import HOSTILE, assert_harmless
from .made_up import AS_OF


def ledger(**changed):
    rows = [
        {
            "offense_group": "Robbery",
            "count_then": 20,
            "reported_late": 3,
            "unfounded": -1,
            "other": 0,
            "count_now": 22,
        },
        {"offense_group": "Arson", "count_then": 2, "reported_late": 0, "unfounded": 0, "other": 0, "count_now": 2},
        {
            "offense_group": "All groups",
            "count_then": 22,
            "reported_late": 3,
            "unfounded": -1,
            "other": 0,
            "count_now": 24,
        },
    ]
    return pd.DataFrame(rows).assign(**changed)


def test_a_restatement_shows_what_moved_and_keeps_all_in_its_numbers():
    fragment = briefing.restatement_table(
        ledger(), since="2026-W46", reasons={"reported_late": "entered since", "unfounded": "not so", "other": "else"}
    )
    row = re.search(r"Robbery</th>(.*?)</tr>", fragment.html)[1]
    assert re.findall(r">([^<]*)</td>", row) == ["20", "+3", "−1", "22"]
    assert "Arson" not in fragment.html
    assert "Other" not in fragment.html
    assert "Reported late: entered since; unfounded: not so." in fragment.html
    numbers = fragment.tables["restatement"]["rows"]
    assert len(numbers) == 9
    for label in ("Robbery", "Arson", "All groups"):
        then, now = next((row[1], row[4]) for row in numbers if row[0] == label)
        assert then + sum(row[3] for row in numbers if row[0] == label) == now


def test_a_restatement_whose_parts_do_not_add_up_is_refused():
    with pytest.raises(InputRejected, match="do not add up"):
        briefing.restatement_table(ledger(count_now=23), since="2026-W46")


def test_no_earlier_issue_and_no_change_are_said():
    assert "no earlier issue" in briefing.restatement_table(ledger()).html
    still = ledger(reported_late=0, unfounded=0, count_now=ledger()["count_then"])
    assert (
        "No count has changed since the issue of 2026-W46." in briefing.restatement_table(still, since="2026-W46").html
    )


def test_counts_that_were_never_issued_are_not_called_issued():
    asked = {"since": "2026-W46", "period": "28 days to 15 November"}
    made = briefing.restatement_table(ledger(), **asked)
    assert "What changed since the issue of 2026-W46" in made.html
    assert "28 days to 15 November: then, as issued; now, as on record at the end of this week." in made.html
    never = briefing.restatement_table(ledger(), issued=False, **asked)
    assert "What changed since the end of 2026-W46" in never.html
    assert "then, as on record at the end of that week; now" in never.html
    assert "issue" not in never.html
    none = pd.DataFrame(columns=["offense_then", "offense_now", "direction", "count"])
    said = briefing.reclassification_line(none, since="2026-W46", issued=False).html
    assert "No record became another offense since the end of 2026-W46." in said


def bridge():
    steps = []
    for group, counts in (("Robbery", (10, 8, 9)), ("All groups", (100, 90, 96))):
        reasons = ("CompStat counts", "attempts not counted", "each victim counted", "NIBRS")
        changes = (None, counts[1] - counts[0], counts[2] - counts[1], None)
        for step, (reason, change, count) in enumerate(zip(reasons, changes, (*counts, counts[2]), strict=True)):
            steps.append(
                {
                    "offense_group": group,
                    "figure": "NIBRS",
                    "step": step,
                    "reason": reason,
                    "change": change,
                    "count": count,
                }
            )
    return pd.DataFrame(steps).astype({"change": "Int64"})


def test_a_bridge_shows_all_groups_and_keeps_each_in_its_numbers():
    fragment = briefing.bridge_table(bridge(), period="28 days")
    assert re.findall(r'<td class="number">([^<]*)</td>', fragment.html) == [
        "",
        "100",
        "−10",
        "90",
        "+6",
        "96",
        "",
        "96",
    ]
    assert len(fragment.tables["bridge"]["rows"]) == 8
    assert fragment.for_audience("public") is None  # a figure that counts victims would give small counts away
    shown = briefing.bridge_table(bridge(), period="28 days", public_bridge=bridge()).for_audience("public")
    assert shown.html == fragment.html


def test_a_bridge_with_a_wrong_step_is_refused():
    wrong = bridge()
    wrong.loc[1, "count"] = 7
    with pytest.raises(InputRejected, match="does not lead"):
        briefing.bridge_table(wrong)


def test_harm_says_what_has_no_weight():
    harm = pd.DataFrame(
        {
            "offense_group": ["Robbery", "All groups"],
            "harm_days": [3650.0, 3650.0],
            "harm_prior": [None, None],
            "harm_last_year": [0.0, 0.0],
            "unweighted": [0, 2],
            "unweighted_offenses": [None, "simple_assault"],
        }
    )
    html = briefing.harm_table(harm, source="a list").html
    assert "2 offenses have no weight and are in no total (simple assault)." in html
    assert re.findall(r'<td class="number \w+">([^<]*)</td>', html)[:3] == ["3,650", "–", "0"]
    assert "nan" not in html.lower()


def test_harm_of_nothing_draws_no_bar():
    none = pd.DataFrame({"offense_group": ["Robbery"], "harm_days": [0], "harm_prior": [0], "harm_last_year": [0]})
    assert "<path" not in briefing.harm_table(none).html


def test_reclassified_records_are_counted_by_their_way():
    moved = pd.DataFrame(
        {
            "offense_then": ["robbery", "larceny", "fraud"],
            "offense_now": ["larceny", "robbery", "identity_theft"],
            "direction": ["lesser", "graver", "equal"],
            "count": [4, 1, 2],
        }
    )
    fragment = briefing.reclassification_line(moved, since="2026-W46")
    assert "7 records became another offense" in fragment.html
    assert "1 to a graver one, 4 to a lesser one, 2 to one as grave" in fragment.html
    assert fragment.facts["reclassified"] == {"graver": 1, "lesser": 4, "equal": 2}
    assert "No record" in briefing.reclassification_line(moved.iloc[:0], since="2026-W46").html
    assert briefing.reclassification_line(moved).html == ""


@pytest.mark.parametrize(("change", "written"), [(0, "·"), (5, "+5"), (-1234, "−1,234"), (None, "–"), (pd.NA, "–")])
def test_a_change_has_its_sign(change, written):
    assert signed(change) == written


def actions(**changed):
    frame = pd.DataFrame(
        {
            "problem": ["Old", "New", "Done"],
            "district": ["Harbor", None, "Harbor"],
            "owner": ["Lt. Adams", "Sgt. Ortiz", "Lt. Adams"],
            "due": pd.to_datetime([None, "2026-11-16", "2026-11-02"]),
            "sara_stage": ["scanning", "response", "assessment"],
            "opened_on": pd.to_datetime(["2026-11-16"] * 3),
            "closed_on": pd.to_datetime([None, None, "2026-11-20"]),
            "weeks_open": pd.array([1, 7, None], dtype="Int64"),
            "overdue": [False, True, False],
            "progress": [None, "Two shifts", "Closed"],
        }
    )
    return frame.assign(**changed)


def test_what_is_overdue_stands_first_and_says_so():
    fragment = briefing.action_register(actions())
    problems = re.findall(r'<th scope="row">(\w+) ', fragment.html)
    assert problems == ["New", "Old", "Done"]
    assert fragment.html.count("OVERDUE") == 1
    assert "closed 20 Nov 2026" in fragment.html
    assert fragment.facts["actions"] == {"open": 2, "overdue": 1}
    assert fragment.for_audience("public") is None
    assert "Whole city" in fragment.html
    assert "nan" not in fragment.html.lower()
    assert "NaT" not in fragment.html


def test_an_empty_register_says_what_to_do():
    assert "Name one owner" in briefing.action_register(actions().iloc[:0]).html


@pytest.mark.parametrize(
    ("comment", "html"),
    [
        ("One.\nTwo.\n\nThree.", "<p>One. Two.</p><p>Three.</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("Look:\n- a\n  more\n- b\nEnd.", "<p>Look:</p><ul><li>a more</li><li>b</li></ul><p>End.</p>"),
        ("# No heading\r\n\r\n**plain**", "<p># No heading</p><p>**plain**</p>"),
        ("a\n\n\n\n- b", "<p>a</p><ul><li>b</li></ul>"),
    ],
)
def test_a_comment_is_paragraphs_and_lists_and_nothing_else(comment, html):
    assert html in briefing.comment_block(comment).html


def test_the_internal_comment_is_not_for_the_public():
    fragment = briefing.comment_block("Two young men on a moped.", public="Lock your phone away.")
    public = fragment.for_audience("public")
    assert "moped" not in public.html
    assert "phone" in public.html
    assert briefing.comment_block("Only here.").for_audience("public") is None
    assert briefing.comment_block("  \n ").html == ""


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_c58_what_people_write_is_text(value):
    one = ledger()
    one["offense_group"] = value
    steps = bridge().assign(figure=value, reason=value)
    fragments = [
        briefing.comment_block(value),
        briefing.comment_block(f"- {value}\n\n{value}", public=value),
        briefing.action_register(actions(problem=value, district=value, owner=value, sara_stage=value, progress=value)),
        briefing.restatement_table(
            one, since=value, period=value, reasons={"reported_late": value, "unfounded": value}
        ),
        briefing.bridge_table(steps, period=value),
        briefing.harm_table(
            pd.DataFrame({"offense_group": [value], "harm_days": [1], "harm_prior": [1], "harm_last_year": [1]}),
            source=value,
        ),
        briefing.reclassification_line(
            pd.DataFrame({"offense_then": [value], "offense_now": [value], "direction": ["lesser"], "count": [1]}),
            since=value,
        ),
        briefing.data_line(
            [{"source": value, "digest": value, "read": 1}],
            as_of=AS_OF,
            agreement={"id": value, "purpose": value},
            version=value,
        ),
    ]
    for audience in ("internal", "public"):
        assert_harmless(briefing.page(fragments, title="x", audience=audience))
