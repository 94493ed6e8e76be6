"""Only columns of one list reach a page's numbers, and that list names no person."""

import pandas as pd
import pytest

from pcanalytics.briefing import SHOWN_COLUMNS, shown_table
from pcanalytics.errors import UsageError
from pcanalytics.tables import TABLES
from pcanalytics.tables.vocabulary import person_columns

#: What a page shows of these words is a place, a measure or what the unit wrote itself, not what a record says of a person.
_OWN_MEANING = {"address", "district", "beat"}


def test_a_column_outside_the_list_is_refused_by_name_and_no_value_is_said():
    frame = pd.DataFrame({"offense_group": ["Robbery"], "surname": ["Canaryson"], "sid": ["CANARY77"]})
    with pytest.raises(UsageError, match=r"may not be shown: surname, sid\.") as refused:
        shown_table(frame, {"offense_group": "Group", "surname": "Name", "sid": "Number"}, title="Counts")
    assert "canary" not in str(refused.value).lower()


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"has no column week\."):
        shown_table(pd.DataFrame({"offense_group": ["Robbery"]}, dtype="str"), {"week": "This week"}, title="Counts")


def test_a_column_that_is_not_named_stays_out():
    frame = pd.DataFrame({"offense_group": ["Robbery"], "count": [3], "surname": ["Canaryson"]})
    assert "Canaryson" not in str(shown_table(frame, {"offense_group": "Group", "count": "Count"}, title="Counts"))


def test_the_list_holds_no_column_that_describes_a_person_or_is_restricted():
    of_people = {column.name for column in person_columns()}
    restricted = {
        column.name
        for name, table in TABLES.items()
        if name != "actions"
        for column in table.columns
        if column.sensitivity in ("3", "X")
    }
    assert (of_people | restricted) & SHOWN_COLUMNS <= _OWN_MEANING
