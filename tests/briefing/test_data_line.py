import pandas as pd
import pytest

from pcanalytics import briefing

from .made_up import AS_OF

FILES = [
    {"source": source, "digest": f"{place:064x}", "read": 10, "loaded": 8, "set_aside": 1, "rejected": 1}
    for source, number in (("rms_incidents", 400), ("cad_calls", 365), ("corrections", 1))
    for place in range(number)
]


def line(**changed):
    asked = {"as_of": AS_OF, "frozen_at": AS_OF, "latest_entry": AS_OF - pd.Timedelta(minutes=9), "version": "1.0"}
    return briefing.data_line(FILES, **{**asked, **changed})


def test_the_freeze_time_and_the_latest_entry_are_said():
    html = line().html
    assert "Data frozen at 23 November 2026 00:00; the latest entry counted is of 22 November 2026 23:51." in html
    assert "latest entry" not in line(latest_entry=None).html
    assert "latest entry" not in line(latest_entry=pd.NaT).html


def test_a_year_of_daily_files_takes_one_row_a_source():
    fragment = line()
    assert len(fragment.html) < 4_000
    assert fragment.html.count("<tr>") == 4
    assert "<details open" not in fragment.html
    assert "766 files of 3 sources: 7,660 rows read, 6,128 loaded, 766 set aside, 766 rejected." in fragment.html
    assert len(fragment.tables["sources"]["rows"]) == 766


def test_the_public_line_names_no_file_and_no_agreement():
    public = line(agreement={"id": "AF-1", "purpose": "compstat"}, located=0.97).for_audience("public")
    assert "frozen" in public.html
    assert "97.0%" in public.html
    for kept_back in ("AF-1", "rms_incidents", FILES[0]["digest"], "details"):
        assert kept_back not in public.html
    assert public.tables == {}


def test_a_missing_count_is_a_dash():
    html = briefing.data_line([{"source": "rms", "digest": None}], as_of=AS_OF).html
    assert "–" in html
    assert "nan" not in html.lower()


@pytest.mark.parametrize(("share", "words"), [(1.0, "All of the"), (0.9999, "99.9% of the"), (0.973, "97.3% of the")])
def test_a_share_of_all_leaves_no_rest(share, words):
    html = briefing.data_line([], as_of=AS_OF, located=share).html
    assert f"{words} last 28 days" in html.replace("&#39;", "'")
    assert ("the rest count in the tables" in html) == (share < 1)
