"""Parsing held against labels that others made: usaddress's addresses part by part, and Chicago's names of crossings.

The floors are what was measured, rounded down; a lower figure means that a change to the grammar lost something.
"""

from __future__ import annotations

import csv
import gzip
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from pcanalytics.geocoding.parsing import Known, parse
from pcanalytics.geocoding.street_keys import place_key, street_keys

#: The labels that make a street's name, in the order of writing.
STREET = (
    "StreetNamePreModifier",
    "StreetNamePreDirectional",
    "StreetNamePreType",
    "StreetName",
    "StreetNamePostModifier",
    "StreetNamePostType",
    "StreetNamePostDirectional",
)
NUMBER = ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix")


@dataclass(frozen=True)
class Labeled:
    """One address with its labels."""

    text: str
    parts: tuple[tuple[str, str], ...]

    def has(self, label: str) -> bool:
        return any(one == label for one, _ in self.parts)

    def join(self, *labels: str) -> str:
        return " ".join(text.strip(" ,.;") for label, text in self.parts if label in labels)


def _read(path: Path) -> list[Labeled]:
    rows = []
    for address in ET.parse(path).getroot():
        text = "".join((part.text or "") + (part.tail or "") for part in address)
        rows.append(Labeled(text.strip(), tuple((part.tag, part.text or "") for part in address)))
    return rows


def _parsed(rows: list[Labeled]) -> list[dict[str, object]]:
    cities = frozenset(place_key(city) for row in rows if (city := row.join("PlaceName")))
    return parse(pa.array([row.text for row in rows]), known=Known(localities=cities)).to_pylist()


def _plain(number: object) -> str:
    return str(number or "").upper().replace(" ", "").replace("-", "").lstrip("0")


@pytest.mark.parametrize(
    ("name", "numbers", "streets"),
    [
        ("usaddress_measure_performance_test_data_us50_test_tagged.xml", 0.99, 0.98),
        ("usaddress_training_labeled.xml", 0.88, 0.79),
        ("usaddress_measure_performance_test_data_labeled.xml", 0.94, 0.86),
    ],
)
def test_numbers_and_streets_of_labeled_addresses(shared_data, name, numbers, streets):
    rows = [row for row in _read(shared_data("geocode") / name) if not row.has("IntersectionSeparator")]
    found = _parsed(rows)
    pairs = [
        (row, one) for row, one in zip(rows, found, strict=True) if row.has("AddressNumber") and row.has("StreetName")
    ]
    keys = street_keys(pa.array([row.join(*STREET).replace(",", "") for row, _ in pairs])).to_pylist()
    right_number = [_plain(one["number_text"]) == _plain(row.join(*NUMBER)) for row, one in pairs]
    right_street = [one["street"] == key for (_, one), key in zip(pairs, keys, strict=True)]
    assert sum(right_number) / len(pairs) >= numbers
    assert sum(right_street) / len(pairs) >= streets


def test_boxes_of_labeled_addresses(shared_data):
    rows = [
        row
        for path in sorted(shared_data("geocode").glob("usaddress_*.xml"))
        for row in _read(path)
        if row.has("USPSBoxID") and not row.has("AddressNumber")
    ]
    reasons = [one["reason"] for one in _parsed(rows)]
    assert len(reasons) > 150
    assert sum(reason in ("po_box", "rural_route") for reason in reasons) / len(reasons) >= 0.98


def test_chicago_s_names_of_crossings(shared_data):
    with gzip.open(shared_data("geocode") / "chicago_intersections.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = parse(pa.array([row["intersection"] for row in rows]))
    streets = [street_keys(pa.array([row[name] for row in rows])).to_pylist() for name in ("street_1", "street_2")]
    names = zip(
        found["form"].to_pylist(), found["street"].to_pylist(), found["cross"].to_pylist(), *streets, strict=True
    )
    right = [form == "intersection" and {street, cross} == {one, two} for form, street, cross, one, two in names]
    assert len(rows) == 24_048
    assert sum(right) / len(rows) >= 0.998


def test_labels_are_read_as_they_stand(tmp_path):
    (tmp_path / "a.xml").write_text(
        "<C><A><AddressNumber>12</AddressNumber> <StreetName>Oak</StreetName> <StreetNamePostType>St,</StreetNamePostType></A></C>",
        encoding="utf-8",
    )
    [row] = _read(tmp_path / "a.xml")
    assert row.text == "12 Oak St,"
    assert row.join(*STREET) == "Oak St"
