"""Files are whole or not there; locks end with their process; caches are digest-checked."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pcanalytics.errors import PcanalyticsError, UsageError
from pcanalytics.exchange import verify_chain
from pcanalytics.store import FileLock, Store, write_atomically
from pcanalytics.store import files as store_files
from tests.store.city import FixedClock, ids, incidents, load


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_c48_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "cache.bin"
    write_atomically(file, b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "write":
        monkeypatch.setattr(os, "fdopen", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new")
    monkeypatch.undo()
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["cache.bin"]


def test_c49_the_folder_is_flushed_after_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace, flush = os.replace, store_files.flush_folder
    monkeypatch.setattr(os, "replace", lambda *paths: (order.append("rename"), replace(*paths)))
    monkeypatch.setattr(store_files, "flush_folder", lambda folder: (order.append("folder"), flush(folder)))
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("flush"), fsync(handle)))
    write_atomically(tmp_path / "cache.bin", b"new")
    assert order[:3] == ["flush", "rename", "folder"]


def test_a_lock_keeps_others_out_until_it_is_released(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with FileLock(file, wait_seconds=0, busy="busy now"):
        with pytest.raises(PcanalyticsError, match="busy now"), FileLock(file, wait_seconds=0.1, busy="busy now"):
            pass
    with FileLock(file, wait_seconds=0, busy="busy now"):
        pass


# ---------------------------------------------------------------------------------------- the audit's file


def blocked_by_a_file(store: Store) -> None:
    store.workspace.state.rename(store.workspace.root / "moved")
    store.workspace.state.touch()


def blocked_by_a_folder(store: Store) -> None:
    (store.workspace.state / "audit.jsonl").mkdir()


def blocked_by_rights(store: Store) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        blocked_by_a_folder(store)
    else:
        store.workspace.state.chmod(0o500)


@pytest.mark.parametrize("block", [blocked_by_a_file, blocked_by_a_folder, blocked_by_rights])
def test_c56_no_log_no_read(store: Store, block: object) -> None:
    load(store, incidents(["1"]))
    assert callable(block)
    block(store)
    with pytest.raises(PcanalyticsError, match="audit cannot be written, so nothing is read") as caught:
        ids(store)
    assert caught.value.exit_code == 1
    if store.workspace.state.is_dir():
        store.workspace.state.chmod(0o700)


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_c56_an_entry_that_cannot_be_flushed_is_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    load(store, incidents(["1"]))
    ids(store)
    before = store.audit_lines()
    real = getattr(os, call)
    failing = {
        "write": lambda handle, data: real(handle, data[:-10]),  # a disk that takes half of it
        "fsync": lambda handle: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error")),
    }
    monkeypatch.setattr(os, call, failing[call])
    with pytest.raises(PcanalyticsError, match="nothing is read"):
        ids(store)
    monkeypatch.undo()
    assert store.audit_lines() == before
    ids(store)
    assert verify_chain(store.audit_lines()).intact


def test_u5_half_a_line_is_cut_off_and_said_to_be(store: Store) -> None:
    load(store, incidents(["1"]))
    ids(store)
    with store._log.file.open("ab") as stream:
        stream.write(b'{"actor":"half')
    ids(store)
    lines = store.audit_lines()
    assert [line.split('"event":"')[1].split('"')[0] for line in lines] == [
        "read",
        "returned",
        "repaired",
        "read",
        "returned",
    ]
    assert verify_chain(lines).intact


def test_half_a_line_alone_is_cut_off_too(store: Store) -> None:
    load(store, incidents(["1"]))
    store._log.file.write_bytes(b'{"half')
    ids(store)
    assert verify_chain(store.audit_lines()).entries == 3


@pytest.mark.parametrize(
    "line",
    [
        "not an entry",
        "{}",
        '{"sequence":1,"digest":"d","at":"yesterday"}',
        '{"sequence":1,"digest":"d","at":"2026-01-01"}',
    ],
)
def test_a_damaged_audit_stops_reads(store: Store, line: str) -> None:
    load(store, incidents(["1"]))
    store._log.file.write_text(line + "\n", encoding="ascii")
    with pytest.raises(PcanalyticsError, match="audit is damaged"):
        ids(store)


def test_a_long_audit_is_followed_from_its_end(store: Store) -> None:
    for batch in range(3):
        with store._log.pen() as pen:
            for number in range(150):
                pen.write("read", outcome="allowed", table="incidents", counts={"batch": batch, "number": number})
    assert store._log.file.stat().st_size > 2 * 65536
    check = verify_chain(store.audit_lines())
    assert check.intact and check.entries == 450


def test_what_the_store_makes_is_private(store: Store) -> None:
    load(store, incidents(["1"]))
    ids(store)
    if os.name == "posix":
        assert store.workspace.state.stat().st_mode & 0o077 == 0
        assert store._log.file.stat().st_mode & 0o077 == 0


# -------------------------------------------------------------------------------- the store's own file


def test_c51_a_damaged_store_is_said_to_be_damaged_and_can_be_rebuilt(store: Store) -> None:
    load(store, incidents(["1"]))
    store.file.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(PcanalyticsError, match=r"store\.duckdb cannot be opened.*--rebuild"):
        ids(store)
    store.rebuild()
    assert (store.workspace.state / "store.old.duckdb").exists()
    load(store, incidents(["2"]))
    assert ids(store) == ["2"]


def change_schema(store: Store, statement: str) -> None:
    import duckdb

    with duckdb.connect(str(store.file)) as connection:
        connection.execute(statement)
        connection.execute("UPDATE meta SET value = 'older' WHERE key = 'incidents'")
        connection.execute("UPDATE loads SET table_digest = 'older'")


def test_c51_a_store_without_a_new_column_gets_it_and_its_file_is_read_again(store: Store) -> None:
    load(store, incidents(["1"], beat="007"), digest="d")
    change_schema(store, "ALTER TABLE incidents DROP COLUMN beat")
    with pytest.raises(UsageError, match="another version of the declared tables"):
        ids(store)
    report = load(store, incidents(["1"], beat="007"), digest="d")
    assert (report.status, report.changed) == ("loaded", 1)
    assert store.read("incidents", purpose="compstat")["beat"].tolist() == ["007"]


def test_c51_a_store_of_another_shape_is_refused_until_it_is_rebuilt(store: Store) -> None:
    load(store, incidents(["1"]))
    change_schema(store, "ALTER TABLE incidents ADD COLUMN dropped_since VARCHAR")
    with pytest.raises(UsageError, match=r"table 'incidents' is stored with other columns.*--rebuild"):
        load(store, incidents(["1"]))
    store.rebuild()
    assert load(store, incidents(["1"])).new == 1


def test_c51_an_empty_table_of_another_shape_is_made_again(store: Store) -> None:
    with store.loading(source="rms", table="calls", digest="d") as loading:
        loading.finish()
    change_schema(store, "ALTER TABLE incidents ADD COLUMN dropped_since VARCHAR")
    assert load(store, incidents(["1"])).new == 1
    assert ids(store) == ["1"]


def test_a_file_of_somebody_else_is_refused(store: Store) -> None:
    import duckdb

    store.workspace.state.mkdir()
    duckdb.connect(str(store.file)).close()
    with pytest.raises(UsageError, match="not made by this suite"):
        ids(store)


def test_a_shared_server_is_not_built_yet(tmp_path: Path) -> None:
    from pcanalytics.store import open_store
    from tests.store.city import SETTINGS, make_workspace

    workspace = make_workspace(tmp_path, SETTINGS + 'store = "postgresql://server/db"\n')
    with pytest.raises(UsageError, match="not built yet"):
        open_store(workspace, clock=FixedClock())


# ----------------------------------------------------------------------------------------- caches


def test_a_cache_is_given_back_for_the_same_inputs_only(store: Store) -> None:
    assert store.get_artifact("streets.parquet", inputs="a") is None
    store.put_artifact("streets.parquet", b"\n1\n2\n", inputs="a")
    assert store.get_artifact("streets.parquet", inputs="a") == b"\n1\n2\n"
    assert store.get_artifact("streets.parquet", inputs="b") is None
    store.put_artifact("streets.parquet", b"3", inputs="b")
    assert store.get_artifact("streets.parquet", inputs="b") == b"3"


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"x" + data, lambda data: b"", lambda data: data + b"!"]
)
def test_c51_a_damaged_cache_is_as_good_as_none(store: Store, damage: object) -> None:
    store.put_artifact("streets.parquet", b"data", inputs="a")
    file = store.workspace.state / "artifacts" / "streets.parquet"
    assert callable(damage)
    file.write_bytes(damage(file.read_bytes()))
    assert store.get_artifact("streets.parquet", inputs="a") is None


@pytest.mark.parametrize(
    "name", ["../x", "/x", "", "a/b", "A", "x" * 200, "con\0", "con", "nul.txt", "a.b.c", ".hidden", "%2e%2e"]
)
def test_c63_a_caches_name_is_no_path(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="cache's name"):
        store.put_artifact(name, b"", inputs="a")
    with pytest.raises(UsageError, match="cache's name"):
        store.get_artifact(name, inputs="a")
