"""Named places of Alder Falls: stations, the jail, hospitals, shelters, schools, stores and parks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan

# fmt: off
#: name, kind, plan place, whether records pile up there for reasons of their own
PLACES = (
    ("POLICE HEADQUARTERS", "station", (8950, 3750), True), ("HEIGHTS SUBSTATION", "station", (3300, 6900), True),
    ("SOUTHGATE SUBSTATION", "station", (7300, 1500), True), ("SORREL COUNTY JAIL", "jail", (9150, 3650), True),
    ("SORREL COUNTY COURTHOUSE", "court", (9050, 3850), True), ("PROBATION AND PAROLE OFFICE", "office", (9250, 3950), True),
    ("ALDER FALLS GENERAL HOSPITAL", "hospital", (8350, 5900), True), ("ST. BRIGID HOSPITAL", "hospital", (5400, 3900), True),
    ("LANTERN HOUSE SHELTER", "shelter", (8150, 4450), True), ("HARBOR LIGHT SHELTER", "shelter", (9750, 3950), True),
    ("SECOND START REENTRY CENTER", "halfway_house", (7350, 5650), True), ("WILLOW BEND TREATMENT CENTER", "treatment", (6650, 2300), True),
    ("RIVERBEND MALL", "mall", (5750, 6550), False), ("HARBOR POINT MARKETPLACE", "mall", (9900, 2350), False),
    ("UNION TRANSIT CENTER", "transit", (8250, 4050), False), ("ALDER STATE COLLEGE", "college", (8450, 6600), False),
    ("NORTHSIDE HIGH SCHOOL", "school", (7700, 6900), False), ("CENTRAL HIGH SCHOOL", "school", (8050, 3050), False),
    ("HEIGHTS HIGH SCHOOL", "school", (3700, 7700), False), ("WESTMOOR HIGH SCHOOL", "school", (3500, 2900), False),
    ("SOUTHGATE MIDDLE SCHOOL", "school", (8700, 900), False), ("LAKESIDE MIDDLE SCHOOL", "school", (10700, 2900), False),
    ("ASPEN ELEMENTARY SCHOOL", "school", (7100, 4600), False), ("QUARRY ELEMENTARY SCHOOL", "school", (1300, 4500), False),
    ("CROW'S NEST TAVERN", "bar", (8650, 4250), False), ("THE GRANARY", "bar", (8850, 4550), False),
    ("BLUE HERON MOTEL", "motel", (6500, 1000), False), ("STATE ROUTE 88 INN", "motel", (6900, 5600), False),
)
# fmt: on


def place_landmarks(points: pd.DataFrame, address: np.ndarray) -> pd.DataFrame:
    """Put every landmark at the nearest address, and the parks at their middle.

    Parameters
    ----------
    points : pandas.DataFrame
        Address points.
    address : numpy.ndarray
        Their written addresses.

    Returns
    -------
    pandas.DataFrame
        The declared columns of ``landmarks``, with ``point`` (position of the address, -1 for a park).

    Examples
    --------
    >>> points = pd.DataFrame({"u": [8900.0], "v": [4000.0], "x": [641000.0], "y": [5203600.0], "arterial": [True]})
    >>> place_landmarks(points, np.array(["100 E MARKET ST"]))["name"].iloc[0]
    'POLICE HEADQUARTERS'
    """
    taken: set[int] = set()
    rows = []
    u, v = points["u"].to_numpy(), points["v"].to_numpy()
    for name, kind, (at_u, at_v), institutional in PLACES:
        order = np.argsort(np.hypot(u - at_u, v - at_v) + np.where(points["arterial"], 0.0, 350.0), kind="stable")[:60]
        spot = next((int(near) for near in order if int(near) not in taken), int(order[0]))
        taken.add(spot)
        rows.append((name, kind, institutional, address[spot], points["x"].iat[spot], points["y"].iat[spot], spot))
    for name, (left, bottom, right, top) in plan.PARKS.items():
        x, y = plan.to_map(np.array((left + right) / 2), np.array((bottom + top) / 2))
        rows.append((name, "park", False, "", float(x), float(y), -1))
    frame = pd.DataFrame(rows, columns=["name", "kind", "institutional", "address", "x", "y", "point"])
    frame.insert(0, "landmark_id", [f"L{place:03d}" for place in range(1, len(frame) + 1)])
    return frame
