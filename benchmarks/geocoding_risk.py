"""How often each way of finding a place is wrong: the risks stated in `pcanalytics/geocoding/tiers.py`, measured again.

    python benchmarks/geocoding_risk.py [--data ../shared/data] [--folds 5] [--addresses 8000] [--seed 3]

Two cities' streets: San Francisco's centerlines (sides, zips, nodes) and St. Louis as a county layer would have it: TIGER
lines without sides or zips, lower-case names in one string, ranges made of a random half of the recorded addresses.

1. *Missing*: a twentieth of the streets is left out in turn and addresses on them are geocoded. Whatever is placed is
   wrong, but for a place within 500 m (the same road under another name).
2. *Without range*: a tenth of the lines loses its ranges and addresses on them are geocoded: the street is there, the number is not.
3. *Mistaken*: addresses on streets that are there, with a letter wrong, the suffix wrong or left out, the direction left out or
   added. Their true place is known.
4. *Real*: the other half of St. Louis' addresses on those ranges, and on the first half as address points.

The measured risk of a set of ways is the share of its places beyond 500 m when a quarter of all strings that are not found as
written are of missing streets, a quarter of missing ranges, and half are mistaken, each kind of mistake as often. It is a
cautious mix: address files that were looked at had several mistakes for each missing street. Every string is
placed, whatever the risk.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from pcanalytics.geocoding import Reference, build_reference, make_layer
from pcanalytics.geocoding.answers import answer
from pcanalytics.geocoding.matching import prepare
from pcanalytics.geocoding.street_keys import street_keys
from pcanalytics.geocoding.tiers import WAYS, totals

FAR_M = 500.0
KINDS = ("letter", "suffix wrong", "suffix left out", "direction left out", "direction added")
SAN_FRANCISCO = {
    "name": ["STREET"],
    "suffix": ["ST_TYPE"],
    "left_from": ["LF_FADD"],
    "left_to": ["LF_TOADD"],
    "right_from": ["RT_FADD"],
    "right_to": ["RT_TOADD"],
    "from_node": ["F_NODE_CNN"],
    "to_node": ["T_NODE_CNN"],
    "zip": ["ZIP_CODE"],
}
Build = Callable[[set[str]], Reference]


def keys_of(texts: pd.Series) -> np.ndarray:
    return np.array(street_keys(pa.array(texts.astype(str).tolist())).to_pylist(), dtype=object)


def geocoded(written: pd.Series, x: pd.Series, y: pd.Series, reference: Reference) -> pd.DataFrame:
    """Place everything, whatever the risk, and measure how far off it is."""
    found, _ = answer(pa.array(written.tolist()), prepare(reference), most_risk=10.0, threads=2)
    off = np.hypot(found.x - x.to_numpy(), found.y - y.to_numpy())
    kinds = {mask: ways_in_words(mask) for mask in np.unique(found.ways).tolist()}
    frame = {"hit": found.status == 0, "off_m": off, "error_m": found.error_m, "stated": totals(found.ways)[2]}
    return pd.DataFrame(frame | {"ways": [kinds[mask] for mask in found.ways.tolist()]})


def ways_in_words(mask: int) -> str:
    return " + ".join(
        f"{way.respect} {way.way}" for code, way in enumerate(WAYS) if mask >> code & 1 and way.way != "same"
    )


def san_francisco(data: Path) -> Build:
    lines = gpd.read_parquet(data / "geocode" / "sf_streets_2014.parquet")
    keys = keys_of(lines["STREET"].fillna("") + " " + lines["ST_TYPE"].fillna(""))

    def build(gone: set[str]) -> Reference:
        layer = make_layer(lines[~np.isin(keys, list(gone))], kind="streets", columns=SAN_FRANCISCO)
        return build_reference([layer], name="San Francisco", vintage="2014", crs="EPSG:26910")

    return build


def st_louis_addresses(data: Path) -> pd.DataFrame:
    rows = pd.read_parquet(data / "hotspots" / "stl_crimes_2016_2018h1.parquet")
    rows = rows[rows["lon"].notna() & (rows["addr_no"] > 0) & ~rows["street"].str.contains("/")]
    rows = rows.assign(address=rows["addr_no"].astype(int).astype(str) + " " + rows["street"].str.strip())
    rows = rows.drop_duplicates("address").reset_index(drop=True)
    points = gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], crs="EPSG:4326").to_crs("EPSG:26915")
    return rows.assign(x=points.x, y=points.y, key=keys_of(rows["street"]))[
        ["address", "addr_no", "street", "key", "x", "y"]
    ]


def st_louis_lines(data: Path, known: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Cut the roads where they meet and give each piece the range of the known addresses nearest to it."""
    roads = gpd.read_file(data / "hotspots" / "stl_roads_tiger2019.geojson").to_crs("EPSG:26915")
    roads = roads[roads["FULLNAME"].notna()].explode(ignore_index=True)
    cut = shapely.get_parts(shapely.node(shapely.multilinestrings(roads.geometry.to_numpy())))
    middles = shapely.line_interpolate_point(cut, 0.5, normalized=True)
    piece, road = shapely.STRtree(roads.geometry.to_numpy()).query(middles, predicate="dwithin", distance=0.05)
    lines = gpd.GeoDataFrame({"street": roads["FULLNAME"].to_numpy()[road]}, geometry=cut[piece], crs="EPSG:26915")
    lines = lines.drop_duplicates(["street", "geometry"]).reset_index(drop=True)
    lines["key"] = keys_of(lines["street"])
    low, high = np.full(len(lines), np.nan), np.full(len(lines), np.nan)
    positions = lines.groupby("key").indices
    for key, rows in known.groupby("key"):
        if key in positions:
            these = positions[key]
            tree = shapely.STRtree(lines.geometry.to_numpy()[these])
            nearest, away = tree.query_nearest(
                shapely.points(rows["x"], rows["y"]), return_distance=True, all_matches=False
            )
            address, line = nearest[:, away < 80]
            numbers = rows["addr_no"].to_numpy()[address]
            np.fmin.at(low, these[line], numbers)
            np.fmax.at(high, these[line], numbers)
    whole = (low // 100 == high // 100) & (rng.random(len(lines)) < 0.7)  # most ranges are the whole hundred
    lines["low"], lines["high"] = np.where(whole, low // 100 * 100, low), np.where(whole, low // 100 * 100 + 99, high)
    return lines.assign(street=lines["street"].str.lower()).astype({"low": "Int64", "high": "Int64"})


def st_louis(lines: gpd.GeoDataFrame) -> Build:
    def build(gone: set[str]) -> Reference:
        columns = {"street": ["street"], "from": ["low"], "to": ["high"]}
        layer = make_layer(lines[~lines["key"].isin(gone)], kind="streets", columns=columns)
        return build_reference([layer], name="St. Louis", vintage="2019", crs="EPSG:26915")

    return build


def on_ranges(reference: Reference, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw addresses on the ranges of a reference, with their place."""
    numbers = prepare(reference).numbers.ranges
    one = rng.integers(0, len(numbers.low), count)
    number = numbers.low[one] + rng.integers(0, 1000, count) % (numbers.high[one] - numbers.low[one] + 1) // 2 * 2
    x, y = numbers.position(one, number.astype(float))
    key = reference.streets["street"].to_numpy(zero_copy_only=False)[numbers.street[one]]
    return pd.DataFrame({"number": number, "key": key, "x": x, "y": y, "segment": numbers.segment[one]})


def on_missing_streets(build: Build, folds: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    full = build(set())
    drawn = on_ranges(full, 3 * count, rng)
    keys = full.streets["street"].to_pylist()
    fold = dict(zip(keys, rng.integers(0, 20, len(keys)), strict=True))
    parts = []
    for one in range(folds):
        rows = drawn[drawn["key"].map(fold) == one]
        gone = {key for key, where in fold.items() if where == one}
        written = rows["number"].astype(str) + " " + rows["key"].str.replace("|", " ").str.strip()
        parts.append(geocoded(written, rows["x"], rows["y"], build(gone)).assign(kind="missing"))
    return pd.concat(parts)


def on_missing_ranges(full: Reference, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Take the ranges from a tenth of the lines and look for addresses on them."""
    drawn = on_ranges(full, 10 * count, rng)
    lost = pa.array(np.flatnonzero(rng.random(full.segments.num_rows) < 0.1), pa.int32())
    gone = pc.is_in(full.ranges["segment_id"], value_set=lost)
    tables = full.tables()
    tables["ranges"] = full.ranges.filter(pc.invert(gone))
    kept = pc.is_in(full.pieces["range_id"], value_set=tables["ranges"]["range_id"].combine_chunks())
    tables["pieces"] = full.pieces.filter(kept)
    reference = Reference.from_tables(tables, name=full.name, vintage=full.vintage, crs=full.crs)
    rows = drawn[np.isin(drawn["segment"], lost.to_numpy())]
    written = rows["number"].astype(str) + " " + rows["key"].str.replace("|", " ").str.strip()
    return geocoded(written, rows["x"], rows["y"], reference).assign(kind="without range")


def mistaken(row: tuple, kind: str, rng: np.random.Generator) -> str | None:
    """Write an address with one mistake; nothing when there is nothing to mistake."""
    before, name, suffix, after = row.key.split("|")
    if kind == "letter":
        name = with_a_letter_wrong(name, rng)
    elif kind == "suffix wrong" and suffix:
        suffix = str(rng.choice(["ST", "AVE", "RD", "DR", "LN", "CT", "PL", "BLVD"]))
    elif kind == "suffix left out" and suffix:
        suffix = ""
    elif kind == "direction left out" and before + after:
        before = after = ""
    elif kind == "direction added" and not before + after:
        before = str(rng.choice(["N", "S", "E", "W"]))
    else:
        return None
    return " ".join([str(row.number), *(part for part in (before, name, suffix, after) if part)]) if name else None


def with_a_letter_wrong(name: str, rng: np.random.Generator) -> str:
    """Leave a letter out, put one in, change one, or swap two, in the longest word."""
    words = name.split(" ")
    which = max(range(len(words)), key=lambda at: len(words[at]))
    word = words[which]
    if len(word) < 4:
        return ""
    at, letter = int(rng.integers(0, len(word) - 1)), chr(65 + int(rng.integers(0, 26)))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    changed = word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + word[at + 1 :], swapped
    words[which] = changed[int(rng.integers(0, 4))]
    return " ".join(words) if words[which] != word else ""


def with_mistakes(reference: Reference, count: int, rng: np.random.Generator) -> pd.DataFrame:
    drawn = on_ranges(reference, count, rng)
    parts = []
    for kind in KINDS:
        written = [mistaken(row, kind, rng) for row in drawn.itertuples()]
        rows = drawn.assign(written=written).dropna(subset="written")
        if len(rows):
            parts.append(geocoded(rows["written"], rows["x"], rows["y"], reference).assign(kind=kind))
    return pd.concat(parts)


def risks(found: pd.DataFrame) -> pd.DataFrame:
    """Measure each set of ways under the mix."""
    share = found["kind"].map({"missing": 0.25, "without range": 0.25}).fillna(0.5 / len(KINDS))
    hit = found.assign(weight=share / found.groupby("kind")["hit"].transform("size"), wrong=found["off_m"] > FAR_M)
    hit = hit[hit["hit"]]
    grouped = hit.assign(bad=hit["wrong"] * hit["weight"]).groupby("ways")
    table = grouped.agg(
        places=("hit", "size"), stated=("stated", "first"), bad=("bad", "sum"), weight=("weight", "sum")
    )
    return table.assign(measured=table["bad"] / table["weight"])[["places", "stated", "measured"]]


def show_real(name: str, found: pd.DataFrame) -> None:
    kept = found["hit"] & (found["stated"] <= 0.05)
    hit = found[kept]
    print(
        f"\n{name}: {len(found):,} addresses, {kept.mean():.1%} hit, {(hit['off_m'] > FAR_M).mean():.2%} beyond 500 m, ",
        end="",
    )
    print(f"median {hit['off_m'].median():.0f} m, nine in ten within {hit['off_m'].quantile(0.9):.0f} m")
    hit = hit.assign(far=hit["off_m"] > FAR_M, within=hit["off_m"] <= hit["error_m"])
    table = hit.groupby("ways").agg(
        places=("far", "size"), stated=("stated", "first"), far=("far", "mean"), within=("within", "mean")
    )
    print(table[table["places"] >= 20].sort_values("places", ascending=False).round(3).to_string())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--folds", type=int, default=5)
    options.add_argument("--addresses", type=int, default=8000)
    options.add_argument("--seed", type=int, default=3)
    args = options.parse_args()
    rng = np.random.default_rng(args.seed)
    addresses = st_louis_addresses(args.data)
    known = rng.random(len(addresses)) < 0.5
    lines = st_louis_lines(args.data, addresses[known], rng)
    found = []
    for build in (san_francisco(args.data), st_louis(lines)):
        found.append(on_missing_streets(build, args.folds, args.addresses, rng))
        found.append(on_missing_ranges(build(set()), args.addresses, rng))
        found.append(with_mistakes(build(set()), args.addresses, rng))
    together = pd.concat(found)
    print("Placed of each kind of string, and wrong, before anything is refused:")
    placed = together.assign(wrong=together["hit"] & (together["off_m"] > FAR_M)).groupby("kind")
    print(placed.agg(strings=("hit", "size"), placed=("hit", "mean"), wrong=("wrong", "mean")).round(4).to_string())
    table = risks(together)
    print("\nRisk of each set of ways, stated and measured:")
    print(table[table["places"] >= 10].sort_values("places", ascending=False).round(4).to_string())
    rest = addresses[~known]
    show_real("St. Louis, on ranges", geocoded(rest["address"], rest["x"], rest["y"], st_louis(lines)(set())))
    half = addresses[known]
    points = gpd.GeoDataFrame(
        {"number": half["addr_no"].astype(str), "street": half["street"]},
        geometry=gpd.points_from_xy(half["x"], half["y"]),
        crs="EPSG:26915",
    )
    layer = make_layer(points, kind="points", columns={"number": ["number"], "street": ["street"]})
    reference = build_reference([layer], name="St. Louis", vintage="2018", crs="EPSG:26915")
    show_real("St. Louis, on address points", geocoded(rest["address"], rest["x"], rest["y"], reference))


if __name__ == "__main__":
    main()
