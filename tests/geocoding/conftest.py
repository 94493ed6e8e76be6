"""A town of a few streets, written down by hand, so that every answer is known.

::

    y  600 |
       520 |---- GRAND BLVD (two roadways, y 500 and 520) ------
       500 |----------------------------------------------------
       400 |  BLACK & DECKER RD
       300 |  5TH ST (also MARTIN LUTHER KING JR BLVD)
       200 |  OAK ST                    OAK AVE is x 200
       100 |  5TH AVE
         0 |  W BROADWAY  | E BROADWAY       N MAIN ST is x 0, up; S MAIN ST is x 0, down

x and y are meters from the corner of MAIN ST and BROADWAY. Zips: 50001 west of x 200, 50002 from there on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pytest

from pcanalytics.geocoding.reference import TABLE_SCHEMAS, Reference

#: Where x 0, y 0 of the town lies in EPSG:26915: longitude -93, latitude 42 or so.
ORIGIN = (500000.0, 4650000.0)
CRS = "EPSG:26915"

#: Canonical street keys.
N_MAIN, S_MAIN = "N|MAIN|ST|", "S|MAIN|ST|"
E_BROADWAY, W_BROADWAY = "E|BROADWAY||", "W|BROADWAY||"
FIFTH_AVE, FIFTH_ST, KING = "|5TH|AVE|", "|5TH|ST|", "|MARTIN LUTHER KING JR|BLVD|"
OAK_ST, OAK_AVE = "|OAK|ST|", "|OAK|AVE|"
GRAND, BLACK_DECKER, RIVER, ELM, PARK = "|GRAND|BLVD|", "|BLACK AND DECKER|RD|", "|RIVER|RD|", "|ELM|ST|", "|PARK|ST|"
I_35, US_61 = "|I 35||", "|US HWY 61||"

Bounds = tuple[int, int] | None


@dataclass
class Town:
    """Collects rows of the reference's tables, one obvious step at a time."""

    rows: dict[str, list[tuple]] = field(default_factory=lambda: {name: [] for name in TABLE_SCHEMAS})
    ids: dict[str, int] = field(default_factory=dict)
    nodes: dict[tuple[float, float], int] = field(default_factory=dict)
    met: dict[int, dict[int, set[int]]] = field(default_factory=dict)  # node -> street -> lines
    segments: int = 0

    def street(self, key: str, written: str, *, is_route: bool = False) -> int:
        if key not in self.ids:
            self.ids[key] = len(self.ids)
            self.rows["streets"].append((self.ids[key], key, written, is_route))
        return self.ids[key]

    def node(self, x: float, y: float) -> int:
        return self.nodes.setdefault((x, y), 1000 + len(self.nodes))

    def block(self, names, start, end, left: Bounds = None, right: Bounds = None, *, oriented=True, both=False):
        """One straight line from start to end; a range may descend along it."""
        (x0, y0), (x1, y1) = start, end
        ends = (self.node(x0, y0), self.node(x1, y1))
        here, self.segments = self.segments, self.segments + 1
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        middle = ((x0 + x1) / 2 + ORIGIN[0], (y0 + y1) / 2 + ORIGIN[1])
        zone = "50002" if (x0 + x1) / 2 >= 200 else "50001"
        moved = (x0 + ORIGIN[0], y0 + ORIGIN[1], x1 + ORIGIN[0], y1 + ORIGIN[1])
        self.rows["lines"].append((here, *moved, 0.0))
        for name in names:
            street = self.ids[name]
            for node in ends:
                self.met.setdefault(node, {}).setdefault(street, set()).add(here)
            self.rows["segments"].append((here, street, *ends, length, *middle, zone))
            for side, bounds in (("L", left), ("R", right)):
                if bounds is None:
                    continue
                low, high = sorted(bounds)
                line = moved if bounds[0] <= bounds[1] else moved[2:] + moved[:2]
                number = len(self.rows["ranges"])
                parity = 2 if both else low % 2
                shown = "" if both else side
                self.rows["ranges"].append((number, street, here, low, high, parity, shown, zone, "", oriented))
                self.rows["pieces"].append((number, street, float(low), float(high), *line))

    def crossings(self) -> None:
        where = {node: place for place, node in self.nodes.items()}
        for node, streets in sorted(self.met.items()):
            x, y = where[node]
            for a in sorted(streets):
                for b in sorted(streets):
                    if a < b and streets[a] != streets[b]:  # two names of the same lines do not cross
                        self.rows["crossings"].append((a, b, node, x + ORIGIN[0], y + ORIGIN[1]))

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (x + ORIGIN[0], y + ORIGIN[1])


def _add_streets(town: Town) -> None:
    for key, written in (
        (N_MAIN, "N MAIN ST"),
        (S_MAIN, "S MAIN ST"),
        (E_BROADWAY, "E BROADWAY"),
        (W_BROADWAY, "W BROADWAY"),
        (FIFTH_AVE, "5TH AVE"),
        (FIFTH_ST, "5TH ST"),
        (KING, "MARTIN LUTHER KING JR BLVD"),
        (OAK_ST, "OAK ST"),
        (OAK_AVE, "OAK AVE"),
        (GRAND, "GRAND BLVD"),
        (BLACK_DECKER, "BLACK & DECKER RD"),
        (RIVER, "RIVER RD"),
        (ELM, "ELM ST"),
        (PARK, "PARK ST"),
    ):
        town.street(key, written)
    town.street(I_35, "I 35", is_route=True)
    town.street(US_61, "US HWY 61", is_route=True)


def _add_blocks(town: Town) -> None:
    for number in range(1, 5):  # hundred-blocks 100-400, each 100 m; odd numbers on the left (west)
        low, y = 100 * number, 100 * (number - 1)
        town.block([N_MAIN], (0, y), (0, y + 100), (low + 1, low + 99), (low, low + 98))
    town.block([N_MAIN], (0, 400), (0, 500), (501, 599), (500, 598))
    town.block([N_MAIN], (0, 500), (0, 520))  # between the roadways of GRAND BLVD: no numbers
    town.block([N_MAIN], (0, 520), (0, 600), (601, 699), (600, 698))
    for number in (1, 2):
        low, y = 100 * number, -100 * (number - 1)
        town.block([S_MAIN], (0, y), (0, y - 100), (low, low + 98), (low + 1, low + 99))
    for number in range(1, 5):
        low, x = 100 * number, 100 * (number - 1)
        sides = (low + 1, low + 99), (low, low + 98)
        town.block([E_BROADWAY], (x, 0), (x + 100, 0), *sides)
        town.block([FIFTH_AVE], (x, 100), (x + 100, 100), *sides)
        town.block([OAK_ST], (x, 200), (x + 100, 200), *sides)
        town.block([FIFTH_ST, KING], (x, 300), (x + 100, 300), *sides)
        town.block([BLACK_DECKER], (x, 400), (x + 100, 400), *sides)
        town.block([GRAND], (x, 500), (x + 100, 500), None, (low, low + 98))
        town.block([GRAND], (x + 100, 520), (x, 520), None, (low + 99, low + 1))
    for number in (1, 2):
        low, x = 100 * number, -100 * (number - 1)
        town.block([W_BROADWAY], (x, 0), (x - 100, 0), (low, low + 98), (low + 1, low + 99))
    town.block([FIFTH_AVE], (-200, 100), (0, 100), (1, 99), (2, 98))
    town.block([OAK_AVE], (200, 100), (200, 200), (199, 101), (198, 100))  # drawn against its numbers
    town.block([OAK_AVE], (200, 200), (200, 300), (99, 1), (98, 2))
    town.block([RIVER], (400, 0), (400, 100))  # a street without numbers
    town.block([RIVER], (400, 100), (400, 200))
    town.block([ELM], (300, 600), (400, 600), (1, 100), oriented=False, both=True)
    town.block([PARK], (-200, -300), (-100, -300), (101, 199), (100, 198))  # zip 50001
    town.block([PARK], (300, -300), (400, -300), (101, 199), (100, 198))  # another, zip 50002
    town.block([US_61], (600, -200), (600, 600))
    town.block([I_35], (3000, 0), (3000, 3218))


def _add_rest(town: Town) -> None:
    rows = town.rows
    main, fifth = town.ids[N_MAIN], town.ids[FIFTH_AVE]
    rows["points"] += [
        (main, 120, "120", *town.at(12, 22), "50001"),
        (main, 122, "122", *town.at(12, 24), "50001"),
        (fifth, 37, "37", *town.at(-130, 110), "50001"),
        (fifth, 37, "37 1/2", *town.at(-128, 112), "50001"),
        (town.ids[OAK_ST], 950, "950", *town.at(900, 205), "50002"),  # beyond every range of its street
    ]
    rows["places"] += [
        ("CITY HALL", "City Hall", "government", False, *town.at(30, 30), "50001"),
        ("RIVERSIDE PARK", "Riverside Park", "park", False, *town.at(450, 150), "50002"),
        ("COUNTY JAIL", "County Jail", "jail", True, *town.at(250, 50), "50002"),
        ("MEMORIAL HOSPITAL", "Memorial Hospital", "hospital", True, *town.at(-50, -50), "50001"),
        ("CENTRAL STATION", "Central Station", "station", False, *town.at(50, 250), "50001"),
    ]
    for milepost, y in ((110.0, 0), (111.0, 1609), (112.0, 3218)):
        rows["mileposts"] += [("I 35", milepost, "N", *town.at(3010, y)), ("I 35", milepost, "S", *town.at(2990, y))]
    rows["exits"] += [("I 35", "110A", "", *town.at(3000, 200)), ("I 35", "111", "", *town.at(3000, 1700))]
    rows["aliases"] += [
        ("THE MALL", "210 OAK ST", None, None, False),
        ("PIER 3", None, *town.at(420, 120), False),
        ("NORTH SHELTER", None, *town.at(20, 420), True),
    ]


def make_toy_reference() -> Reference:
    town = Town()
    _add_streets(town)
    _add_blocks(town)
    town.crossings()
    _add_rest(town)
    tables = {}
    for name, schema in TABLE_SCHEMAS.items():
        columns = zip(*town.rows[name], strict=True) if town.rows[name] else [[] for _ in schema]
        tables[name] = pa.table(
            [pa.array(list(values), one.type) for values, one in zip(columns, schema, strict=True)], schema=schema
        )
    return Reference.from_tables(tables, name="Toy town", vintage="2026", crs=CRS, localities=("TOY TOWN", "TOYTOWN"))


@pytest.fixture(scope="session")
def toy_reference() -> Reference:
    return make_toy_reference()
