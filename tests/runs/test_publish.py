import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pcanalytics.briefing import STATUS_END, STATUS_MARK
from pcanalytics.errors import UsageError
from pcanalytics.runs import InUse, mark_stale, publish
from pcanalytics.runs import files as files_module
from pcanalytics.runs import publishing as publishing_module
from pcanalytics.runs import scratch as scratch_module
from pcanalytics.runs.files import finish_replacing, is_locked, locked, replace_folder, write_whole
from pcanalytics.runs.layout import lock_of
from pcanalytics.runs.publishing import is_stale, last_good, unmark

from .notebooks import bytes_in

ROOT = Path(__file__).parents[2]


def pages(word, number=3):
    names = ["index.html", *(f"d{n}.html" for n in range(number))]
    names += [f"public/{name}" for name in names] + ["csv/d0-counts.csv", "d0.xlsx"]
    return {name: f"{STATUS_MARK}{STATUS_END}{word}".encode() for name in names}


def whole(folder):
    """The one word that all pages of a folder hold."""
    words = set(bytes_in(folder).values())
    assert len(words) == 1
    return words.pop().decode().split(STATUS_END)[-1]


def test_a_folder_is_replaced_whole(tmp_path):
    folder = tmp_path / "weekly" / "2026-W47"
    publish(pages("one"), folder)
    publish(pages("two", number=1), folder)
    assert whole(folder) == "two"
    assert sorted(bytes_in(folder)) == sorted(pages("two", number=1))
    assert sorted(path.name for path in folder.parent.iterdir()) == [".2026-W47.lock", "2026-W47"]


def test_a_folder_is_replaced_in_two_steps_where_names_cannot_be_exchanged(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "_exchanged", lambda one, other: False)
    folder = tmp_path / "weekly" / "2026-W47"
    publish(pages("one"), folder)
    publish(pages("two"), folder)
    assert whole(folder) == "two"
    os.replace(folder, folder.with_name(".2026-W47.old"))
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
        "x" * 61 + ".html",
        "public/../x.html",
        "public/con.xlsx",
        "public/issue.json",
        "csv/x.html",
        "csv/../x.csv",
        "csv/con.csv",
        "csv/nul-.csv",
        "csv/x\n.csv",
        "x.csv",
        "private/x.html",
        "public/public/x.html",
        "x.xlsm",
        "\u0661.html",
    ],
)
def test_c63_only_names_of_this_suite_are_written(tmp_path, name):
    with pytest.raises(UsageError, match="file name|letter or digit"):
        publish({name: b"x"}, tmp_path / "weekly" / "2026-W47")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["..", "x", "2026-W4", "2026-W47 ", "CON", "2026-13", "2026-W47\n", "\u0662026-W47"])
def test_c63_a_period_is_a_period(tmp_path, name):
    with pytest.raises(UsageError, match="named as its week"):
        publish({"index.html": b"x"}, tmp_path / "weekly" / name)


def test_a_full_disk_leaves_the_last_good_pages(tmp_path, monkeypatch):
    folder = tmp_path / "weekly" / "2026-W47"
    publish(pages("one"), folder)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        publish(pages("two"), folder)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "note.txt", b"x")
    assert whole(folder) == "one"
    assert sorted(path.name for path in folder.parent.iterdir()) == [".2026-W47.lock", "2026-W47"]


def test_the_second_of_two_runs_refuses(tmp_path):
    folder = tmp_path / "weekly" / "2026-W47"
    with locked(lock_of(folder), what="it"):
        with pytest.raises(InUse, match="Another run is writing"):
            publish(pages("two"), folder)
        publish(pages("other week"), tmp_path / "weekly" / "2026-W46")
    publish(pages("two"), folder)
    assert whole(folder) == "two"


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
def test_a_killed_run_leaves_one_whole_folder_and_no_lock(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tests.runs.test_publish import pages; from pcanalytics.runs import publish\n"
        "folder = Path(sys.argv[1]); n = 0\n"
        "while True:\n    n += 1; publish(pages(f'word {n}'), folder)\n    print(n, flush=True)\n"
    )
    folder = tmp_path / "weekly" / "2026-W47"
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
    folder = tmp_path / "weekly" / "2026-W47"
    publish(pages("first"), folder)
    seen = set()
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT) as process:
        while process.poll() is None:
            seen.add((folder / "index.html").read_text().split(STATUS_END)[-1])
    assert process.returncode == 0
    assert seen <= {"first", *(f"word {n}" for n in range(60))}
    assert whole(folder) == "word 59"


def test_the_last_good_issue_is_marked_and_unmarked(tmp_path):
    report = tmp_path / "weekly"
    for week in ("2026-W45", "2026-W46", "2026-W48"):
        publish({**pages(week), "issue.json": b"{}"}, report / week)
    assert last_good(report, "2026-W47").name == "2026-W46"
    assert last_good(report, "2026-W46").name == "2026-W46"
    assert last_good(report, "2026-W44") is None
    before = bytes_in(report / "2026-W46")
    mark_stale(report / "2026-W46", "Stale: <b>")
    mark_stale(report / "2026-W46", "Stale again: <b>")
    marked = bytes_in(report / "2026-W46")
    assert {name for name in before if before[name] != marked[name]} == {
        name for name in before if name.endswith(".html")
    }
    assert marked["public/d0.html"].count(b"Stale") == 1
    assert b"<b>" not in marked["index.html"]
    unmark(report / "2026-W46")
    assert bytes_in(report / "2026-W46") == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize(
    ("umask", "folders", "files"), [(0o022, 0o755, 0o644), (0o077, 0o700, 0o600), (0o027, 0o750, 0o640)]
)
def test_an_issue_is_for_those_whom_the_users_files_are_for_marked_or_not(tmp_path, umask, folders, files):
    folder, before = tmp_path / "weekly" / "2026-W46", os.umask(umask)
    try:
        publish(pages("word"), folder)
        mark_stale(folder, "Stale.")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()}
    assert modes == {folders}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {files}


def test_the_index_is_marked_first_and_cleared_last_so_that_it_speaks_for_all_pages(tmp_path, monkeypatch):
    """A run that is cut off while it marks leaves no page marked below an index that is not."""
    folder = tmp_path / "weekly" / "2026-W46"
    publish(pages("word"), folder)
    order = []
    monkeypatch.setattr(
        publishing_module,
        "write_whole",
        lambda path, content, mode: (order.append(path.name), path.write_bytes(content)),
    )
    mark_stale(folder, "Stale.")
    assert (order[0], len(order), is_stale(folder)) == ("index.html", 8, True)
    unmark(folder)
    assert (order[8:], is_stale(folder)) == (order[7::-1], False)
    unmark(folder)
    assert len(order) == 16


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\b", "c:x", "", "a\x00"])
def test_c63_a_folder_is_never_written_out_of(tmp_path, name):
    with pytest.raises(UsageError, match="may not lie outside"):
        replace_folder(tmp_path / "a", {name: b"x"})
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_seen_while_its_process_lives_and_not_after(tmp_path):
    lock = tmp_path / ".lock"
    assert not is_locked(lock)
    program = (
        "import sys; from pathlib import Path; from pcanalytics.runs.files import locked\n"
        "with locked(Path(sys.argv[1]), what='it'):\n    print('held', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(lock)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    assert is_locked(lock)
    process.kill()
    process.communicate()
    assert lock.exists()
    assert not is_locked(lock)
    with locked(lock, what="it"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="POSIX ages and modes")
def test_c73_the_scratch_folder_is_private_and_a_dead_runs_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch_module.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(scratch_module, "_LONGEST", 999)
    dead, young, others, empty = (tmp_path / f"pca-{word}" for word in ("dead", "young", "others", "empty"))
    empty.mkdir()
    for folder in (dead, young, others):
        folder.mkdir()
        (folder / "executed.ipynb").write_text("PLANTED")
    for folder in (dead, young):
        (folder / ".alive").touch()
    long_ago = time.time() - 3600
    for folder in (dead, others, empty):
        os.utime(folder, (long_ago, long_ago))
    with scratch_module.scratch_folder() as mine:
        assert mine.stat().st_mode & 0o777 == 0o700
        os.utime(mine, (long_ago, long_ago))
        with scratch_module.scratch_folder():
            assert mine.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pca-others", "pca-young"]


def test_replace_folder_makes_its_parents(tmp_path):
    replace_folder(tmp_path / "a" / "b", {"c.json": json.dumps({}).encode()})
    assert (tmp_path / "a" / "b" / "c.json").read_text() == "{}"
