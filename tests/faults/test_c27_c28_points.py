"""C-27 and C-28: points that cannot be right are held with a reason; a pile of people at one spot is flagged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from pcanalytics.errors import UsageError
from pcanalytics.geocoding.institutions import SPOT_FLAGS, flag_points, pile_ups
from pcanalytics.geocoding.point_checks import POINT_REASONS, check_points, count_reasons
from pcanalytics.spatial import transform

CRS = "EPSG:26915"  # UTM 15 north; the town lies around its central meridian
TOWN = shapely.box(490_000, 4_640_000, 510_000, 4_660_000)
DEGREES = shapely.box(-93.12, 41.9, -92.88, 42.1)


def _town(count: int = 1000) -> pd.DataFrame:
    rng = np.random.default_rng(27)
    return pd.DataFrame({"x": rng.uniform(490_000, 510_000, count), "y": rng.uniform(4_640_000, 4_660_000, count)})


def _moved(points: pd.DataFrame, target: str) -> pd.DataFrame:
    x, y = pyproj.Transformer.from_crs(CRS, target, always_xy=True).transform(points["x"], points["y"])
    return pd.DataFrame({"x": x, "y": y}, index=points.index)


def _reasons(points: pd.DataFrame) -> list[object]:
    return check_points(points, crs=CRS, extent=TOWN).astype("object").unique().tolist()


def test_c27_right_points_stand():
    assert check_points(_town(), crs=CRS, extent=TOWN).isna().all()
    near = pd.DataFrame({"x": [488_500.0, 487_500.0], "y": [4_650_000.0] * 2})
    assert check_points(near, crs=CRS, extent=TOWN).isna().tolist() == [True, False], "2 km beyond the border stand"


def test_c27_swapped():
    town = _town()
    assert _reasons(pd.DataFrame({"x": town["y"], "y": town["x"]})) == ["swapped"]


def test_c27_swapped_degrees():
    town = _moved(_town(), "EPSG:4326")
    assert check_points(town, crs="EPSG:4326", extent=DEGREES).isna().all()
    swapped = pd.DataFrame({"x": town["y"], "y": town["x"]})
    assert check_points(swapped, crs="EPSG:4326", extent=DEGREES).unique().tolist() == ["swapped"]
    unsigned = town.assign(x=-town["x"])
    assert check_points(unsigned, crs="EPSG:4326", extent=DEGREES).unique().tolist() == ["lost_sign"]


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.0, 4_650_000.0), (500_000.0, 0.0), (-0.0, 0.0)])
def test_c27_zero(x, y):
    assert _reasons(pd.DataFrame({"x": [x], "y": [y]})) == ["zero"]


@pytest.mark.parametrize(("x", "y"), [(np.nan, 4_650_000.0), (500_000.0, None), (np.inf, 4_650_000.0), (None, None)])
def test_c27_no_coordinates(x, y):
    assert _reasons(pd.DataFrame({"x": [x], "y": [y]}, dtype="Float64")) == ["no_coordinates"]


def test_c27_degrees_in_x_and_y():
    town = _moved(_town(), "EPSG:4326")
    assert _reasons(town) == ["degrees"]
    assert _reasons(pd.DataFrame({"x": town["y"], "y": town["x"]})) == ["degrees"]
    assert _reasons(town.assign(x=-town["x"])) == ["degrees"], "and their sign lost"


@pytest.mark.parametrize("foot", [0.3048, 1200 / 3937])
def test_c27_feet_for_meters(foot):
    assert _reasons(_town() / foot) == ["feet"]


@pytest.mark.parametrize("system", ["EPSG:3857", "EPSG:26914", "EPSG:26916"])
def test_c27_other_system(system):
    assert _reasons(_moved(_town(), system)) == ["other_system"]


def test_c27_outside():
    elsewhere = pd.DataFrame({"x": [900_000.0, 12.0, 1e300], "y": [4_650_000.0, 5e6, -1e300]})
    assert _reasons(elsewhere) == ["outside"]


def test_c27_held_and_counted_and_never_moved():
    town = _town(100)
    town.loc[40:49] = 0.0
    town.loc[50:54, ["x", "y"]] = town.loc[50:54, ["y", "x"]].to_numpy()
    town.loc[55, "x"] = np.nan
    town.index = town.index + 7000
    before = town.copy()
    reasons = check_points(town, crs=CRS, extent=TOWN)
    assert reasons.index.equals(town.index)
    pd.testing.assert_frame_equal(town, before)
    counted = count_reasons(reasons)
    assert counted[["reason", "rows", "share"]].values.tolist() == [
        ["zero", 10, 0.1],
        ["swapped", 5, 0.05],
        ["no_coordinates", 1, 0.01],
    ]
    assert counted["meaning"].tolist() == [POINT_REASONS[reason] for reason in counted["reason"]]
    assert int(reasons.isna().sum()) + int(counted["rows"].sum()) == len(town)
    assert count_reasons(check_points(town.iloc[:10], crs=CRS, extent=TOWN)).empty
    assert len(check_points(town.iloc[:0], crs=CRS, extent=TOWN)) == 0


def test_c27_wrong_use():
    with pytest.raises(UsageError, match="is in US survey foot. Give one in meters or degrees"):
        check_points(_town(3), crs="EPSG:2227", extent=TOWN)
    with pytest.raises(UsageError, match="The extent has no area"):
        check_points(_town(3), crs=CRS, extent=shapely.Polygon())


# --------------------------------------------------------------------------------------------- C-28


def _homes(count: int = 3000) -> pd.DataFrame:
    """Ordinary homes with 1 to 6 people each, and two apartment houses with 24."""
    rng = np.random.default_rng(28)
    sizes = np.concatenate([rng.integers(1, 7, count), [24, 24]])
    spot = np.repeat(np.arange(count + 2), sizes)
    return pd.DataFrame(
        {
            "x": 490_000.0 + 30 * (spot % 50),
            "y": 4_640_000.0 + 30 * (spot // 50),
            "doc_id": [f"D{n}" for n in range(len(spot))],
            "matched_as": [f"{one} OAK ST" for one in spot],
        }
    )


def _at(count: int, x: float, y: float, *, streets: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": x,
            "y": y,
            "doc_id": [f"S{x:.0f}-{n}" for n in range(count)],
            "matched_as": [f"{n % streets} ELM ST" for n in range(count)],
        }
    )


PLACES = pd.DataFrame(
    {
        "x": [495_030.0, 480_000.0, 490_300.0, None],
        "y": [4_655_000.0, 4_630_000.0, 4_640_300.0, None],
        "written": ["County Jail", "Far Prison", "City Hall", "Nowhere Jail"],
        "is_institution": [True, True, False, True],
    }
)


def test_c28_four_hundred_people_at_one_shelter():
    people = pd.concat([_homes(), _at(400, 500_000, 4_650_000)], ignore_index=True)
    spots = pile_ups(people, who="doc_id", places=PLACES)
    assert spots[["x", "y", "people", "flag"]].values.tolist() == [[500_000.0, 4_650_000.0, 400, "pile_up"]]
    assert spots["usual_most"].tolist() == [6], "and two apartment houses of 24 are not flagged"
    flags = flag_points(people, spots)
    assert flags.index.equals(people.index)
    assert flags.value_counts()["pile_up"] == 400
    assert len(people) == len(flags), "nothing is dropped"


def test_c28_known_institution_is_named():
    people = pd.concat([_homes(), _at(400, 495_000, 4_655_000), _at(1, 495_010, 4_655_010)], ignore_index=True)
    spots = pile_ups(people, who="doc_id", places=PLACES)
    assert spots["flag"].tolist() == ["institution"] * 2, "whatever it holds"
    assert spots["place"].tolist() == ["County Jail"] * 2
    assert pile_ups(people, who="doc_id", places=PLACES, within_m=10)["place"].isna().all()


def test_c28_point_that_stands_for_not_found():
    people = pd.concat([_homes(), _at(400, 500_000, 4_650_000, streets=150)], ignore_index=True)
    [flag] = pile_ups(people, who="doc_id", written="matched_as")["flag"]
    assert flag == "default_point"


def test_c28_default_point_of_few_records():
    people = pd.concat([_homes(), _at(7, 500_000, 4_650_000, streets=7)], ignore_index=True)
    assert pile_ups(people, who="doc_id", written="matched_as")["flag"].tolist() == ["default_point"]
    assert pile_ups(people, who="doc_id").empty


def test_c28_default_points_in_a_real_file(shared_data):
    """A city's file of businesses, in which the middle of a zip code stands for addresses that were not found."""
    rows = pd.read_csv(shared_data("geocode") / "sf_business_addresses_dev.csv.gz", dtype=str)
    rows = rows[rows["longitude"].notna()]
    x, y = transform(rows["longitude"].astype(float), rows["latitude"].astype(float), "EPSG:4326", "EPSG:32610")
    street = rows["address"].str.upper().str.extract(r"^\s*(\d+ +\S+)")[0].fillna(rows["address"])
    spots = pile_ups(rows.assign(x=x, y=y, street=street), written="street")
    assert spots["flag"].astype(str).unique().tolist() == ["default_point"]
    assert 3 <= len(spots) <= 10
    assert spots["records"].sum() / len(rows) < 0.05


def test_c28_hall_of_justice_in_real_incidents(shared_data):
    """In San Francisco's incidents of 2012 the block of the courts, the jail and police headquarters stands out."""
    rows = pd.read_csv(shared_data("geocode") / "sf_incidents_2012_dev.csv.gz", dtype=str)
    x, y = transform(rows["lon"].astype(float), rows["lat"].astype(float), "EPSG:4326", "EPSG:32610")
    spots = pile_ups(rows.assign(x=x, y=y), written="address")
    flagged = flag_points(rows.assign(x=x, y=y), spots)
    largest = rows.loc[(x - spots["x"].iloc[0]).abs().lt(1) & (y - spots["y"].iloc[0]).abs().lt(1), "address"]
    assert largest.unique().tolist() == ["800 Block of BRYANT ST"]
    assert len(spots) <= 5
    assert flagged.notna().mean() < 0.03


def test_c28_one_family_is_no_pile_up_of_people():
    family = _at(200, 500_000, 4_650_000).assign(doc_id="ONE")
    people = pd.concat([_homes(), family], ignore_index=True)
    assert pile_ups(people, who="doc_id").empty
    assert pile_ups(people)["records"].tolist() == [200]


def test_c28_rounding_in_the_source_makes_no_new_spot():
    shelter = _at(400, 500_000, 4_650_000)
    shelter["x"] += np.resize([-0.04, 0.0, 0.04], 400)
    spots = pile_ups(pd.concat([_homes(), shelter], ignore_index=True), who="doc_id")
    assert spots["people"].tolist() == [400]


def test_c28_few_points_and_none():
    assert pile_ups(_homes().iloc[:0], who="doc_id").empty
    assert pile_ups(_at(19, 5, 5), who="doc_id").empty
    assert pile_ups(_at(20, 5, 5), who="doc_id")["flag"].tolist() == ["pile_up"]
    missing = _at(3, 5, 5).assign(x=np.nan)
    assert flag_points(missing, pile_ups(_at(20, 5, 5), who="doc_id")).isna().all()


def test_c28_order_does_not_matter():
    people = pd.concat([_homes(), _at(400, 500_000, 4_650_000), _at(90, 495_000, 4_655_000)], ignore_index=True)
    mixed = people.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        pile_ups(people, who="doc_id", places=PLACES), pile_ups(mixed, who="doc_id", places=PLACES)
    )


def test_c28_wrong_use():
    with pytest.raises(UsageError, match="have no column 'doc'"):
        pile_ups(_homes(), who="doc")
    assert set(SPOT_FLAGS) == {"institution", "default_point", "pile_up"}
