import os
import subprocess
import sys

import pytest

import pcanalytics.runs.warm as warm_module
from pcanalytics.runs import execute
from pcanalytics.runs.kernel import kernel_settings
from pcanalytics.runs.warm import ForkedKernel, WarmParent, imported_modules, is_possible

from .notebooks import notebook, printed, saved

LOOK = (
    "import os, sys\n"
    "print('json' in sys.modules, os.environ['OMP_NUM_THREADS'], sys.argv[1:2], os.getppid())\n"
    "left_over = globals().get('mine'); mine = 1; print(left_over)"
)


@pytest.mark.skipif(sys.platform != "linux", reason="looks as Linux does")
def test_forked_kernels_start_clean_and_end_with_their_parent(tmp_path):
    path = saved(tmp_path, LOOK)
    started = []
    with WarmParent(["json", "os.path", "os.nothing"], kernel_settings()) as warm:
        outputs = [printed(execute(path, {}, warm=warm, started=started)) for _ in range(2)]
        parent = warm._process.pid
    assert outputs[0] == outputs[1]
    assert outputs[0].split()[:2] == ["True", "1"]
    assert outputs[0].split()[-2:] == [str(parent), "None"]
    with pytest.raises(ProcessLookupError):
        os.kill(parent, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks as Linux does")
def test_names_that_a_package_fetches_when_they_are_asked_for_are_imported_before_the_fork(tmp_path):
    path = saved(tmp_path, "import sys", "print('pcanalytics.runs.schedule' in sys.modules)")
    with WarmParent(["pcanalytics.runs", "pcanalytics.runs.read_schedule"], kernel_settings()) as warm:
        assert printed(execute(path, {}, warm=warm)) == "True\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks as Linux does")
def test_a_parent_that_cannot_import_leaves_kernels_to_start_by_themselves(tmp_path):
    (tmp_path / "broken_for_test.py").write_text("raise ValueError")
    settings = kernel_settings()
    settings["PYTHONPATH"] += os.pathsep + str(tmp_path)
    with WarmParent(["broken_for_test"], settings) as warm:
        assert printed(execute(saved(tmp_path, "print('ran')"), {}, warm=warm)) == "ran\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks as Linux does")
def test_a_parent_that_hangs_is_ended_and_leaves_kernels_to_start_by_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(warm_module, "ANSWER_SECONDS", 0.5)
    (tmp_path / "hangs_for_test.py").write_text("import time\ntime.sleep(600)")
    settings = kernel_settings()
    settings["PYTHONPATH"] += os.pathsep + str(tmp_path)
    with WarmParent(["hangs_for_test"], settings) as warm:
        assert printed(execute(saved(tmp_path, "print('ran')"), {}, warm=warm)) == "ran\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks as Linux does")
def test_a_forked_kernel_that_ends_before_the_first_cell_is_started_again_by_itself(tmp_path):
    (tmp_path / "dies_for_test.py").write_text("import os\nos.register_at_fork(after_in_child=lambda: os._exit(1))")
    settings, started = kernel_settings(), []
    settings["PYTHONPATH"] += os.pathsep + str(tmp_path)
    with WarmParent(["dies_for_test"], settings) as warm:
        assert printed(execute(saved(tmp_path, "print('ran')"), {}, warm=warm, started=started)) == "ran\n"
    assert len(started) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="has no such processes")
def test_a_kernel_that_has_ended_gets_no_signal():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    kernel = ForkedKernel(child.pid)
    kernel.terminate()
    kernel.kill()
    assert kernel.poll() == 0


@pytest.mark.parametrize(
    ("system", "asked", "possible"),
    [
        ("linux", "", True),
        ("darwin", "", True),
        ("win32", "", False),
        ("linux", "plain", False),
        ("darwin", "plain", False),
    ],
)
def test_kernels_fork_where_the_system_can_and_nobody_asked_otherwise(monkeypatch, system, asked, possible):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("PCANALYTICS_KERNELS", asked)
    assert is_possible() is possible


def test_a_parent_is_told_what_macos_asks_for_before_it_starts():
    """The system reads it when a process starts, so it is too late once Python runs."""
    assert kernel_settings()["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] == "YES"


def test_what_a_notebook_imports_is_read_without_running_it():
    made = notebook(
        "import json, os as o",
        "from pcanalytics import briefing, compstat\nimport json",
        "# import in words",
        "import (",
    )
    assert imported_modules(made) == [
        "json",
        "os",
        "pcanalytics",
        "pcanalytics.briefing",
        "pcanalytics.compstat",
    ]
