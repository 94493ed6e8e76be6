import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path, PureWindowsPath

import pytest

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.runs.units import Command, schedule_units

ODD = Command(
    Path("/srv/50% of $HOME/bin/python"),
    Path("/srv/o'brien"),
    Path("/srv/Two Cities"),
    Path("/srv/Two Cities/due.log"),
    15,
)


def test_a_line_for_cron_is_read_back_by_the_shell_as_it_was_meant():
    line = schedule_units("cron", ODD)["pcanalytics-two-cities.cron"].decode().splitlines()[-1]
    minutes, *stars = line.split(" ", 5)[:5]
    assert (minutes, stars) == ("*/15", ["*"] * 4)
    shell = line.split(" ", 5)[5].replace("\\%", "%")  # as cron hands it on
    assert "%" in shell
    words = shlex.split(shell)
    assert words[:3] == ["cd", "/srv/o'brien", "&&"]
    assert words[3:8] == ["/srv/50% of $HOME/bin/python", "-m", "pcanalytics", "report", "due"]
    assert words[8:] == ["--workspace", "/srv/Two Cities", ">>", "/srv/Two Cities/due.log", "2>&1"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_units_for_systemd_are_accepted_by_it(tmp_path):
    here = Command(Path(sys.executable), Path.cwd(), tmp_path, tmp_path / "log", 15)
    for name, content in schedule_units("systemd", here).items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("pcanalytics-*"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_units_for_systemd_quote_what_it_would_change():
    units = {name.rsplit(".", 1)[1]: content.decode() for name, content in schedule_units("systemd", ODD).items()}
    assert (
        'ExecStart="/srv/50%% of $$HOME/bin/python" -m pcanalytics report due --workspace "/srv/Two Cities"'
        in units["service"]
    )
    assert "WorkingDirectory=/srv/o'brien" in units["service"]
    assert "OnCalendar=*:0/15" in units["timer"]
    assert "Persistent=true" in units["timer"]


def test_a_task_for_windows_is_xml_that_runs_the_command():
    command = Command(
        PureWindowsPath(r"C:\Program Files\Py & Co\python.exe"), PureWindowsPath(r"D:\pca"), PureWindowsPath(r"D:\My <City>"),
        PureWindowsPath(r"D:\My <City>\due.log"), 30,
    )  # fmt: skip
    content = schedule_units("windows", command)["pcanalytics-my-city.xml"]
    assert content[:2] in (b"\xff\xfe", b"\xfe\xff")
    root = ElementTree.fromstring(content)
    inside = {element.tag.split("}")[1]: element.text for element in root.iter()}
    assert inside["Interval"] == "PT30M"
    assert inside["MultipleInstancesPolicy"] == "IgnoreNew"
    assert inside["StartWhenAvailable"] == "true"
    assert inside["WorkingDirectory"] == r"D:\pca"
    assert inside["Command"] == "cmd.exe"
    assert inside["Arguments"] == (
        r'/d /s /c ""C:\Program Files\Py & Co\python.exe" -m pcanalytics report due --workspace "D:\My <City>"'
        r' >> "D:\My <City>\due.log" 2>&1"'
    )


def test_what_cannot_be_written_is_refused():
    with pytest.raises(UnknownName, match="Did you mean 'systemd'"):
        schedule_units("system", ODD)
    for every in (0, 7, 61):
        with pytest.raises(UsageError, match="divide an hour"):
            schedule_units("cron", Command(ODD.python, ODD.project, ODD.workspace, ODD.log, every))
    with pytest.raises(UsageError, match="line break"):
        schedule_units("cron", Command(ODD.python, ODD.project, Path("/srv/a\nb"), ODD.log, 15))
