import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcanalytics.briefing import STATUS_END, STATUS_MARK
from pcanalytics.errors import UsageError
from pcanalytics.runs import InUse, mark_stale, publish
from pcanalytics.runs import files as files_module
from pcanalytics.runs.files import finish_replacing, locked, replace_folder, write_whole
from pcanalytics.runs.publish import last_good, lock_of, unmark

ROOT = Path(__file__).parents[2]


def pages(word, number=3):
    return {
        name: f"{STATUS_MARK}{STATUS_END}{word}".encode()
        for name in ["index.html", *(f"d{n}.html" for n in range(number))]
    }


def whole(folder):
    """The one word that all pages of a folder hold."""
    words = {path.read_bytes() for path in folder.iterdir()}
    assert len(words) == 1
    return words.pop().decode().split(STATUS_END)[-1]


def test_a_folder_is_replaced_whole(tmp_path):
    folder = tmp_path / "2026-W47"
    publish(pages("one"), folder)
    publish(pages("two", number=1), folder)
    assert whole(folder) == "two"
    assert sorted(path.name for path in folder.iterdir()) == ["d0.html", "index.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".2026-W47.lock", "2026-W47"]


def test_a_folder_is_replaced_in_two_steps_where_names_cannot_be_exchanged(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "_exchanged", lambda one, other: False)
    folder = tmp_path / "2026-W47"
    publish(pages("one"), folder)
    publish(pages("two"), folder)
    assert whole(folder) == "two"
    os.replace(folder, tmp_path / ".2026-W47.old")
    finish_replacing(folder)
    assert whole(folder) == "two"


@pytest.mark.parametrize(
    "name",
    [
        "../x.html",
        "/x.html",
        "x/y.html",
        "X.html",
        "x.htm",
        "con.html",
        "a\x00.html",
        "%2e%2e.html",
        ".html",
        "x" * 300 + ".html",
    ],
)
def test_c63_only_names_of_this_suite_are_written(tmp_path, name):
    with pytest.raises(UsageError, match="file name|letter or digit"):
        publish({name: b"x"}, tmp_path / "2026-W47")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["..", "x", "2026-W4", "2026-W47 ", "CON"])
def test_c63_a_week_is_a_week(tmp_path, name):
    with pytest.raises(UsageError, match="named as its week"):
        publish({"index.html": b"x"}, tmp_path / name)


def test_a_full_disk_leaves_the_last_good_pages(tmp_path, monkeypatch):
    folder = tmp_path / "2026-W47"
    publish(pages("one"), folder)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        publish(pages("two"), folder)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "note.txt", b"x")
    assert whole(folder) == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".2026-W47.lock", "2026-W47"]


def test_the_second_of_two_runs_refuses(tmp_path):
    folder = tmp_path / "2026-W47"
    with locked(lock_of(folder)):
        with pytest.raises(InUse, match="Another run is writing"):
            publish(pages("two"), folder)
        publish(pages("other week"), tmp_path / "2026-W46")
    publish(pages("two"), folder)
    assert whole(folder) == "two"


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
def test_a_killed_run_leaves_one_whole_folder_and_no_lock(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tests.runs.test_publish import pages; from pcanalytics.runs import publish\n"
        "folder = Path(sys.argv[1]); n = 0\n"
        "while True:\n    n += 1; publish(pages(f'word {n}'), folder)\n    print(n, flush=True)\n"
    )
    folder = tmp_path / "2026-W47"
    for attempt in range(2):
        process = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(0.05 + 0.013 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert whole(folder).startswith("word ")
        publish(pages("after"), folder)
        assert whole(folder) == "after"


def test_readers_never_see_half_a_folder(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tests.runs.test_publish import pages; from pcanalytics.runs import publish\n"
        "for n in range(60): publish(pages(f'word {n}'), Path(sys.argv[1]))\n"
    )
    folder = tmp_path / "2026-W47"
    publish(pages("first"), folder)
    seen = set()
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT) as process:
        while process.poll() is None:
            seen.add((folder / "index.html").read_text().split(STATUS_END)[-1])
    assert process.returncode == 0
    assert seen <= {"first", *(f"word {n}" for n in range(60))}
    assert whole(folder) == "word 59"


def test_the_last_good_issue_is_marked_and_unmarked(tmp_path):
    for week in ("2026-W45", "2026-W46", "2026-W48"):
        publish({**pages(week), "issue.json": b"{}"}, tmp_path / week)
    assert last_good(tmp_path, "2026-W47").name == "2026-W46"
    assert last_good(tmp_path, "2026-W46").name == "2026-W46"
    assert last_good(tmp_path, "2026-W44") is None
    before = {path.name: path.read_bytes() for path in (tmp_path / "2026-W46").iterdir()}
    mark_stale(tmp_path / "2026-W46", "Stale: <b>")
    mark_stale(tmp_path / "2026-W46", "Stale again: <b>")
    marked = (tmp_path / "2026-W46" / "index.html").read_text()
    assert marked.count("Stale") == 1
    assert "<b>" not in marked
    unmark(tmp_path / "2026-W46")
    assert {path.name: path.read_bytes() for path in (tmp_path / "2026-W46").iterdir()} == before


def test_replace_folder_makes_its_parents(tmp_path):
    replace_folder(tmp_path / "a" / "b", {"c.json": json.dumps({}).encode()})
    assert (tmp_path / "a" / "b" / "c.json").read_text() == "{}"
