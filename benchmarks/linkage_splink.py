"""Plain Splink for each of the sets of `linkage.py`, as its own tutorials have them."""

from __future__ import annotations

from typing import Any

import splink.comparison_library as cl
from splink import SettingsCreator, block_on

__all__ = ["RULES", "settings_of"]

#: By set: rules that nearly always join one person, rules of the training passes, the share that the first are taken to find.
RULES: dict[str, tuple[list[Any], list[Any], float]] = {
    "febrl4": (
        [block_on("given_name", "surname", "birth_date"), block_on("surname", "zip", "birth_date")],
        [block_on("birth_date"), block_on("zip")],
        0.7,
    ),
    "historical": (
        [
            block_on("given_name", "surname", "birth_date"),
            block_on("substr(given_name, 1, 2)", "surname", "substr(zip, 1, 2)"),
            block_on("birth_date", "zip"),
        ],
        [block_on("given_name", "surname"), block_on("birth_date")],
        0.6,
    ),
    "pc20k": (
        [block_on("sid"), block_on("given_name", "surname", "birth_date")],
        [block_on("birth_date", "surname"), block_on("sid"), block_on("given_name", "surname")],
        0.8,
    ),
}

_BLOCKS: dict[str, list[Any]] = {
    "febrl4": [
        block_on("given_name", "surname"),
        block_on("birth_date"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("zip"),
    ],
    "historical": [
        block_on("substr(given_name, 1, 3)", "substr(surname, 1, 4)"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("zip", "given_name"),
        block_on("zip", "surname"),
        block_on("birth_date", "birth_place"),
        block_on("substr(zip, 1, 3)", "birth_date"),
        block_on("substr(zip, 1, 3)", "given_name"),
        block_on("substr(zip, 1, 3)", "surname"),
        block_on("substr(given_name, 1, 2)", "substr(surname, 1, 2)", "substr(zip, 1, 2)"),
    ],
    "pc20k": [
        block_on("sid"),
        block_on("surname", "birth_date"),
        block_on("given_name", "birth_date"),
        block_on("given_name", "surname"),
        block_on("address", "given_name"),
        block_on("address", "substr(birth_date, 1, 4)"),
    ],
}


def _comparisons(name: str) -> list[Any]:
    names = cl.ForenameSurnameComparison("given_name", "surname").configure(term_frequency_adjustments=True)
    if name == "febrl4":
        return [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1"),
            cl.DamerauLevenshteinAtThresholds("zip", [1, 2]).configure(term_frequency_adjustments=True),
        ]
    if name == "historical":
        return [
            names,
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.PostcodeComparison("zip"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ]
    return [
        names,
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("sid", [1]),
        cl.ExactMatch("middle_name"),
        cl.ExactMatch("sex"),
        cl.JaroWinklerAtThresholds("address", [0.95, 0.85]),
    ]


def settings_of(name: str) -> SettingsCreator:
    """Give the settings of one set."""
    return SettingsCreator(
        link_type="dedupe_only" if name == "historical" else "link_only",
        unique_id_column_name="record_key",
        comparisons=_comparisons(name),
        blocking_rules_to_generate_predictions=_BLOCKS[name],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
