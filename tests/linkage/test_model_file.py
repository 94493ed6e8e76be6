"""A model read back: the same, or refused in words."""

from __future__ import annotations

import json

import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.linkage.model import LinkModel, read_model

MODEL = LinkModel(
    settings={"comparisons": [], "probability_two_random_records_match": 0.25},
    kinds={"together": [[1, 1], [1, 1]], "others": {}, "by_chance": []},
    trained_on="2026-01-02",
    counts={"records": 3},
    columns=("surname",),
    floor=0.01,
    digest="d",
)


def test_a_model_read_back_is_the_same():
    assert read_model(MODEL.to_json()) == MODEL


@pytest.mark.parametrize("part", [*MODEL.__dict__, "schema"])
def test_c65_a_model_that_lacks_a_part_is_refused_and_what_to_do_is_said(part):
    content = json.loads(MODEL.to_json())
    del content[part]
    with pytest.raises(InputRejected, match="another version.*link --retrain"):
        read_model(json.dumps(content))


@pytest.mark.parametrize("part", list(MODEL.kinds))
def test_c65_a_model_of_a_version_that_knew_other_kinds_of_pairs_is_refused(part):
    content = json.loads(MODEL.to_json())
    del content["kinds"][part]
    with pytest.raises(InputRejected, match="another version"):
        read_model(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "nothing", '{"a": 1}'])
def test_what_is_no_model_is_refused(text):
    with pytest.raises(InputRejected, match="linkage model"):
        read_model(text)
