"""The command line: every failure has its exit code and says nothing of a record."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcanalytics.cli import command_names, main
from pcanalytics.commands import loading
from pcanalytics.runs.record import read_record
from tests.runs.notebooks import SHOW, SHOW_TABLE, saved
from tests.workflows.small_agency import rows
from tests.workflows.small_agency import workspace as small_workspace

CANARY = "QUARTERMAINE"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def workspace(tmp_path):
    assert main(["init", str(tmp_path / "city"), "--name", "A Police Department"]) == 0
    return tmp_path / "city"


def _extract(workspace: Path, rows: list[str], *, header: str = "ID,OFFENSE,WHEN,WHERE") -> list[str]:
    (workspace / "offenses.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    (workspace / "offenses.toml").write_text(
        '[source]\ntable = "incident_offenses"\nagency = "A"\n[columns]\noffense_id = "ID"\nincident_id = "ID"\n'
        'offense = "OFFENSE"\noccurred_from = "WHEN"\naddress = "WHERE"\n[formats]\noccurred_from = "%Y-%m-%d"\n'
        '[codes.offense]\n"BURG" = "burglary"\n',
        encoding="utf-8",
    )
    extract, mapping = str(workspace / "offenses.csv"), str(workspace / "offenses.toml")
    return ["load", "--workspace", str(workspace), "--mapping", mapping, "--file", extract]


def test_commands_are_those_of_the_design_that_exist():
    assert command_names() == [
        "briefing", "geocode", "geocode review", "init", "link", "link quality", "link review", "link undo", "load",
        "report due", "report run", "report schedule", "report status", "sample build", "tables",
    ]  # fmt: skip


def test_a_load_prints_its_account(workspace, capsys):
    rows = ["1,BURG,2026-01-05,12 OAK ST", "2,BURG,1873-01-05,14 OAK ST"]
    assert main(_extract(workspace, rows)) == 0
    assert "read 2 = loaded 1 + set aside 1 + rejected 0" in capsys.readouterr().out
    assert main(["load", "--workspace", str(workspace), "--set-aside"]) == 0
    out = capsys.readouterr().out
    assert "impossible_date" in out
    assert "OAK" not in out


def test_a_bad_file_ends_at_3_and_shows_no_value(workspace, capsys):
    assert main(_extract(workspace, [f"1,BURG,2026-01-05,{CANARY},extra"])) == 3
    said = "".join(capsys.readouterr())
    assert "row 2" in said or "line 2" in said
    assert CANARY not in said


def test_a_shrunken_full_extract_ends_at_4_and_nothing_is_applied(workspace, capsys):
    whole = [f"{number},BURG,2026-01-05,{number} OAK ST" for number in range(100)]
    assert main(_extract(workspace, whole)) == 0
    assert main(_extract(workspace, whole[:40])) == 4
    assert "set aside" in "".join(capsys.readouterr())
    assert main(_extract(workspace, whole)) == 0
    assert "already loaded into incident_offenses (100 rows)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tabels"], "tables"),
        (["tables", "incident"], "incidents"),
        (["briefing", "--wekk", "2026-W47"], "--week"),
        (["load", "--file", "x.csv"], "go together"),
        (["load", "--file", "x.csv", "--mapping", "x.toml", "--source", "rms"], "does not go with --file"),
        (["load", "--workspace", "no/such/folder"], "pcanalytics init"),
        (["sample", "build", "--incidents", "10"], "--out"),
        (["report", "rnu"], "run"),
        (["report", "run", "weekly_compstat", "-p", "distrct=Harbor"], "Did you mean 'district'"),
        (["report", "run", "weekly_compstat", "-p", "x = 1\nprint(2)=Harbor"], "There is no parameter"),
        (["report", "run", "weekly_compstat", "-p", "district"], "KEY=VALUE"),
        (["report", "run", "weekly_compstat", "-p", "week=a", "-p", "week=b"], "gives week twice"),
        (["report", "run", "weekly_compstad"], "Did you mean 'weekly_compstat'"),
        (["report", "run", "weekly_compstat", "--no-load", "-p", "week=2026-W54"], "2026-W47"),
        (["report", "run", "weekly_compstat", "--no-load", "-p", "workspace=x"], "--workspace"),
        (["report", "schedule", "system"], "Did you mean 'systemd'"),
        (["report", "due", "--at", "monday"], "2026-11-30T06:05"),
    ],
)
def test_wrong_use_ends_at_2_with_a_way_on(words, said, capsys):
    assert main(words) == 2
    assert said in "".join(capsys.readouterr())


def test_a_week_that_is_none_and_a_district_that_is_none(workspace, capsys):
    assert main(_extract(workspace, ["1,BURG,2026-01-05,12 OAK ST"])) == 0
    here = ["briefing", "--workspace", str(workspace), "--no-load"]
    assert main([*here, "--week", "W47"]) == 2
    assert "2026-W47" in capsys.readouterr().err
    assert main([*here, "--week", "2026-W02", "--district", "North"]) == 2
    assert "There is no district 'North'" in capsys.readouterr().err
    assert main([*here, "--week", "2025-W02"]) == 3
    assert "no offense before 2025-01-13" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows tells no processor time of a process that has ended")
def test_c62_a_misspelt_parameter_is_refused_in_less_than_a_second():
    """Of the processor's time: what else runs on this machine does not count."""
    words = [sys.executable, "-m", "pcanalytics", "report", "run", "weekly_compstat", "-p", "distrct=Harbor"]
    before = os.times()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    after = os.times()
    assert done.returncode == 2
    said = "There is no parameter 'distrct'. Did you mean 'district'? Known: district, week, workspace."
    assert (done.stdout, done.stderr) == ("", said + "\n")
    assert after.children_user + after.children_system - before.children_user - before.children_system < 1


def test_a_misspelt_parameter_is_refused_before_anything_heavy_is_imported():
    program = (
        "import sys; from pcanalytics.cli import main\n"
        "code = main(['report', 'run', 'weekly_compstat', '-p', 'distrct=Harbor'])\n"
        "heavy = {'pandas', 'numpy', 'geopandas', 'duckdb', 'papermill', 'jupyter_client', 'folium'} & set(sys.modules)\n"
        "raise SystemExit(f'{code} {sorted(heavy)}')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.endswith("2 []\n")


@pytest.mark.slow
def test_c50_two_commands_at_once_the_second_says_so_and_nothing_is_lost(tmp_path):
    """Two processes of the command. The first one's notebook waits until the second has refused."""
    gate, week = tmp_path / "gate", "2026-W47"
    table = {
        "incidents": rows("incidents", {"incident_id": "1"}),
        "incident_offenses": rows("incident_offenses", {"offense_id": "1-1", "incident_id": "1"}),
        "calls": rows("calls", {"call_id": "1"}),
    }
    opened = small_workspace(tmp_path / "city", **table)
    wait = f"import time, pathlib\nwhile not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.1)"
    declared = 'workspace = ""\ndistrict = ""\nweek = ""\ndays = 28'
    saved(tmp_path, wait, SHOW, SHOW_TABLE, name="09_weekly_compstat.ipynb", parameters=declared)
    words = ["report", "run", "weekly_compstat", "--no-load", "--workspace", str(opened.root), "-p", f"week={week}"]
    program = (
        "import sys, pathlib; import pcanalytics.runs.notebooks as notebooks\n"
        f"notebooks._FOLDER = pathlib.Path({str(tmp_path)!r})\n"
        "from pcanalytics.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    folder = opened.reports / "weekly_compstat" / week
    while read_record(folder).status != "running":
        assert first.poll() is None, first.communicate()
        time.sleep(0.1)
    second = subprocess.run(
        [sys.executable, "-m", "pcanalytics", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert (
        second.stderr
        == f"Another run is writing weekly_compstat/{week}; wait for it, or end it. Nothing was changed.\n"
    )
    gate.touch()
    out, err = first.communicate(timeout=120)
    assert (first.returncode, out.strip()) == (0, str(folder / "index.html"))
    assert [line.split("  ")[0] for line in err.splitlines()] == ["1/2", "2/2"]
    assert read_record(folder).status == "published"


def test_a_workspace_without_a_schedule_says_so_and_how_it_stands(workspace, capsys):
    (workspace / "reports" / "schedule.toml").unlink()
    here = ["--workspace", str(workspace)]
    assert main(["report", "due", *here]) == 2
    assert "docs/schedule.md" in capsys.readouterr().err
    assert main(["report", "status", *here]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "weekly_compstat", "    issued: nothing", "    made by hand: no due time in the schedule",
    ]  # fmt: skip


def test_units_are_printed_or_written_with_this_machines_paths(workspace, tmp_path, capsys):
    assert main(["report", "schedule", "cron", "--workspace", str(workspace)]) == 0
    line = capsys.readouterr().out.strip().splitlines()[-1]
    for path in (sys.executable, str(ROOT), str(workspace.resolve())):
        assert path in line
    for scheduler, endings in (("systemd", ["service", "timer"]), ("windows", ["xml"])):
        out = tmp_path / scheduler
        assert main(["report", "schedule", scheduler, "--workspace", str(workspace), "--out", str(out)]) == 0
        assert sorted(path.suffix[1:] for path in out.iterdir()) == endings
        assert sorted(capsys.readouterr().out.split()) == sorted(map(str, out.iterdir()))


def test_a_briefing_of_nothing_says_so(workspace, capsys):
    assert main(["briefing", "--workspace", str(workspace), "--no-load"]) == 2
    assert "pcanalytics load" in capsys.readouterr().err
    assert main(["briefing", "--workspace", str(workspace)]) == 3
    assert "source 'incidents' has no file" in capsys.readouterr().err


def test_init_leaves_a_workspace_alone(workspace, capsys):
    before = (workspace / "agency.toml").read_bytes()
    assert main(["init", str(workspace)]) == 2
    assert "Nothing was changed" in capsys.readouterr().err
    assert (workspace / "agency.toml").read_bytes() == before


def test_the_message_of_an_unforeseen_error_is_held_back(monkeypatch, capsys):
    def burst(_path):
        raise ValueError(f"could not convert string to float: '{CANARY}'")

    monkeypatch.setattr(loading, "chosen_workspace", burst)
    monkeypatch.delenv("PCANALYTICS_TRACEBACK", raising=False)
    assert main(["load"]) == 1
    said = "".join(capsys.readouterr())
    assert "ValueError" in said
    assert CANARY not in said


def test_ctrl_c_ends_at_130(monkeypatch, capsys):
    def stop(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "chosen_workspace", stop)
    assert main(["load"]) == 130
    assert "nothing is half done" in capsys.readouterr().err


def test_tables_can_be_written_to_a_file(tmp_path):
    assert main(["tables", "--out", str(tmp_path / "tables.md")]) == 0
    assert (tmp_path / "tables.md").read_text(encoding="utf-8").startswith("# Data dictionary")


def test_a_path_that_the_system_refuses_is_named(tmp_path, capsys):
    assert main(["tables", "--out", str(tmp_path / "no" / "tables.md")]) == 1
    assert "tables.md: No such file or directory" in capsys.readouterr().err
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "file")]) == 1
    assert "file: " in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without telling it")
def test_a_request_to_end_stops_a_command_as_ctrl_c_does():
    program = (
        "import time; from pcanalytics import cli\n"
        "@cli.app.command()\ndef wait():\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "raise SystemExit(cli.main())"
    )
    process = subprocess.Popen([sys.executable, "-c", program, "wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    process.terminate()
    error = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert error.startswith(b"Stopped.")
