import json
import os
import sys
import time

import pytest

from pcanalytics.errors import InputRejected, NotAllowed, UnknownName, UsageError
from pcanalytics.runs import RunFailed, execute

from .notebooks import printed, saved

posix = pytest.mark.skipif(os.name == "nt", reason="Windows speaks to kernels over local ports")


def test_parameters_reach_the_cells_as_given(tmp_path):
    path = saved(tmp_path, "print(repr((district, week, days)))")
    done = execute(path, {"district": '007 "O\'Hara" ${x} \\n', "days": "14"}, tmp_path / "out" / "done.ipynb")
    assert printed(done) == repr(('007 "O\'Hara" ${x} \\n', "", 14)) + "\n"
    kept = json.loads((tmp_path / "out" / "done.ipynb").read_text("utf-8"))
    assert kept["cells"] == done["cells"]
    assert [name.name for name in (tmp_path / "out").iterdir()] == ["done.ipynb"]


def test_c61_c62_nothing_runs_for_an_undeclared_name(tmp_path):
    mark = tmp_path / "ran"
    path = saved(tmp_path, f"open({str(mark)!r}, 'w').close()")
    started = []
    with pytest.raises(UnknownName, match="Did you mean 'district'"):
        execute(path, {"distrct": "x"}, started=started)
    with pytest.raises(UnknownName, match="There is no parameter"):
        execute(path, {f"x = 1\nopen({str(mark)!r}, 'w').close()\ny": "x"}, started=started)
    assert not mark.exists()
    assert started == []


@posix
def test_the_kernel_is_this_interpreter_over_files_whatever_the_user_has_installed(tmp_path, monkeypatch):
    stale = tmp_path / "home" / "kernels" / "python3"
    stale.mkdir(parents=True)
    (stale / "kernel.json").write_text(
        json.dumps({"argv": ["/nowhere/python", "{connection_file}"], "display_name": "x", "language": "python"})
    )
    startup = tmp_path / "home" / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("surprise = 1")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home" / "ipython"))
    monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
    path = saved(
        tmp_path,
        "import sys, os; print(sys.executable); print('surprise' in globals()); print(os.environ['OMP_NUM_THREADS'])",
        "from ipykernel.kernelapp import IPKernelApp; print(IPKernelApp.instance().transport)",
        "import pcanalytics",
    )
    assert printed(execute(path, {})).split() == [sys.executable, "False", "1", "ipc"]
    assert not (tmp_path / "no-home").exists()


def test_an_error_names_notebook_section_and_line_and_no_value(tmp_path, capfd):
    path = saved(
        tmp_path,
        "# Load",
        "surname = 'PLANTED'",
        "# Count the offenses",
        "x = 1\nraise ValueError(f'no such person: {surname}')",
        "print('never reached')",
        name="09_counts.ipynb",
    )
    with pytest.raises(
        RunFailed, match="09_counts.ipynb stopped under 'Count the offenses' with a ValueError"
    ) as caught:
        execute(path, {}, tmp_path / "failed.ipynb")
    assert "raise ValueError(f'no such person: {surname}')" in str(caught.value)
    assert caught.value.exit_code == 1
    assert caught.value.__suppress_context__
    kept = (tmp_path / "failed.ipynb").read_text("utf-8")
    assert "PLANTED" not in str(caught.value) + kept.replace("surname = 'PLANTED'", "")
    assert '"output_type": "error"' in kept
    assert "PLANTED" not in "".join(capfd.readouterr())


def test_an_error_of_the_suite_keeps_its_kind_and_exit_code(tmp_path):
    path = saved(
        tmp_path,
        "# Read",
        "from pcanalytics.errors import NotAllowed\nraise NotAllowed('Clause 4 does not allow it.')",
    )
    with pytest.raises(NotAllowed, match="stopped under 'Read': Clause 4 does not allow it") as caught:
        execute(path, {})
    assert caught.value.exit_code == 5
    path = saved(
        tmp_path, "from pcanalytics.errors import UnknownName\nraise UnknownName('district', 'Nrth', ['North'])"
    )
    with pytest.raises(UnknownName, match="Did you mean 'North'"):
        execute(path, {})


@pytest.mark.slow
def test_c53_a_kernel_that_dies_and_a_run_that_takes_too_long_are_said(tmp_path):
    with pytest.raises(RunFailed, match="under 'Count': its kernel ended by itself"):
        execute(saved(tmp_path, "# Load", "'read'", "# Count", "import os; os._exit(9)"), {}, tmp_path / "died.ipynb")
    begun = time.monotonic()
    with pytest.raises(RunFailed, match="under 'Count': the whole run may take 3 seconds"):
        execute(
            saved(tmp_path, "# Load", "'read'", "# Count", "import time; time.sleep(60)"),
            {},
            tmp_path / "long.ipynb",
            timeout=3,
        )
    assert time.monotonic() - begun < 30
    for name in ("died.ipynb", "long.ipynb"):  # what was done until then is there for the analyst
        assert "'read'" in printed(json.loads((tmp_path / name).read_text("utf-8")))


def test_files_that_are_no_notebook_are_refused(tmp_path):
    with pytest.raises(UsageError, match="no notebook gone.ipynb"):
        execute(tmp_path / "gone.ipynb", {})
    for content in ("", "[]", "{}", '{"cells": 3}'):
        (tmp_path / "b.ipynb").write_text(content)
        with pytest.raises(InputRejected, match="b.ipynb is no notebook"):
            execute(tmp_path / "b.ipynb", {})
    with pytest.raises(UsageError, match="above zero"):
        execute(saved(tmp_path), {}, timeout=0)
