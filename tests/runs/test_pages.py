import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.errors import InputRejected
from pcanalytics.runs import pages as pages_module
from pcanalytics.runs import to_page
from pcanalytics.runs.pages import not_shown
from tests.briefing.hostile import HOSTILE, assert_harmless
from tests.briefing.made_up import AS_OF

from .notebooks import notebook


def shown(data):
    return {"output_type": "display_data", "metadata": {}, "data": data}


def executed(*outputs, written="# Where"):
    made = notebook(written, "secret_code = 1")
    made["cells"][-1]["outputs"] = list(outputs)
    return made


def test_words_and_fragments_are_on_the_page_and_code_is_not():
    head = briefing.masthead(agency="Sample PD", area="North", week="2026-W47", as_of=AS_OF)
    made = to_page(executed(shown(head._repr_mimebundle_()), shown(briefing.note("12 offenses")._repr_mimebundle_())))
    assert "<title>North, week of 16 to 22 November 2026</title>" in made.html
    assert "12 offenses" in made.html
    assert ">Where</h1>" in made.html
    assert "secret_code" not in made.html
    assert made.facts["area"] == "North"


def test_html_that_is_no_fragment_is_never_taken_over():
    made = to_page(executed(shown({"text/html": "<b>bold</b>", "text/plain": "a < b"})), title="x")
    assert "bold" not in made.html
    assert "a &#60; b" not in made.html
    printed = {"output_type": "stream", "name": "stdout", "text": "printed line"}
    assert "printed line" not in to_page(executed(printed), title="x").html


def test_a_picture_is_put_inside():
    made = to_page(executed(shown({"image/png": "AAAA\n", "text/plain": "<Figure>"})), title="x")
    assert 'src="data:image&#47;png' in made.html or 'src="data:image/png;base64,AAAA"' in made.html
    assert "Figure>" not in made.html


def test_tagged_cells_stay_in_the_notebook():
    made = executed(shown(briefing.note("kept to itself")._repr_mimebundle_()))
    made["cells"][-1]["metadata"]["tags"] = ["not-on-page"]
    assert "kept to itself" not in to_page(made, title="x").html


@pytest.mark.parametrize("value", [*HOSTILE, "<script>x</script>", "[x](javascript:alert)", "<b onclick='x'>"])
def test_c57_c58_written_cells_hold_no_markup_of_their_own(value):
    if "example.invalid" in value or value.startswith("!["):
        return
    assert_harmless(to_page(executed(written=f"# Title\n\n{value}"), title="x").html)


def test_an_outside_picture_or_link_in_a_written_cell_is_refused():
    for written in ("# T\n\n![x](https://example.invalid/x.png)", "# T\n\n[x](https://example.invalid/)"):
        with pytest.raises(InputRejected, match="outside"):
            to_page(executed(written=written), title="x")


def test_a_failed_or_foreign_output_makes_no_page():
    with pytest.raises(InputRejected, match="failed"):
        to_page(executed({"output_type": "error", "ename": "X", "evalue": "", "traceback": []}), title="x")
    with pytest.raises(InputRejected, match="no fragment of this suite"):
        to_page(executed(shown({briefing.MIME: {"html": "x"}})), title="x")
    foreign = {
        briefing.MIME: {
            **briefing.note("x").bundle(),
            "html": "<img src='https://example.invalid/x'>",
        }
    }
    with pytest.raises(InputRejected, match="outside"):
        to_page(executed(shown(foreign)), title="x")


def test_a_page_that_shows_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(pages_module, "LARGEST_BYTES", 1_000)
    with pytest.raises(InputRejected, match="larger than"):
        to_page(executed(shown({"image/png": "A" * 2_000})), title="x")


def fragments(*made, tags=()):
    notebook_of = executed(
        *(shown(fragment._repr_mimebundle_()) for fragment in made), written="# Counts\n\nWhat it says."
    )
    notebook_of["cells"][-1]["metadata"]["tags"] = list(tags)
    return notebook_of


def test_the_public_page_shows_only_what_a_fragment_gives_for_it():
    made = fragments(
        briefing.Fragment("<p>both</p>", public="same"),
        briefing.Fragment("<p>kept inside</p>"),
        briefing.Fragment("<p>to the door</p>", public=briefing.Fragment("<p>coarse</p>")),
    )
    internal, public = (to_page(made, title="x", audience=audience).html for audience in briefing.AUDIENCES)
    for said, inside, outside in (("both", 1, 1), ("kept inside", 1, 0), ("to the door", 1, 0), ("coarse", 0, 1)):
        assert (said in internal, said in public) == (inside, outside), said
    assert "What it says." in public
    assert "Public copy." in public
    assert "Public copy." not in internal
    assert "not for release" in internal


def test_facts_and_tables_are_those_of_the_readers():
    table = briefing.shown_table(pd.DataFrame({"week": [3]}), {"week": "Week"}, title="Counts")
    made = fragments(
        briefing.Fragment("<p>a</p>", facts={"total": 3, "secret": 1}, tables={"inside": table}),
        briefing.Fragment("<p>b</p>", facts={"total": 4}, tables={"both": table}, public="same"),
    )
    internal, public = (to_page(made, title="x", audience=audience) for audience in briefing.AUDIENCES)
    assert (dict(internal.facts), set(internal.tables)) == ({"total": 4, "secret": 1}, {"inside", "both"})
    assert (dict(public.facts), set(public.tables)) == ({"total": 4}, {"both"})


def test_a_cell_tagged_internal_is_on_the_agencys_own_page_alone():
    made = fragments(briefing.Fragment("<p>for us</p>", public="same"), tags=["internal"])
    next(cell for cell in made["cells"] if cell["cell_type"] == "markdown")["metadata"]["tags"] = ["internal"]
    for said in ("for us", "What it says."):
        assert said in to_page(made, title="x").html
        assert said not in to_page(made, title="x", audience="public").html


def test_a_picture_is_not_on_the_public_page():
    made = executed(shown({"image/png": "AAAA"}))
    assert "<img" in to_page(made, title="x").html
    assert "<img" not in to_page(made, title="x", audience="public").html


def test_c68_a_frame_that_a_cell_shows_is_on_no_page_and_the_record_says_which_cell():
    """An analyst looks at a frame and leaves the cell in the notebook."""
    frame = pd.DataFrame({"surname": ["PLANTED"], "count": [3]})
    for looked_at in (frame, frame["surname"], "PLANTED", ["PLANTED"]):
        html = {"text/html": looked_at._repr_html_()} if looked_at is frame else {}
        made = executed(shown({"text/plain": repr(looked_at), **html}), written="# Title")
        for audience in briefing.AUDIENCES:
            assert "PLANTED" not in to_page(made, title="x", audience=audience).html
        (said,) = not_shown(made)
        assert said.endswith("what it shows is no fragment and stands on no page")
        assert "PLANTED" not in said
    assert not_shown(executed(shown(briefing.note("x")._repr_mimebundle_()), shown({"image/png": "AAAA"}))) == []


def test_a_page_leads_to_its_workbook_when_it_has_numbers():
    table = briefing.shown_table(pd.DataFrame({"week": [3]}), {"week": "Week"}, title="Counts")
    made = fragments(briefing.Fragment("<p>a</p>", tables={"counts": table}))
    assert 'href="harbor.xlsx"' in to_page(made, title="x", workbook="harbor.xlsx").html
    assert "harbor.xlsx" not in to_page(made, title="x", workbook="harbor.xlsx", audience="public").html


def test_two_tables_of_one_name_are_refused():
    table = briefing.shown_table(pd.DataFrame({"week": [3]}), {"week": "Week"}, title="Counts")
    made = fragments(*(briefing.Fragment("<p>a</p>", tables={"counts": table}) for _ in range(2)))
    with pytest.raises(InputRejected, match="a table of one name: counts"):
        to_page(made, title="x")
