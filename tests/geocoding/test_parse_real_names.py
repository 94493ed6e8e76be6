"""Street names and addresses that are real: almost every one is read as those who labeled or built them say."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pandas as pd
import pyarrow as pa

from pcanalytics.geocoding.parsing import parse
from pcanalytics.geocoding.street_keys import street_keys


def test_crossings_of_a_large_city_are_two_streets(shared_data):
    """Of 24,048 crossings of Chicago only those of expressway ramps (``… ST NB ER``) are read otherwise."""
    corners = pd.read_csv(shared_data("geocode/chicago_intersections.csv.gz"))
    read = parse(pa.array(corners["intersection"])).select(["form", "street", "cross"]).to_pandas().astype("object")
    streets = [street_keys(pa.array(corners[column])).to_pylist() for column in ("street_1", "street_2")]
    right = (read["form"] == "intersection") & (read["street"] == streets[0]) & (read["cross"] == streets[1])
    assert right.mean() > 0.998


def test_labeled_addresses_of_all_states_are_read_as_labeled(shared_data):
    """Labels of usaddress, its test of addresses from fifty states: number and street agree for at least 98 %."""
    path = shared_data("geocode/usaddress_measure_performance_test_data_us50_test_tagged.xml")
    texts, numbers, streets = [], [], []
    for address in ElementTree.parse(path).getroot():
        parts = [(part.tag, (part.text or "").strip(" ,")) for part in address]
        number = " ".join(text for tag, text in parts if tag == "AddressNumber")
        street = " ".join(text for tag, text in parts if tag.startswith("StreetName"))
        if number.isdigit() and street:
            texts.append(" ".join("".join(address.itertext()).split()))
            numbers.append(int(number))
            streets.append(street)
    read = parse(pa.array(texts)).to_pylist()
    keys = street_keys(pa.array(streets)).to_pylist()
    right = [row["number"] == n and row["street"] == key for row, n, key in zip(read, numbers, keys, strict=True)]
    assert len(right) > 500
    assert sum(right) / len(right) > 0.98


def test_police_locations_are_blocks_and_crossings(shared_data):
    incidents = pd.read_csv(shared_data("geocode/sf_incidents_2012_dev.csv.gz"))
    written = incidents["address"].drop_duplicates()
    read = parse(pa.array(written))
    is_block = written.str.contains(" Block of ").to_numpy()
    assert (read["form"].to_pandas() == pd.Series(is_block).map({True: "block", False: "intersection"})).all()
    assert read["street"].null_count == 0
