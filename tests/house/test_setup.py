"""Installing: the locks, the launcher, the bundle and the build script keep their promises."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from launch import bundle, checks, commands, environment, manifest, pinning
from launch.environment import SetupError

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = [ROOT / "requirements.lock", *sorted((ROOT / "locks").glob("*.lock"))]

# What conda-forge calls otherwise.
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base", "tzdata": "python-tzdata"}

# Written in two parts, because this file is searched too.
HOSTS = [a + b for a, b in (("py", "pi.org"), ("python", "hosted.org"), ("npm", "js.org"), ("an", "aconda.org"))]
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:root|home|work|tmp|opt|Users)/\w|[A-Z]:\\Users\\")


def locked(path: Path) -> dict[str, list[str]]:
    """Versions of each package in a lock: more than one where Pythons differ."""
    versions: dict[str, list[str]] = {}
    for requirement, _, _ in bundle.lock_entries(path.read_text(encoding="utf-8")):
        name, _, version = requirement.partition("==")
        versions.setdefault(name, []).append(version)
    return versions


# ---------------------------------------------------------------------------------------- the lists


def test_conda_environment_names_what_the_project_needs():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    listed = [line.strip()[2:] for line in lines[lines.index("dependencies:") :] if line.startswith("  - ")]
    conda = {Requirement(word).name: Requirement(word).specifier for word in listed}
    needed = {"python": SpecifierSet(PROJECT["requires-python"]), "pip": SpecifierSet()}
    for word in PROJECT["dependencies"]:
        requirement = Requirement(word)
        needed[CONDA_NAMES.get(requirement.name, requirement.name)] = requirement.specifier
    assert conda == needed


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_lock_has_every_requirement_pinned_with_hashes_and_no_place(path):
    text = path.read_text(encoding="utf-8")
    extras = PROJECT["optional-dependencies"]
    versions = locked(path)
    for word in PROJECT["dependencies"] if path.stem == "requirements" else extras[path.stem]:
        requirement = Requirement(word)
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement.name} is not in {path.name}"
        assert all(requirement.specifier.contains(version) for version in found), f"{requirement.name} in {path.name}"
    for requirement, _, hashes in bundle.lock_entries(text):
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?==[^ ]+", requirement), requirement
        assert re.fullmatch(r"(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", hashes), requirement
    assert "#" not in text
    assert "/" not in text


def test_every_extra_has_a_lock_that_keeps_to_the_main_one():
    main = locked(ROOT / "requirements.lock")
    assert {path.stem for path in LOCKS[1:]} == set(PROJECT["optional-dependencies"])
    for path in LOCKS[1:]:
        for name, versions in locked(path).items():
            assert set(versions) <= set(main.get(name, versions)), f"{name} in {path.name}"


def test_lock_is_complete_because_pip_installs_it_without_looking_for_more():
    names = locked(ROOT / "requirements.lock")
    installed = {canonicalize_name(package.metadata["Name"]): package for package in metadata.distributions()}
    lacking = []
    for name in names.keys() & installed.keys():
        for word in installed[name].requires or []:
            requirement = Requirement(word)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and canonicalize_name(requirement.name) not in names:
                lacking.append(f"{name} needs {requirement.name}")
    assert not lacking


# --------------------------------------------------------------------------------- the tracked files


def test_no_tracked_file_names_a_registry_or_a_path_of_some_machine():
    found = []
    for name in bundle.project_files():
        content = (ROOT / name).read_bytes()
        if b"\0" in content[:8000]:
            continue
        text = content.decode("utf-8", errors="replace")
        found += [f"{name}: {host}" for host in HOSTS if host in text.lower()]
        found += [f"{name}: {match.group()}" for match in MACHINE_PATH.finditer(text)]
        if name.endswith((".lock", ".toml", ".yml", ".cfg", ".ini")) and re.search(r"index[-_]url|find[-_]links", text):
            found.append(f"{name}: an index")
    assert not found


def test_no_file_pins_one_python():
    assert not [name for name in bundle.project_files() if Path(name).name == ".python-version"]


# ------------------------------------------------------------------------------------- the launcher


@pytest.mark.parametrize("path", [ROOT / "run.py", *sorted((ROOT / "launch").glob("*.py"))], ids=lambda path: path.name)
def test_launcher_needs_nothing_but_the_standard_library(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - {"launch"}
    # bundle.py is the one part that runs with the Python of .venv.
    assert foreign == ({"packaging"} if path.name == "bundle.py" else set())


def test_run_py_can_be_read_by_a_python_that_is_too_old():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    kinds = {type(node).__name__ for node in ast.walk(tree)}
    assert not kinds & {"JoinedStr", "NamedExpr", "AnnAssign", "Match"}
    assert not any(getattr(node, "returns", None) for node in ast.walk(tree))


def test_run_py_says_which_python_is_needed(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT)
    import run

    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run.main() == 1
    assert "This is Python 3.9, and the suite needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_bundle_option_is_taken_from_any_place(tmp_path):
    folder = str(tmp_path)
    assert commands.take_bundle(["briefing", "--bundle", folder, "--week", "w"]) == (
        ["briefing", "--week", "w"],
        tmp_path.resolve(),
    )
    assert commands.take_bundle([f"--bundle={folder}", "tables"]) == (["tables"], tmp_path.resolve())
    with pytest.raises(SetupError, match="--bundle needs the folder"):
        commands.take_bundle(["briefing", "--bundle"])


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small project with a lock and no ``.venv``; nothing is really installed into it."""
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "locks").mkdir()
    shutil.copyfile(ROOT / "locks" / "dev.lock", tmp_path / "locks" / "dev.lock")
    venv = tmp_path / ".venv"
    places = {"ROOT": tmp_path, "VENV": venv, "FORMER": tmp_path / ".venv.old"}
    places |= {"STAMP": venv / "stamp.json", "LOG": venv / "install.log"}
    for name, path in places.items():
        monkeypatch.setattr(environment, name, path)
    asked: list[list[str]] = []

    def make(bundle):
        environment.python().parent.mkdir(parents=True)
        environment.python().touch()
        (venv / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}\nversion = 3.11.7\n", encoding="utf-8")

    def pip(words, guard, *, offline):
        asked.append(list(words))

    monkeypatch.setattr(environment, "_make", make)
    monkeypatch.setattr(environment, "_pip", pip)
    return asked


MAIN = ["requirements.lock"]
WITH_DEV = ["requirements.lock", "locks/dev.lock"]


def test_second_run_installs_nothing(house):
    environment.ensure(MAIN)
    assert len(house) == 2
    assert "--require-hashes" in house[0]
    assert house[1][-2:] == ["--editable", str(environment.ROOT)]
    environment.ensure(MAIN)
    assert len(house) == 2


def test_test_run_adds_its_lock_to_the_same_folder(house):
    environment.ensure(MAIN)
    del house[:]
    environment.ensure(WITH_DEV)
    assert [words[-1] for words in house] == [str(environment.ROOT / "locks" / "dev.lock")]
    environment.ensure(MAIN)
    environment.ensure(WITH_DEV)
    assert len(house) == 1


def test_new_metadata_installs_only_the_package_again(house):
    environment.ensure(MAIN)
    del house[:]
    path = environment.ROOT / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("line-length = 120", "line-length = 99"), encoding="utf-8")
    environment.ensure(MAIN)
    assert house == []
    path.write_text(text.replace("pcanalytics.cli:main", "pcanalytics.cli:start"), encoding="utf-8")
    environment.ensure(MAIN)
    assert [words[-2] for words in house] == ["--editable"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"requirements.lock": "0"}'])
def test_stamp_that_cannot_be_read_means_make_it_again(house, content):
    environment.ensure(MAIN)
    environment.STAMP.write_bytes(content)
    left = environment.VENV / "left-over"
    left.touch()
    environment.ensure(MAIN)
    assert not left.exists()
    assert environment.missing(environment.wanted(MAIN)) == []


def test_folder_that_was_moved_or_lost_its_python_is_made_again(house, monkeypatch):
    environment.ensure(MAIN)
    want = environment.wanted(MAIN)
    assert environment.missing(want) == []
    (environment.VENV / "pyvenv.cfg").write_text("home = gone\n", encoding="utf-8")
    assert environment.missing(want) == list(want)
    assert environment.missing({**want, "place": "elsewhere"}) == list(want)


def test_failed_first_install_leaves_no_stamp(house, monkeypatch):
    def pip(words, guard, *, offline):
        raise SetupError("no network")

    monkeypatch.setattr(environment, "_pip", pip)
    with pytest.raises(SetupError, match="no network"):
        environment.ensure(MAIN)
    assert not environment.STAMP.exists()


def test_failed_update_leaves_the_former_folder_in_place(house, monkeypatch):
    environment.ensure(MAIN)
    mark = environment.VENV / "mark"
    mark.touch()
    lock = environment.ROOT / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("tqdm==", "tqdm==9"), encoding="utf-8")

    def pip(words, guard, *, offline):
        raise SetupError("no network")

    monkeypatch.setattr(environment, "_pip", pip)
    with pytest.raises(SetupError, match="no network"):
        environment.ensure(MAIN)
    assert mark.exists()
    assert not environment.FORMER.exists()
    shutil.copyfile(ROOT / "requirements.lock", lock)
    assert environment.missing(environment.wanted(MAIN)) == []


def test_only_one_run_changes_the_folder(house):
    with environment._only_one(), (environment.ROOT / ".venv.lock").open("a+", encoding="utf-8") as second:
        assert not environment._take(second)
    with environment._only_one():
        pass


def test_what_pip_says_becomes_what_to_do():
    lines = ["WARNING: Retrying", "NewConnectionError: Failed to establish a new connection: Name or service not known"]
    assert "add `--bundle DIR` here" in environment._why(lines)
    assert "The disk is full" in environment._why(["OSError: [Errno 28] No space left on device"])
    assert "pip's own" in environment._why(["ERROR: something else"])


def test_lock_command_needs_uv(monkeypatch):
    monkeypatch.setattr(pinning.shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="needs uv"):
        pinning.write()


# ---------------------------------------------------------------------------------------- the checks


@pytest.mark.parametrize(
    ("words", "code", "expected", "line"),
    [
        (["--slow"], 5, 0, "no test is marked slow yet"),
        (["--slow"], 1, 1, "FAILED"),
        (["tests/nowhere"], 5, 1, "FAILED"),
        ([], 0, 0, "import-linter   passed"),
        ([], 1, 1, "mypy            FAILED"),
    ],
)
def test_summary_of_the_checks(words, code, expected, line, monkeypatch, capsys):
    monkeypatch.setattr(checks.subprocess, "call", lambda command, **_: code)
    assert checks.run(words) == expected
    assert line in capsys.readouterr().out


# ---------------------------------------------------------------------------------------- the bundle


@pytest.fixture
def packed(tmp_path):
    """A bundle with three files."""
    for name in ("wheels/a-1-py3-none-any.whl", "project/run.py", "README.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"content of " + name.encode())
    facts = {"python": manifest.this_python(), "platform": manifest.this_platform()}
    manifest.write(tmp_path, {**facts, "machine": manifest.this_machine(), "lock": "L"})
    return tmp_path


def test_whole_bundle_has_no_problem(packed):
    assert manifest.problems(packed, lock="L") == []
    (packed / "project" / ".venv").mkdir()
    (packed / "project" / ".venv" / "new").touch()
    assert manifest.problems(packed, lock="L") == []


def test_one_flipped_bit_is_found(packed):
    wheel = packed / "wheels" / "a-1-py3-none-any.whl"
    content = bytearray(wheel.read_bytes())
    content[3] ^= 1
    wheel.write_bytes(content)
    assert manifest.problems(packed, lock="L") == [
        "wheels/a-1-py3-none-any.whl is not the file that was packed; copy the bundle again"
    ]


def test_every_problem_of_a_bundle_is_said_at_once(packed):
    (packed / "project" / "run.py").unlink()
    (packed / "wheels" / "b-1-py3-none-any.whl").touch()
    path = packed / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "python": "3.10"}), encoding="utf-8")
    found = "\n".join(manifest.problems(packed, lock="M"))
    for part in (
        "for python 3.10",
        "another version of the project",
        "run.py is missing",
        "b-1-py3-none-any.whl is not",
    ):
        assert part in found


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"files": 3}', b'{"files": {"a": 1}}'])
def test_manifest_that_cannot_be_read_is_a_problem(packed, content):
    path = packed / "manifest.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert len(manifest.problems(packed, lock="L")) == 1


def test_install_from_a_damaged_bundle_stops_before_anything_is_made(house, packed):
    (packed / "README.txt").write_text("other", encoding="utf-8")
    with pytest.raises(SetupError, match="cannot be used"):
        environment.ensure(MAIN, bundle=packed)
    assert not environment.VENV.exists()
    assert house == []


def test_bundle_takes_the_packages_of_its_own_system():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    windows = bundle.locks_for(lock, "windows", "3.12")
    linux = bundle.locks_for(lock, "linux", "3.12")
    assert re.search("^pywinpty==", windows["3.12.99"], re.MULTILINE)
    assert not re.search("^(pywinpty|appnope)==", linux["3.12.99"], re.MULTILINE)
    assert re.search("^pexpect==", linux["3.12.99"], re.MULTILINE)
    assert " ; " not in windows["3.12.99"]


def test_bundle_serves_old_and_new_patch_releases():
    lock = "".join(
        f"a=={n} ; python_full_version {op} '3.11.5' \\\n    --hash=sha256:0\n" for n, op in ((1, "<"), (2, ">="))
    )
    chosen = bundle.locks_for(lock, "linux", "3.11")
    assert {version: text.split()[0] for version, text in chosen.items()} == {"3.11.99": "a==2", "3.11.0": "a==1"}


def test_bundle_never_writes_over_another_folder(tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(SetupError, match="is not a bundle"):
        bundle.main(["--out", str(tmp_path), "--platform", "linux"])
    assert (tmp_path / "mine.txt").exists()


# ---------------------------------------------------------------------------------- the build machine


@pytest.mark.skipif(os.name == "nt", reason="the build script is for Debian")
def test_build_script_stops_when_readme_names_no_packages(tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copyfile(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text("# nothing\n", encoding="utf-8")
    done = subprocess.run(["bash", str(tmp_path / ".ci" / "run")], capture_output=True, text=True)
    assert done.returncode == 1
    assert "nothing says what to install" in done.stderr


@pytest.mark.parametrize(("ci", "outcome"), [("", "2 skipped"), ("true", "1 failed, 1 error")])
def test_skip_is_a_failure_on_the_build_machine(tmp_path, ci, outcome):
    shutil.copyfile(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_one.py").write_text("def test(shared_data): shared_data('nowhere')\n", encoding="utf-8")
    whole = "import pytest\npytest.skip('no program', allow_module_level=True)\n"
    (tmp_path / "test_two.py").write_text(whole, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-ra", "--continue-on-collection-errors"]
    env = {**os.environ, "CI": ci}
    env.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, env=env)
    assert outcome in done.stdout
    assert "nowhere" in done.stdout
    assert "no program" in done.stdout
