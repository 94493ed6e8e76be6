"""New workspaces, and the made-up city written by its command."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.cli import main
from pcanalytics.errors import UsageError
from pcanalytics.store import open_workspace
from pcanalytics.workflows import build_sample, extracts_of, load, start_workspace, weekly_compstat
from pcanalytics.workflows.register import actions_at, comment_for, harm_weights

SMALL = {"people": 2_000, "incidents": 2_000}


@pytest.fixture(scope="module")
def small_city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "city"
    return folder, build_sample(out=folder, **SMALL)


def test_a_new_workspace_opens_as_it_is(tmp_path):
    start_workspace(tmp_path / "city", name='The "Best" Department')
    assert open_workspace(tmp_path / "city").name == 'The "Best" Department'


def test_a_new_workspace_has_a_register_to_write_in_and_room_for_comments(tmp_path):
    start_workspace(tmp_path / "city", name="A")
    city = open_workspace(tmp_path / "city")
    as_of = pd.Timestamp("2026-11-23")
    assert actions_at(city, as_of).empty
    assert comment_for(city, "2026-W47") == ("", "")
    line = 'A-1,,Robberies at bus stops,"Lt., patrol",2026-12-01,scanning,2026-11-20,,\n'
    with city.actions.open("a", encoding="utf-8") as register:
        register.write(line)
    assert actions_at(city, as_of, "Any district")["problem"].tolist() == ["Robberies at bus stops"]
    assert harm_weights(city).empty


def test_a_new_workspace_has_a_schedule_and_says_what_keeps_a_report_from_being_made(tmp_path, capsys):
    start_workspace(tmp_path / "city", name="A")
    assert main(["report", "status", "--workspace", str(tmp_path / "city")]) == 0
    assert "due: Monday 06:00, next on" in capsys.readouterr().out
    assert main(["report", "due", "--workspace", str(tmp_path / "city")]) == 3
    said = capsys.readouterr().out
    assert "source 'incidents' has no file at 'extracts/incidents*.csv'. Put the extract there" in said
    assert said.splitlines()[-1] == (
        "weekly_compstat: Nothing has been loaded into this workspace yet. Run `pcanalytics load` first."
    )


def test_files_already_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "agreement.toml").write_text("mine", encoding="utf-8")
    written = start_workspace(tmp_path, name="A")
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == "mine"
    assert "agreement.toml" not in {path.name for path in written}
    with pytest.raises(UsageError, match="Nothing was changed"):
        start_workspace(tmp_path, name="A")


def test_the_same_city_twice_has_the_same_bytes(small_city, tmp_path):
    folder, files = small_city
    again = build_sample(out=tmp_path, **SMALL)
    assert [path.relative_to(folder) for path in files] == [path.relative_to(tmp_path) for path in again]
    assert all(one.read_bytes() == two.read_bytes() for one, two in zip(files, again, strict=True))


def test_building_again_touches_no_file(small_city):
    folder, files = small_city
    before = [path.stat().st_mtime_ns for path in files]
    build_sample(out=folder, **SMALL)
    assert [path.stat().st_mtime_ns for path in files] == before


def test_another_seed_is_another_city(small_city, tmp_path):
    folder, files = small_city
    other = build_sample(out=tmp_path, seed=7, **SMALL)
    assert any(one.read_bytes() != two.read_bytes() for one, two in zip(files, other, strict=False))


def test_another_size_does_not_overwrite_the_committed_city():
    with pytest.raises(UsageError, match="--out"):
        build_sample(incidents=900)


def test_a_city_too_small_to_be_one_is_wrong_use(tmp_path, capsys):
    assert main(["sample", "build", "--incidents", "3", "--out", str(tmp_path)]) == 2
    assert "at least" in capsys.readouterr().err


def test_a_small_city_loads_whole_and_can_be_briefed(small_city):
    folder, _ = small_city
    workspace = open_workspace(folder)
    reports = load(workspace, extracts_of(workspace))
    for report in reports:
        assert report.read == report.loaded + report.set_aside + report.rejected
        assert report.loaded >= 0.9 * report.read - 3, report.source
    brief = weekly_compstat(folder)
    assert brief.week == "2026-W47"
    assert len(brief.district_names) == 6
    assert (brief.offenses["occurred_from"].dropna() < brief.as_of).all()
