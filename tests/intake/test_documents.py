"""docs/intake.md explains every key a mapping may have, and its example works."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from pcanalytics.intake import REASONS, read_extract, read_mapping
from pcanalytics.intake.date_formats import DIRECTIVES
from pcanalytics.intake.mapping_form import COLUMN_PARTS, CORRECTION_KEYS, ENCODINGS, FORMATS, MAPPING_KEYS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "intake.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["source", "dialect"])
def test_every_key_has_a_row_in_the_table_of_its_part(part):
    section = PAGE.split(f"## `[{part}]`")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == sorted(MAPPING_KEYS[part])


def test_every_part_correction_key_and_value_is_named():
    for part in COLUMN_PARTS:
        assert f"[{part}" in PAGE, part
    assert "[[corrections]]" in PAGE
    corrections = PAGE.split("`[[corrections]]` is for")[1]
    assert set(CORRECTION_KEYS) == set(re.findall(r"^\| `(\w+)` \| (?:yes|this)", corrections, re.MULTILINE))
    for word in (*ENCODINGS, *FORMATS, *REASONS):
        assert f"`{word}`" in PAGE, word
    for directive in DIRECTIVES:
        assert f"%{directive}" in PAGE, directive


def test_the_example_reads_as_the_page_says():
    text, mapping = re.search(r"```\n(ID‡.*?)```\n+```toml\n(.*?)```", PAGE, re.DOTALL).groups()
    extract = read_extract(
        io.BytesIO(text.encode("cp1252")), read_mapping(mapping, name="supervision.toml"), file_name="supervision.txt"
    )
    [batch] = extract
    assert str(extract.summary) == "read 2 = loaded 2 + set aside 0 + rejected 0"
    assert batch.frame["level"].tolist() == ["high", "unknown"]
    assert batch.frame["supervision_id"].tolist() == ["00012", "00013"]
    assert batch.frame["end"].isna().tolist() == [True, False]
    assert "level: codes that the mapping does not explain (1 row, first at row 3)" in str(extract.summary.warnings[0])
