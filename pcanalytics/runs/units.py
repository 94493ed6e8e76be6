"""What a scheduler needs to start ``pcanalytics report due``: a line for cron, units for systemd, a task for Windows.

Every path is absolute and found when this is written, so that it holds for the user and the folder it was written
in. The command decides itself what is due, in the workspace's own time zone; a scheduler only wakes it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from pcanalytics.errors import UnknownName, UsageError

__all__ = ["SCHEDULERS", "Command", "schedule_units"]

#: A task that runs longer than this is ended by systemd and Windows: something is wrong with it.
_LONGEST_HOURS = 4


@dataclass(frozen=True)
class Command:
    """What is started, and where.

    Parameters
    ----------
    python : Path
        The interpreter.
    project : Path
        The folder it starts in, from which the package can be imported.
    workspace : Path
        The workspace.
    log : Path
        Where cron and Windows write what the command says; systemd has its own journal.
    every : int
        Minutes between two starts.
    """

    python: Path
    project: Path
    workspace: Path
    log: Path
    every: int

    @property
    def words(self) -> list[str]:
        """Give the words of the command line."""
        return [str(self.python), "-m", "pcanalytics", "report", "due", "--workspace", str(self.workspace)]

    @property
    def name(self) -> str:
        """Give a name that two workspaces of one machine do not share."""
        folder = re.sub(r"[^a-z0-9]+", "-", self.workspace.name.lower()).strip("-")
        return f"pcanalytics-{folder or 'workspace'}"


def schedule_units(scheduler: str, command: Command) -> dict[str, bytes]:
    """Write what a scheduler needs.

    Parameters
    ----------
    scheduler : {"cron", "systemd", "windows"}
        Which one.
    command : Command
        What to start.

    Returns
    -------
    dict of str to bytes
        File name to content; its first lines say how to put it to use.

    Raises
    ------
    UnknownName
        When there is no such scheduler.
    UsageError
        When minutes do not divide an hour, or a path holds a line break.

    Examples
    --------
    >>> command = Command(Path("/srv/p y/python"), Path("/srv/pca"), Path("/srv/city"), Path("/srv/city/due.log"), 15)
    >>> print(schedule_units("cron", command)["pcanalytics-city.cron"].decode().splitlines()[-1])
    */15 * * * * cd /srv/pca && '/srv/p y/python' -m pcanalytics report due --workspace /srv/city >> /srv/city/due.log 2>&1
    """
    if scheduler not in SCHEDULERS:
        raise UnknownName("scheduler", scheduler, SCHEDULERS)
    if command.every < 1 or 60 % command.every:
        raise UsageError("--every takes minutes that divide an hour, such as 5, 10, 15, 20, 30 or 60.")
    paths = (command.python, command.project, command.workspace, command.log)
    if any(ord(sign) < 32 for path in paths for sign in str(path)):
        raise UsageError("A path with a line break or another unseen sign cannot be written into a schedule.")
    return {f"{command.name}.{ending}": content for ending, content in SCHEDULERS[scheduler](command).items()}


def _cron(command: Command) -> dict[str, bytes]:
    minutes = "*" if command.every == 1 else "0" if command.every == 60 else f"*/{command.every}"
    line = (
        f"cd {shlex.quote(str(command.project))} && {shlex.join(command.words)} >> {shlex.quote(str(command.log))} 2>&1"
    )
    line = line.replace("%", "\\%")  # cron ends a line at a bare %
    text = (
        "# Add the last line to your table of tasks: crontab -e\n"
        "# It runs as you, so your user must be able to read the extracts and write the workspace.\n"
        f"{minutes} * * * * {line}\n"
    )
    return {"cron": text.encode("utf-8")}


def _systemd(command: Command) -> dict[str, bytes]:
    words = " ".join(_for_systemd(word) for word in command.words)
    calendar = "*:00" if command.every == 60 else f"*:0/{command.every}"
    service = (
        f"# Put both files into ~/.config/systemd/user and run: systemctl --user enable --now {command.name}.timer\n"
        "# loginctl enable-linger keeps it going while you are logged out. journalctl --user shows what it says.\n"
        "[Unit]\n"
        "Description=Make the reports that are due\n\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"WorkingDirectory={_path_for_systemd(command.project)}\n"
        f"ExecStart={words}\n"
        f"TimeoutStartSec={_LONGEST_HOURS}h\n"
        "KillSignal=SIGTERM\n"
    )
    timer = (
        "[Unit]\n"
        "Description=Look whether a report is due\n\n"
        "[Timer]\n"
        f"OnCalendar={calendar}\n"
        "Persistent=true\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
    return {"service": service.encode("utf-8"), "timer": timer.encode("utf-8")}


def _for_systemd(word: str) -> str:
    """Quote a word for ExecStart, where % and $ stand for other things."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return plain if re.fullmatch(r"[\w./:=@+,-]+", plain) else f'"{plain}"'


def _path_for_systemd(path: Path) -> str:
    """Write a path that takes no quotes."""
    return str(path).replace("%", "%%")


def _windows(command: Command) -> dict[str, bytes]:
    inside = f'""{command.python}" {_for_windows(command.words[1:])} >> "{command.log}" 2>&1"'
    repeat = "PT1H" if command.every == 60 else f"PT{command.every}M"
    text = (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        f"<!-- schtasks /Create /TN {escape(command.name)} /XML {escape(command.name)}.xml -->\n"
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        "  <RegistrationInfo><Description>Make the reports that are due</Description></RegistrationInfo>\n"
        "  <Triggers><CalendarTrigger>\n"
        "    <StartBoundary>2026-01-01T00:00:00</StartBoundary><Enabled>true</Enabled>\n"
        f"    <Repetition><Interval>{repeat}</Interval><Duration>P1D</Duration>"
        "<StopAtDurationEnd>false</StopAtDurationEnd></Repetition>\n"
        "    <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>\n"
        "  </CalendarTrigger></Triggers>\n"
        '  <Principals><Principal id="Author"><LogonType>InteractiveToken</LogonType>'
        "<RunLevel>LeastPrivilege</RunLevel></Principal></Principals>\n"
        "  <Settings>\n"
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
        "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n"
        "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n"
        "    <StartWhenAvailable>true</StartWhenAvailable>\n"
        f"    <ExecutionTimeLimit>PT{_LONGEST_HOURS}H</ExecutionTimeLimit>\n"
        "  </Settings>\n"
        '  <Actions Context="Author"><Exec>\n'
        f"    <Command>cmd.exe</Command><Arguments>{escape('/d /s /c ' + inside)}</Arguments>\n"
        f"    <WorkingDirectory>{escape(str(command.project))}</WorkingDirectory>\n"
        "  </Exec></Actions>\n"
        "</Task>\n"
    )
    return {"xml": text.replace("\n", "\r\n").encode("utf-16")}


def _for_windows(words: list[str]) -> str:
    return " ".join(f'"{word}"' if " " in word or "&" in word else word for word in words)


#: The schedulers, and what writes for each.
SCHEDULERS: Mapping[str, Callable[[Command], dict[str, bytes]]] = {
    "cron": _cron,
    "systemd": _systemd,
    "windows": _windows,
}
