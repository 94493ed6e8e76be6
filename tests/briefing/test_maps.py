import json
import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pcanalytics import briefing, compstat
from pcanalytics.briefing.basemap import basemap
from pcanalytics.briefing.escape import seen
from pcanalytics.briefing.points import map_points
from pcanalytics.briefing.static_map import dot_paths, scale_bar_m
from pcanalytics.errors import UsageError

from . import made_up
from .hostile import HOSTILE, assert_harmless

FRAME = (made_up.WEST - 500, made_up.SOUTH - 500, made_up.WEST + 9_500, made_up.SOUTH + 3_500)


def draw(rows, places=None, **named):
    named = {"as_of": made_up.AS_OF, "groups": made_up.GROUPS, **named}
    return briefing.offense_map(rows, made_up.city() if places is None else places, **named)


def data_of(fragment):
    """What the live map is given beside the still drawing."""
    (script,) = fragment.scripts
    found = re.search(r"briefingMap\.dots\(map_\w+, \"still-\w+\", \[[^\]]*\], JSON\.parse\((\".*\")\)\);", script)
    return json.loads(json.loads(found[1]))


def still_of(fragment):
    return fragment.html[fragment.html.index("static-map") :].split("</svg>")[0]


def dots_of(fragment):
    """Every dot as the page holds it: group, place in meters from the drawing's corner, what it says."""
    data, still = data_of(fragment), still_of(fragment)
    meters = float(re.search(r'data-m="([\d.e-]+)"', still)[1])
    tall = int(re.search(r'viewBox="0 0 \d+ (\d+)"', still)[1])
    paths = re.findall(r'<path id="[\w-]+" d="([^"]*)"', still)
    wide = 3 if "days" in data else 2
    found = []
    for path, (group, _, is_full, values) in zip(paths, data["paths"], strict=True):
        for n, (x, y) in enumerate(re.findall(r"M(\d+) (\d+)h0", path)):
            place = (int(x) * meters, (tall - int(y)) * meters)
            found.append((data["groups"][group], place, bool(is_full), values[n * wide : (n + 1) * wide]))
    return found


def test_only_the_allowed_columns_reach_the_page():
    rows = made_up.offenses().assign(
        person="PLANTED NAME",
        narrative="PLANTED NARRATIVE",
        offense_id="PLANTED ID",
        incident_id=lambda r: "PLANTED " + r.incident_id,
    )
    places = {name: shapes.assign(owner="PLANTED OWNER") for name, shapes in made_up.city().items()}
    fragment = draw(rows, places)
    for rendering in (fragment, fragment.public):
        assert "PLANTED" not in rendering.html + "".join(rendering.scripts) + json.dumps(dict(rendering.tables))
    assert set(data_of(fragment)) == {"groups", "colors", "paths", "days", "places"}
    assert set(data_of(fragment.public)) == {"groups", "colors", "paths", "period"}


def test_drawn_and_not_drawn_make_up_what_the_tables_count():
    rows = made_up.offenses()
    taken_back = rows[rows["occurred_from"] >= made_up.AS_OF - pd.Timedelta(days=20)].head(3)
    rows = pd.concat(
        [
            rows,
            taken_back.assign(count=-1),
            rows.tail(1).assign(incident_id="lone", count=-1, occurred_from=made_up.AS_OF - pd.Timedelta(days=1)),
        ]
    )
    points = map_points(rows, as_of=made_up.AS_OF, groups=made_up.GROUPS, frame=FRAME)
    total = compstat.compare(rows, as_of=made_up.AS_OF, by=[], groups=made_up.GROUPS)
    assert points.counted == total["last_28_days"].iloc[0]
    assert len(points.drawn) + sum(points.not_drawn.values()) == points.counted
    assert points.not_drawn["taken back without the offense they correct"] == -1
    assert {"without coordinates", "at an address that is never listed"} <= set(points.not_drawn)


def test_an_unlisted_address_is_never_drawn():
    rows = made_up.offenses()
    rows["unlisted"] = True
    rows["address"] = "SAFE HOUSE"
    fragment = draw(rows)
    assert "SAFE HOUSE" not in fragment.html + "".join(fragment.scripts)
    assert fragment.facts["drawn"] == 0


def test_the_page_holds_each_dot_once_with_its_own_time_and_address():
    rows = made_up.offenses()
    fragment = draw(rows, district="Harbor")
    ground = basemap(made_up.city(), as_of=made_up.AS_OF, district="Harbor")
    points = map_points(rows, as_of=made_up.AS_OF, groups=made_up.GROUPS, frame=ground.frame).drawn
    data, first = data_of(fragment), made_up.AS_OF - pd.Timedelta(days=28)
    said = sorted(
        (group, first + pd.Timedelta(days=day, minutes=minute), data["places"][place], is_full)
        for group, _, is_full, (day, minute, place) in dots_of(fragment)
    )
    wanted = zip(
        points["group"], points["occurred_from"].dt.floor("min"), points["address"], points["this_week"], strict=True
    )
    assert said == sorted(wanted)
    assert 0 < len(said) == fragment.facts["drawn"] < len(rows)


def test_dots_lie_where_the_offenses_were():
    rows = made_up.offenses()
    fragment = draw(rows, district="Harbor")
    ground = basemap(made_up.city(), as_of=made_up.AS_OF, district="Harbor")
    points = map_points(rows, as_of=made_up.AS_OF, groups=made_up.GROUPS, frame=ground.frame).drawn
    tree = shapely.STRtree(shapely.points(points[["x", "y"]].to_numpy() - ground.frame[:2]))
    places = shapely.points([place for _, place, _, _ in dots_of(fragment)])
    assert shapely.distance(places, tree.geometries[tree.nearest(places)]).max() < 1.0


def test_dots_on_one_spot_show_as_rings():
    drawn = pd.DataFrame({"group": list("ABCDE"), "x": 5.0, "y": 5.0, "this_week": True})
    apart = dot_paths(drawn.assign(x=range(5)))
    assert {path.radius for path in apart} == {6.5}
    assert [path.radius for path in dot_paths(drawn)] == [14.3, 14.3, 11.7, 9.1, 6.5]


def test_the_ground_is_clipped_to_the_district_and_merged():
    whole = basemap(made_up.city(), as_of=made_up.AS_OF)
    part = basemap(made_up.city(), as_of=made_up.AS_OF, district="Harbor")
    assert part.frame == (made_up.WEST - 500, made_up.SOUTH - 500, made_up.WEST + 3_500, made_up.SOUTH + 3_500)
    assert shapely.box(*part.frame).buffer(1).covers(part.streets)
    assert part.streets.length < whole.streets.length / 2
    assert {name for name, *_ in part.labels} == {"001", "002"}


def test_beats_are_drawn_as_in_force():
    places = made_up.city()
    beats = places["beats"].assign(valid_from=pd.NaT, valid_to=pd.NaT)
    beats.loc[0, "valid_to"] = pd.Timestamp("2026-11-01")
    later = beats.iloc[[0]].assign(beat="001A", valid_from=pd.Timestamp("2026-11-01"), valid_to=pd.NaT)
    places["beats"] = pd.concat([beats, later], ignore_index=True)
    now = {name for name, *_ in basemap(places, as_of=made_up.AS_OF, district="Harbor").labels}
    before = {name for name, *_ in basemap(places, as_of=pd.Timestamp("2026-11-01"), district="Harbor").labels}
    assert now == {"001A", "002"}
    assert before == {"001", "002"}


def test_same_inputs_give_the_same_bytes():
    one, two = draw(made_up.offenses()), draw(made_up.offenses())
    assert one == two
    shuffled = draw(made_up.offenses().sample(frac=1, random_state=3))
    assert shuffled == one


def test_two_maps_of_one_page_have_names_of_their_own():
    city, part = draw(made_up.offenses()), draw(made_up.offenses(), district="Harbor")
    names = [set(re.findall(r"map_\w+", fragment.scripts[0])) for fragment in (city, part)]
    assert not names[0] & names[1]
    html = briefing.page([city, part], title="Two maps")
    assert html.count("Leaflet 1.9.4, a JS library") == 1


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_c58_addresses_groups_and_beats_are_text_on_the_map(value):
    rows = made_up.offenses(400).assign(address=value)
    places = made_up.city()
    places["beats"] = places["beats"].assign(beat=value)
    places["districts"] = places["districts"].assign(district=[value, "b", "c"])
    places["beats"]["district"] = value
    fragment = draw(rows, places, groups={value: ["larceny"], "Robbery": ["robbery"]}, district=value)
    html = briefing.page([fragment], title=value)
    assert_harmless(html)
    assert data_of(fragment)["places"] == [seen(value)]
    assert seen(value) in data_of(fragment)["groups"]
    (script,) = fragment.scripts
    assert not {"<", "`", "${", "{{", "{%"} & set(re.findall(r"<|`|\$\{|\{\{|\{%", script))


def test_c74_all_at_one_point_still_shows_the_district():
    rows = made_up.offenses(50).assign(
        x=made_up.WEST + 10, y=made_up.SOUTH + 10, unlisted=False, occurred_from=made_up.AS_OF - pd.Timedelta(days=1)
    )
    fragment = draw(rows, district="Harbor")
    assert fragment.facts["drawn"] == 50
    assert basemap(made_up.city(), as_of=made_up.AS_OF, district="Harbor").area.area == pytest.approx(9e6)


def test_places_may_be_missing():
    only_beats = {"beats": made_up.city()["beats"]}
    assert draw(made_up.offenses(), only_beats, district="Harbor").facts["drawn"] > 0
    assert draw(made_up.offenses(), {"streets": made_up.city()["streets"]}).facts["drawn"] > 0
    assert "No map" in draw(made_up.offenses(), {}).html
    assert "No map" in draw(made_up.offenses(), {"districts": made_up.city()["districts"].iloc[:0]}).html


def test_shapes_in_degrees_are_refused():
    degrees = {name: shapes.to_crs("EPSG:4326") for name, shapes in made_up.city().items()}
    with pytest.raises(UsageError, match="meters"):
        draw(made_up.offenses(), degrees)


def test_a_boundary_of_several_parts_is_drawn():
    places = made_up.city()
    two = shapely.union_all(
        [shapely.box(made_up.WEST, made_up.SOUTH, made_up.WEST + 9, made_up.SOUTH + 9), places["districts"].geometry[2]]
    )
    places["districts"] = gpd.GeoDataFrame({"district": ["Harbor"]}, geometry=[two], crs=made_up.CRS)
    assert draw(made_up.offenses(), places, district="Harbor").facts["drawn"] > 0


@pytest.mark.parametrize(("width", "bar"), [(9_000, 2_000), (1_200, 200), (30_000, 5_000), (60, 10)])
def test_the_scale_bar_is_a_round_number(width, bar):
    assert scale_bar_m(width) == bar


def test_twenty_maps_of_one_page_share_their_scripts():
    rows = made_up.offenses()
    maps = [draw(rows, district=made_up.DISTRICTS[n % 3], days=21 + n) for n in range(20)]
    html = briefing.page(maps, title="Twenty maps")
    assert html.count("Leaflet 1.9.4, a JS library") == 1
    assert html.count("const briefingMap") == 1
    assert len(set(re.findall(r'id="(still-\w+|map_\w+)"', html))) == 40
    assert len(html.encode("utf-8")) <= 1_500_000
