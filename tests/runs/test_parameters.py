import pytest

from pcanalytics.errors import InputRejected, UnknownName, UsageError
from pcanalytics.runs import checked_parameters, declared_parameters

from .notebooks import notebook

ALL = 'district = ""\nweek: str = "2026-W47"\ndays = 28\nshare = 0.5\nloud = False\nnothing = None'


def test_parameters_are_read_with_their_kinds():
    declared = declared_parameters(notebook(parameters=ALL))
    assert {name: parameter.default for name, parameter in declared.items()} == {
        "district": "",
        "week": "2026-W47",
        "days": 28,
        "share": 0.5,
        "loud": False,
        "nothing": None,
    }


RULES = """
level = "watch"  # one of: watch, alert; what is listed
area = ""  # one of: north, south; empty for both
weeks: int = 26  # 1 to 104; how far back
share: float = 1  # 0 to 1
size = 2  # one of: 1, 2, 4
sign = -1  # -2 to 2
words = "1 to 2"  # said, 1 to 2
"""


def test_what_is_allowed_stands_behind_the_value():
    declared = declared_parameters(notebook(parameters=RULES))
    said = {name: parameter.expected() for name, parameter in declared.items()}
    assert said == {
        "level": "one of: watch, alert",
        "area": "one of: north, south",
        "weeks": "a whole number from 1 to 104",
        "share": "a number from 0 to 1",
        "size": "one of: 1, 2, 4",
        "sign": "a whole number from -2 to 2",
        "words": "text",
    }
    assert declared["share"].default == 1.0
    assert isinstance(declared["share"].default, float)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("level", "alert", "alert"),
        ("area", "", ""),
        ("weeks", "104", 104),
        ("weeks", 1, 1),
        ("share", "0.5", 0.5),
        ("size", "4", 4),
    ],
)
def test_allowed_values_are_taken(name, value, kept):
    assert checked_parameters(notebook(parameters=RULES), {name: value})[name] == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "alrt"),
        ("level", ""),
        ("area", "East"),
        ("weeks", 0),
        ("weeks", "105"),
        ("share", "1.01"),
        ("size", 3),
        ("size", True),
    ],
)
def test_values_that_are_not_allowed_are_refused(name, value):
    with pytest.raises(UsageError, match=f"the parameter {name} is given wrongly.*Expected") as caught:
        checked_parameters(notebook(parameters=RULES), {name: value})
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('a: date = "2026-01-01"', "another kind than str, int, float, bool"),
        ('a: int = "x"', "own value is not of its kind"),
        ('a: "int" = 1', "another kind"),
        ("a = 1  # one of: x, y", "allowed value is not of its parameter's kind"),
        ('a = ""  # 1 to 2', "bounds belong to a number"),
        ("a = 1  # 2 to 1", "the lower one first"),
    ],
)
def test_a_rule_that_its_parameter_cannot_have_is_refused(cell, said):
    with pytest.raises(InputRejected, match=said):
        declared_parameters(notebook(parameters=cell))


def test_the_same_cell_is_read_by_papermill():
    from papermill.translators import PythonTranslator

    found = PythonTranslator.inspect({"source": RULES})
    assert [(one.name, one.default) for one in found][:3] == [("level", '"watch"'), ("area", '""'), ("weeks", "26")]
    assert found[2].help == "1 to 104; how far back"


def test_text_stays_text_and_numbers_become_numbers():
    given = {"district": "007", "days": "14", "share": "2", "loud": "yes", "nothing": "1E5"}
    values = checked_parameters(notebook(parameters=ALL), given)
    assert values == {"district": "007", "week": "2026-W47", "days": 14, "share": 2.0, "loud": True, "nothing": "1E5"}
    assert [type(values[name]) for name in ("district", "days", "share", "loud")] == [str, int, float, bool]


@pytest.mark.parametrize("value", ["None", "NA", "True", "1_000", "[1]", "__import__('os')", "{{7*7}}"])
def test_text_is_never_read_as_anything_else(value):
    assert checked_parameters(notebook(parameters=ALL), {"district": value})["district"] == value


def test_c62_misspelt_or_extra_parameter_is_refused():
    with pytest.raises(UnknownName, match="There is no parameter 'distrct'. Did you mean 'district'") as caught:
        checked_parameters(notebook(parameters=ALL), {"distrct": "North"})
    assert caught.value.exit_code == 2
    with pytest.raises(UnknownName, match="no parameter 'color'"):
        checked_parameters(notebook(parameters=ALL), {"color": "red"})


@pytest.mark.parametrize(
    "name", ["x = 1\nimport os", "district\n", "district = 'x'; import os; y", "__import__('os')", "", " district"]
)
def test_c61_parameter_name_with_code_is_refused(name):
    with pytest.raises(UnknownName, match="There is no parameter"):
        checked_parameters(notebook(parameters=ALL), {name: "1"})


def test_values_of_the_wrong_kind_are_all_listed_and_none_is_shown():
    given = {"days": "planted", "share": "planted", "loud": "planted", "district": "planted\x00"}
    with pytest.raises(UsageError, match="days is given wrongly") as caught:
        checked_parameters(notebook(parameters=ALL), given)
    assert len(caught.value.problems) == 4
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("value", [14, "1_000", "3.5", 2.0, True, "", "nan", None])
def test_a_whole_number_is_a_whole_number(value):
    if value == 14 and value is not True:
        assert checked_parameters(notebook(), {"days": value})["days"] == 14
        return
    with pytest.raises(UsageError, match="a whole number"):
        checked_parameters(notebook(), {"days": value})


@pytest.mark.parametrize("value", ["nan", "inf", float("nan"), float("-inf"), 10**400, -(10**400), "1e999"])
def test_c25_no_number_that_is_none(value):
    with pytest.raises(UsageError, match="a number"):
        checked_parameters(notebook(parameters="share = 0.5"), {"share": value})


def test_text_that_no_file_can_hold_is_refused():
    """As from a command line written in another encoding than the system says."""
    with pytest.raises(UsageError, match="Expected: text"):
        checked_parameters(notebook(parameters=ALL), {"district": "Nor\udcff"})


@pytest.mark.parametrize("cell", ["a = (", "a = 1\n\x00", f"a = {'-' * 20_000}1"])
def test_a_parameters_cell_that_cannot_be_read_is_refused(cell):
    with pytest.raises(InputRejected, match="is no Python, at its line 1"):
        declared_parameters(notebook(parameters=cell))


@pytest.mark.parametrize(
    "cell", ["import os", "a = b", "a = open('x')", "a = [1]", "a, b = 1, 2", "a.b = 1", "a: int", "print(1)", "a += 1"]
)
def test_a_parameters_cell_that_does_more_is_refused(cell):
    with pytest.raises(InputRejected, match="plain values"):
        declared_parameters(notebook(parameters=cell))


def test_a_notebook_without_or_with_two_parameters_cells_is_refused():
    with pytest.raises(InputRejected, match="0 cells"):
        declared_parameters(notebook(parameters=None))
    two = notebook()
    two["cells"] *= 2
    with pytest.raises(InputRejected, match="2 cells"):
        declared_parameters(two)
    with pytest.raises(InputRejected, match="no Python, at its line 1"):
        declared_parameters(notebook(parameters="a = = 1"))
