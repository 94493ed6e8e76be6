"""The tree of errors and its exit codes."""

from __future__ import annotations

import pickle

import pytest

from pcanalytics import errors
from pcanalytics.errors import InputRejected, PcanalyticsError, Problem, UnknownName


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PcanalyticsError", 1),
        ("UsageError", 2),
        ("UnknownName", 2),
        ("InputRejected", 3),
        ("MappingError", 3),
        ("DialectError", 3),
        ("TableError", 3),
        ("LoadSetAside", 4),
        ("NotAllowed", 5),
    ],
)
def test_exit_codes(name, code):
    assert getattr(errors, name).exit_code == code
    assert issubclass(getattr(errors, name), PcanalyticsError)


def test_every_problem_is_listed():
    error = InputRejected(
        "Two things.", [Problem("one", rows=1, first_row=4), Problem("two", first_row=9, expected="three")]
    )
    assert str(error).splitlines() == [
        "Two things.",
        "  - one (1 row, first at row 4).",
        "  - two (at row 9). Expected: three.",
    ]


@pytest.mark.parametrize("error", [InputRejected("Wrong.", [Problem("one")]), UnknownName("week", "W4", ["W47"])])
def test_an_error_crosses_a_process_whole(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.exit_code == error.exit_code
