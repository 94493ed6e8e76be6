import pytest

from pcanalytics import briefing
from pcanalytics.errors import InputRejected
from pcanalytics.runs import pages as pages_module
from pcanalytics.runs import to_page
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
    assert "a &#60; b" in made.html
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
        briefing.MIME: {"html": "<img src='https://example.invalid/x'>", "scripts": [], "needs": [], "facts": {}}
    }
    with pytest.raises(InputRejected, match="outside"):
        to_page(executed(shown(foreign)), title="x")


def test_a_page_that_shows_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(pages_module, "LARGEST_BYTES", 1_000)
    with pytest.raises(InputRejected, match="larger than"):
        to_page(executed(shown({"text/plain": "x" * 2_000})), title="x")
