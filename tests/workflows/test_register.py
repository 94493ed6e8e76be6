"""The action register, the comments and the weights: read strictly, as they stood at the end of the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.store import Workspace, open_workspace, sample_workspace
from pcanalytics.tables import TABLES
from pcanalytics.tables.vocabulary import OFFENSES
from pcanalytics.workflows.register import actions_at, comment_for, harm_weights, stray_comments

AS_OF = pd.Timestamp("2026-11-23")

HEADER = "action_id,district,problem,owner,due,sara_stage,opened_on,closed_on,progress\n"
REGISTER = HEADER + (
    "A-1,North,Thefts from vehicles,Lieutenant,2026-12-14,analysis,2026-11-09,,\n"
    'A-2,,"Robberies, city-wide",Captain,2026-11-22,response,2026-09-01,,"Bus stops, evenings"\n'
    "A-3,North,Burglaries,Lieutenant,2026-11-01,assessment,2026-08-03,2026-11-10,Down\n"
    "A-4,North,Old one,Lieutenant,,assessment,2026-02-02,2026-10-25,\n"
    "A-5,South,No day set,Sergeant,,scanning,2026-11-22,,\n"
    "A-6,South,Closed after the week,Sergeant,2026-10-05,response,2026-10-05,2026-11-23,\n"
    "A-7,North,Taken up after the week,Lieutenant,2026-12-01,scanning,2026-11-23,,\n"
    "A-8,North,Closed 28 days before,Lieutenant,,assessment,2026-02-02,2026-10-26,\n"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(
        root=tmp_path,
        name="Testville",
        time_zone="UTC",
        crs="EPSG:26915",
        actions=tmp_path / "actions.csv",
        comments=tmp_path / "comments",
        harm_weights=tmp_path / "harm_weights.csv",
    )


def register(workspace: Workspace, text: str = REGISTER, **how: str) -> None:
    workspace.actions.write_bytes(text.encode(how.get("encoding", "utf-8")))


def rejected(workspace: Workspace, text: str) -> list[str]:
    register(workspace, text)
    with pytest.raises(InputRejected, match=r"actions\.csv cannot be used") as caught:
        actions_at(workspace, AS_OF)
    return [str(problem) for problem in caught.value.problems]


def test_actions_are_carried_while_open_and_shown_four_weeks_after(workspace):
    register(workspace)
    shown = actions_at(workspace, AS_OF)
    assert list(zip(shown["action_id"], shown["status"], shown["weeks_open"], strict=True)) == [
        ("A-6", "overdue", 7),
        ("A-2", "overdue", 11),
        ("A-1", "open", 2),
        ("A-5", "open", 0),
        ("A-3", "closed", 14),
        ("A-8", "closed", 38),
    ]
    assert shown.loc[shown["overdue"], "action_id"].tolist() == ["A-6", "A-2"]
    assert list(shown.columns) == [*TABLES["actions"].names, "status", "overdue", "weeks_open"]
    assert (
        shown.dtypes.astype(str).to_dict()
        == actions_at(replace(workspace, actions=None), AS_OF).dtypes.astype(str).to_dict()
    )


def test_every_register_is_sorted_as_a_person_would_by_hand(workspace):
    """400 random actions, judged one at a time with plain dates."""
    rng = np.random.default_rng(7)
    as_of = AS_OF.date()
    days = [as_of + dt.timedelta(days=int(day)) for day in rng.integers(-70, 3, 400)]
    lines, expected = [], []
    for number, opened in enumerate(days):
        due = rng.choice([None, *(as_of + dt.timedelta(days=day) for day in (-40, -1, 0, 1, 20))])
        closed = rng.choice([None, *(opened + dt.timedelta(days=day) for day in (0, 7, 41, 45))])
        district = rng.choice(["", "North", "South"])
        name = f"A-{number:03d}"
        lines.append(f"{name},{district},x,y,{due or ''},scanning,{opened},{closed or ''},\n")
        if opened >= as_of or district == "South" or (closed and closed < as_of - dt.timedelta(days=28)):
            continue
        if closed and closed < as_of:
            expected.append((2, (as_of - closed).days, name, (closed - opened).days // 7))
        elif due and due < as_of:
            expected.append((0, due.toordinal(), name, (as_of - opened).days // 7))
        else:
            expected.append((1, due.toordinal() if due else 10**9, name, (as_of - opened).days // 7))
    register(workspace, HEADER + "".join(lines))
    shown = actions_at(workspace, AS_OF, "North")
    assert list(zip(shown["action_id"], shown["status"], shown["weeks_open"], strict=True)) == [
        (name, ("overdue", "open", "closed")[turn], weeks) for turn, _, name, weeks in sorted(expected)
    ]
    assert set(shown["status"]) == {"overdue", "open", "closed"}


def test_an_issue_made_again_shows_the_register_as_it_stood(workspace):
    register(workspace)
    earlier = actions_at(workspace, pd.Timestamp("2026-09-07"))
    assert list(zip(earlier["action_id"], earlier["status"], strict=True)) == [
        ("A-3", "open"),
        ("A-2", "open"),
        ("A-4", "open"),
        ("A-8", "open"),
    ]
    assert earlier["closed_on"].isna().all()


def test_later_actions_change_no_earlier_answer(workspace):
    register(workspace)
    before = actions_at(workspace, AS_OF)
    register(workspace, REGISTER + "A-9,North,Later,Lieutenant,2026-12-01,scanning,2026-12-01,,\n")
    pd.testing.assert_frame_equal(actions_at(workspace, AS_OF), before)


def test_a_district_sees_its_own_actions_and_the_citys(workspace):
    register(workspace)
    assert actions_at(workspace, AS_OF, "North")["action_id"].tolist() == ["A-2", "A-1", "A-3", "A-8"]
    assert actions_at(workspace, AS_OF, "South")["action_id"].tolist() == ["A-6", "A-2", "A-5"]
    assert actions_at(workspace, AS_OF, "West")["action_id"].tolist() == ["A-2"]


def test_an_action_of_no_district_that_there_is_would_be_on_no_page(workspace):
    register(workspace, REGISTER.replace("A-5,South", "A-5,Soth"))
    actions_at(workspace, AS_OF)
    with pytest.raises(InputRejected, match="no such district") as caught:
        actions_at(workspace, AS_OF, "North", districts=["North", "South"])
    assert [str(problem) for problem in caught.value.problems] == [
        "district: no such district, so no page would show it (at row 6). Expected: did you mean 'South'."
    ]
    register(workspace, REGISTER.replace("A-4,North", "A-4,Gone district"))
    actions_at(workspace, AS_OF, "North", districts=["North", "South"])  # an old one that no page shows any more


def test_everything_wrong_with_a_register_is_listed_at_once_by_row_and_without_values(workspace):
    text = HEADER + (
        "A-1,North,Jane Roe again,Lieutenant,12/14/2026,analisis,2026-11-09,,\n"
        "\n"
        ",North,,Lieutenant,2026-02-30,response,2026-11-09,2026-11-01,\n"
        "A-1,North,Third,Lieutenant,,somewhere else,,,\n"
        f"A-4,North,{'long ' * 200},Lieutenant,31.12.2026,response,2026-11-09,,\n"
    )
    problems = rejected(workspace, text)
    assert problems == [
        "problem: longer than 600 characters (at row 6).",
        "due: no date, in rows 2, 4 and 6. "
        "Expected: written as 2026-11-23; Excel rewrites the dates of a CSV file, so keep it as .xlsx there.",
        "sara_stage: a word that is not declared (at row 2). Expected: did you mean 'analysis'.",
        "sara_stage: a word that is not declared (at row 5). "
        "Expected: one of: analysis, assessment, response, scanning, unknown.",
        "action_id: is missing where every row needs it (at row 4).",
        "closed_on: it was closed before it was opened (at row 4).",
        "problem: is missing where every row needs it (at row 4).",
        "action_id: repeats the key of another row (at row 5).",
        "opened_on: is missing where every row needs it (at row 5).",
    ]
    assert not any(word in "\n".join(problems) for word in ("Jane", "North", "12/14", "analisis", "somewhere"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("action_id;district;problem;owner\n", "not separated by commas"),
        (HEADER.replace("owner", "ownr"), "column 4 of the header is not known. Expected: did you mean 'owner'"),
        (HEADER.replace("owner", "ownr"), "column 'owner' is missing"),
        (HEADER.replace("due", "owner"), "column 'owner' is there twice"),
        ("A-1,North,Jane Roe,Lieutenant\n", "it has no header"),
        (HEADER + "A-1,North,One,Lt.,,response,2026-11-09,,Quiet,beyond\n", "cells beside the header's columns"),
    ],
)
def test_c10_a_header_that_is_not_the_registers_is_named(workspace, header, said):
    problems = rejected(workspace, header)
    assert any(said in problem for problem in problems), problems
    assert "Jane" not in "\n".join(problems)


def test_an_empty_register_is_said_to_be_empty(workspace):
    register(workspace, "")
    with pytest.raises(InputRejected, match=r"actions\.csv is empty"):
        actions_at(workspace, AS_OF)
    register(workspace, HEADER)
    assert actions_at(workspace, AS_OF).empty


@pytest.mark.parametrize("lock", ["~$actions.csv", ".~lock.actions.csv#"])
def test_a_register_that_is_open_in_a_spreadsheet_is_not_read(workspace, lock):
    register(workspace)
    (workspace.root / lock).touch()
    with pytest.raises(InputRejected, match="is open in a spreadsheet"):
        actions_at(workspace, AS_OF)


def test_c01_a_register_saved_as_cp1252_is_refused_with_its_row(workspace):
    register(workspace, REGISTER.replace("Captain", "Captain Muñoz"), encoding="cp1252")
    with pytest.raises(InputRejected, match=r"not written in UTF-8.*at row 3.*CSV UTF-8") as caught:
        actions_at(workspace, AS_OF)
    assert "Mu" not in str(caught.value)
    register(workspace, REGISTER, encoding="utf-16")
    with pytest.raises(InputRejected, match="not written in UTF-8"):
        actions_at(workspace, AS_OF)


def test_c02_letters_that_an_earlier_save_got_wrong_are_noticed(workspace):
    problems = rejected(workspace, REGISTER.replace("Captain", "Captain Mu\u00c3\u00b1oz"))
    assert problems == [
        "owner: letters that an earlier save got wrong, such as Ã± for ñ (at row 3). Type them again and save as UTF-8."
    ]


def test_c06_a_quote_that_is_never_closed_is_named_by_its_row(workspace):
    register(workspace, HEADER + 'A-1,North,"open,Lieutenant,,response,2026-11-09,,\n')
    with pytest.raises(InputRejected, match="a quote that starts here.*at row 2"):
        actions_at(workspace, AS_OF)


def test_c12_invisible_characters_and_line_breaks_do_not_reach_the_page(workspace):
    text = HEADER + 'A-1,North,"Thefts\r\nfrom \u202evehicles\u200b",Lieutenant,,response,2026-11-09,,\r\n'
    register(workspace, "\ufeff" + text)
    assert actions_at(workspace, AS_OF)["problem"].tolist() == ["Thefts from vehicles"]


def test_c14_a_file_that_nobody_wrote_by_hand_is_refused(workspace):
    register(workspace, HEADER + "x" * 1_000_001)
    with pytest.raises(InputRejected, match="larger than 1 MB"):
        actions_at(workspace, AS_OF)


def test_a_workbook_serves_as_well_with_its_own_dates(workspace):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line in pd.read_csv(pd.io.common.StringIO(REGISTER), dtype=str, keep_default_na=False).itertuples(index=False):
        days = {"due", "opened_on", "closed_on"}
        book.active.append([pd.Timestamp(v) if k in days and v else v for k, v in line._asdict().items()])
    book.active.insert_rows(1)
    for at, name in enumerate(HEADER.strip().split(","), start=1):
        book.active.cell(1, at, name)
    file = workspace.root / "actions.xlsx"
    book.save(file)
    register(workspace)
    pd.testing.assert_frame_equal(actions_at(replace(workspace, actions=file), AS_OF), actions_at(workspace, AS_OF))
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(InputRejected, match=r"actions\.xlsx cannot be read"):
        actions_at(replace(workspace, actions=file), AS_OF)


def write(workspace: Workspace, name: str, text: str) -> None:
    workspace.comments.mkdir(exist_ok=True)
    (workspace.comments / name).write_text(text, encoding="utf-8")


def test_comments_go_to_their_page_and_to_no_other(workspace):
    assert comment_for(workspace, "2026-W47") == ("", "")
    write(workspace, "2026-W47.md", "\ufeffCity.\r\n\r\nSecond\u200b line.\n")
    write(workspace, "2026-W47-north-bank.md", "Inside.")
    write(workspace, "2026-W47-north-bank-public.md", "Outside.")
    assert comment_for(workspace, "2026-W47") == ("City.\n\nSecond line.", "")
    assert comment_for(workspace, "2026-W47", "North Bank") == ("Inside.", "Outside.")
    assert comment_for(workspace, "2026-W46", "North Bank") == ("", "")
    assert comment_for(replace(workspace, comments=None), "2026-W47") == ("", "")


def test_no_internal_comment_can_pass_for_a_public_one(workspace):
    write(workspace, "2026-W47-north-public.md", "Whose?")
    assert comment_for(workspace, "2026-W47", "North").public == "Whose?"
    for name, file in (("North Public", "2026-W47-north-public.md"), ("Public", "2026-W47-public.md")):
        write(workspace, file, "Whose?")
        with pytest.raises(UsageError, match="could be the comment on the district"):
            comment_for(workspace, "2026-W47", name)
    assert comment_for(workspace, "2026-W46", "North Public") == ("", "")


def test_c63_a_week_is_no_path_and_a_comment_no_way_out(workspace, tmp_path):
    with pytest.raises(UsageError, match="is no week"):
        comment_for(workspace, "../2026-W47")
    outside = tmp_path.parent / f"{tmp_path.name}-outside.md"
    outside.write_text("secret", encoding="utf-8")
    workspace.comments.mkdir()
    try:
        (workspace.comments / "2026-W47.md").symlink_to(outside)
    except OSError:
        pytest.skip("this system lets no ordinary user make links")
    with pytest.raises(InputRejected, match="link that leads out"):
        comment_for(workspace, "2026-W47")


def test_a_comment_that_is_too_long_or_in_another_encoding_is_refused(workspace):
    write(workspace, "2026-W47.md", "x" * 4_000)
    assert len(comment_for(workspace, "2026-W47").internal) == 4_000
    write(workspace, "2026-W47.md", "x" * 4_001)
    with pytest.raises(InputRejected, match=r"has 4,001 characters"):
        comment_for(workspace, "2026-W47")
    (workspace.comments / "2026-W47.md").write_bytes("Muñoz".encode("cp1252"))
    with pytest.raises(InputRejected, match=r"not written in UTF-8"):
        comment_for(workspace, "2026-W47")


def test_a_comment_that_no_page_prints_is_found(workspace):
    assert stray_comments(workspace, "2026-W47", ["North Bank"]) == ()
    for name in ("2026-W47.md", "2026-W47-nort-bank.md", "2026-W47-north-bank.md", "2026-W46.md", "2026-W47.txt"):
        write(workspace, name, "x")
    assert stray_comments(workspace, "2026-W47", ["North Bank"]) == ("2026-W47-nort-bank.md", "2026-W47.txt")


def test_weights_are_read_and_their_faults_named(workspace):
    workspace.harm_weights.write_text("offense,days,why\nhomicide,5475,made up\nLarceny,2.5,\n", encoding="utf-8")
    weights = harm_weights(workspace)
    assert weights.to_dict("list")["days"] == [5475.0, 2.5]
    assert weights["offense"].tolist() == ["homicide", "larceny"]
    assert harm_weights(replace(workspace, harm_weights=None)).dtypes.equals(weights.dtypes)
    workspace.harm_weights.write_text("offense,days\nburglry,20\nrobbery,-1\nrobbery,1\narson,\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="cannot be used") as caught:
        harm_weights(workspace)
    assert [str(problem) for problem in caught.value.problems] == [
        "offense: a word that is not declared (at row 2). Expected: did you mean 'burglary'.",
        "days: is below its smallest allowed value (at row 3).",
        "offense: repeats the key of another row (at row 4).",
        "days: is missing where every row needs it (at row 5).",
    ]


def test_the_made_up_citys_register_has_every_stage_and_state():
    city = open_workspace(sample_workspace())
    districts = ["Central", "Harbor", "Southgate", "Westmoor", "Heights", "Northside"]
    shown = actions_at(city, AS_OF, districts=districts)
    assert shown["status"].tolist() == ["overdue"] * 2 + ["open"] * 5 + ["closed"] * 2
    assert set(shown["sara_stage"]) == {"scanning", "analysis", "response", "assessment"}
    assert shown.loc[shown["status"] == "overdue", "action_id"].tolist() == ["A-2026-25", "A-2026-24"]
    northside = actions_at(city, AS_OF, "Northside", districts=districts)
    assert set(northside["district"].dropna()) == {"Northside"} and northside["district"].isna().sum() == 2
    assert northside["problem"].str.contains("Thefts from vehicles").any()
    assert shown.loc[shown["district"] == "Westmoor", "problem"].str.contains("Break-ins").all()


def test_the_made_up_citys_weights_and_comments_are_read():
    city = open_workspace(sample_workspace())
    assert sorted(harm_weights(city)["offense"]) == sorted(OFFENSES)
    assert comment_for(city, "2026-W47").internal and not comment_for(city, "2026-W47").public
    internal, public = comment_for(city, "2026-W47", "Northside")
    assert internal and public and internal != public
    assert stray_comments(city, "2026-W47", ["Northside"]) == ()
    assert "A-2026" not in public
