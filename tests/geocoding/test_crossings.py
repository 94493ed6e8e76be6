"""Streets cross where the file's nodes say, where ends meet, or where lines do, as the file is drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pcanalytics.geocoding.crossings import cross_streets, nodes_at_ends, nodes_by_id


def lines(*drawn):
    return np.array([shapely.LineString(one) for one in drawn])


def crossings(drawn, names=None):
    names = range(len(drawn)) if names is None else names
    streets = pd.DataFrame({"line": range(len(drawn)), "street_id": list(names)})
    return cross_streets(nodes_at_ends(drawn, name="roads"), streets)


def pairs(found):
    return found[["street_a", "street_b"]].values.tolist()


def test_ends_that_nearly_meet_are_one_node():
    found = crossings(lines([(0, 0), (100, 0)], [(100.4, 0.3), (200, 0)], [(100, -0.4), (100, -90)]))
    assert pairs(found) == [[0, 1], [0, 2], [1, 2]]
    assert found["node"].nunique() == 1


def test_ends_farther_apart_do_not_meet():
    assert len(crossings(lines([(0, 0), (100, 0)], [(103, 0), (200, 0)]))) == 0


def test_an_end_on_another_line_meets_it():
    assert pairs(crossings(lines([(0, 0), (100, 0)], [(50, 0), (50, 80)]))) == [[0, 1]]


def test_overpass_is_no_crossing_where_the_layer_has_nodes():
    grid = [[(x, y), (x + 100, y)] for x in (0, 100) for y in (0, 100)]
    grid += [[(x, 0), (x, 100)] for x in (0, 100, 200)]
    highway = [(-50, 50), (250, 50)]  # over the three streets that run north
    found = crossings(lines(*grid, highway), [1, 2, 1, 2, 3, 4, 5, 9])
    assert 9 not in found["street_b"].tolist()
    assert [1, 3] in pairs(found)


def test_layer_drawn_without_nodes_crosses_where_lines_do():
    drawn = lines([(0, 10), (100, 10)], [(0, 50), (100, 50)], [(20, 0), (20, 90)], [(70, 0), (70, 90)])
    nodes = nodes_at_ends(drawn, name="roads")
    found = cross_streets(nodes, pd.DataFrame({"line": range(4), "street_id": range(4)}))
    assert pairs(found) == [[0, 2], [0, 3], [1, 2], [1, 3]]
    assert found[["x", "y"]].values.tolist() == [[20, 10], [70, 10], [20, 50], [70, 50]]
    assert nodes.notes[0].code == "not_noded"


def test_divided_street_crosses_twice():
    drawn = lines([(0, 0), (0, 50)], [(0, 50), (0, 70)], [(0, 50), (90, 50)], [(90, 70), (0, 70)])
    found = crossings(drawn, [1, 1, 2, 2])
    assert pairs(found) == [[1, 2], [1, 2]]
    assert sorted(found["y"]) == [50, 70]


def test_two_names_of_the_same_lines_do_not_cross():
    drawn = lines([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(100, 0), (100, 90)])
    nodes = nodes_at_ends(drawn, name="roads")
    streets = pd.DataFrame({"line": [0, 0, 1, 1, 2], "street_id": [1, 2, 1, 2, 3]})
    assert pairs(cross_streets(nodes, streets)) == [[1, 3], [2, 3]]


def test_name_that_changes_at_a_node_crosses_there():
    assert pairs(crossings(lines([(0, 0), (100, 0)], [(100, 0), (200, 0)]), [1, 2])) == [[1, 2]]


def test_node_ids_that_hold_are_used():
    drawn = lines([(0, 0), (100, 0)], [(103, 0), (200, 0)])
    nodes = nodes_by_id(drawn, pd.Series(["11", "22"]), pd.Series(["22", "33"]), name="roads")
    assert (nodes.end[0], nodes.start[1]) == (22, 22)


def test_node_ids_in_words_are_numbered():
    nodes = nodes_by_id(lines([(0, 0), (9, 0)]), pd.Series(["N2"]), pd.Series(["N1"]), name="roads")
    assert (nodes.start.tolist(), nodes.end.tolist()) == ([1], [0])


def test_node_ids_that_are_missing_or_far_apart_are_refused():
    drawn = lines([(0, 0), (100, 0)], [(900, 0), (950, 0)])
    assert nodes_by_id(drawn, pd.Series(["1", ""]), pd.Series(["2", "3"]), name="roads") is None
    assert nodes_by_id(drawn, pd.Series(["1", "2"]), pd.Series(["2", "3"]), name="roads") is None


def test_real_city_meets_at_the_same_places_by_ids_and_by_shapes(shared_data):
    city = gpd.read_parquet(shared_data("geocode") / "sf_streets_2014.parquet").to_crs("EPSG:32610")
    drawn = np.asarray(city.geometry.values)
    streets = pd.DataFrame({"line": range(len(city)), "street_id": city["STREETNAME"].astype("category").cat.codes})
    given = nodes_by_id(drawn, city["F_NODE_CNN"].astype("str"), city["T_NODE_CNN"].astype("str"), name="city")
    found = nodes_at_ends(drawn, name="city")
    by_id, by_shape = (
        set(cross_streets(nodes, streets)[["street_a", "street_b"]].itertuples(index=False, name=None))
        for nodes in (given, found)
    )
    assert found.notes == ()
    assert len(by_id & by_shape) / len(by_id) > 0.998
    assert len(by_shape - by_id) / len(by_id) < 0.01
