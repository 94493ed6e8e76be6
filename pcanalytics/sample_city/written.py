"""What people of the made-up department wrote: its register of problems, weights of harm, corrections of addresses and comments.

None of it depends on the city's size or seed. The register and the comments speak of what is planted in the city and
claim no number, so that they fit a small city too.
"""

from __future__ import annotations

from collections.abc import Iterator

from pcanalytics.sample_city.files import delimited

_WHY = "illustrative: a round number in the manner of a crime harm index, taken from none"

#: Offense and days: made up to show the file, roughly in the order in which harm indexes put offenses.
WEIGHTS = (
    ("homicide", 5400, ""),
    ("negligent_manslaughter", 900, ""),
    ("rape", 1800, ""),
    ("other_sex_offense", 360, ""),
    ("kidnapping", 900, ""),
    ("robbery", 360, ""),
    ("aggravated_assault", 540, ""),
    ("simple_assault", 15, ""),
    ("intimidation", 10, ""),
    ("burglary", 30, ""),
    ("larceny", 3, ""),
    ("theft_from_vehicle", 3, ""),
    ("motor_vehicle_theft", 20, ""),
    ("arson", 60, ""),
    ("vandalism", 3, ""),
    ("fraud", 15, ""),
    ("stolen_property", 5, ""),
    ("drugs", 10, "illustrative: counts what police find, so it follows patrol more than harm"),
    ("weapons", 30, "illustrative: counts what police find, so it follows patrol more than harm"),
    ("dui", 20, "illustrative: counts what police find, so it follows patrol more than harm"),
    ("disorderly_conduct", 1, ""),
    ("trespass", 1, ""),
    ("other", 1, ""),
    ("unknown", 0, "illustrative: a code that nobody explained has no weight"),
)

_REGISTER_COLUMNS = "action_id district problem owner due sara_stage opened_on closed_on progress".split()

# fmt: off
_REGISTER = (
    ("A-2026-19", "Central", "Fights at closing time on the bar blocks.",
     "Lt., Central", "2026-09-30", "assessment", "2026-05-18", "2026-10-30",
     "Later last buses and fixed posts kept; the count is watched every quarter."),
    ("A-2026-21", "Harbor", "Cars stolen near the lake front since spring.",
     "Sgt., Harbor", "2026-08-31", "assessment", "2026-06-08", "2026-09-14",
     "Closed after a summer without a cluster."),
    ("A-2026-24", "Central", "Robberies around the Union Transit Center in the evening.",
     "Lt., Central", "2026-11-13", "response", "2026-08-17", "",
     "Lighting order placed with the transit agency; foot posts from 18:00 on three evenings a week."),
    ("A-2026-25", "Southgate", "Open drug market at Iron Street.",
     "Lt., Southgate", "2026-10-30", "analysis", "2026-08-24", "",
     "Owners of two buildings not reached yet; the date needs to be set anew."),
    ("A-2026-27", "", "Reports that reach the records system more than a week late.",
     "Records Manager", "2026-12-18", "analysis", "2026-09-21", "",
     "Late entries counted by shift; one shift has no time set aside for reports."),
    ("A-2026-28", "Westmoor", "Break-ins on the streets around Lark Hill.",
     "Lt., Westmoor", "2026-12-14", "assessment", "2026-10-12", "",
     "Neighbors of each victim visited within two days since 26 October. Whether the drop comes from the visits is not known."),
    ("A-2026-30", "Northside", "Cars stolen from the hospital garage.",
     "Sgt., Northside", "2026-11-20", "response", "2026-10-05", "2026-11-12",
     "Second exit closed at night by the hospital; handed to its security office."),
    ("A-2026-31", "", "Cars left running or with keys in them as the cold sets in.",
     "Crime Prevention Sgt.", "2027-01-15", "scanning", "2026-11-02", "",
     "Reports of the last two winters being read."),
    ("A-2026-32", "Northside", "Thefts from vehicles across the district since the end of October.",
     "Lt., Northside", "2026-12-07", "analysis", "2026-11-09", "",
     "Times and places compared: lots and driveways apart, doors forced or unlocked apart."),
    ("A-2026-33", "Heights", "Complaints about speeding on school routes.",
     "Traffic Sgt.", "", "scanning", "2026-11-16", "", ""),
)
# fmt: on

_COMMENTS = {
    "2026-W47.md": """\
Thefts from vehicles in Northside carry the week. They stand out since the end of October and only there, so this is a
local problem: the district commander reports on action A-2026-32.

Two actions are past their day: the transit center (A-2026-24) and Iron Street (A-2026-25). Both owners bring a new date.
""",
    "2026-W47-northside.md": """\
Thefts from vehicles are spread over the whole district, in lots and in driveways alike; no single place explains them.
Please separate forced from unlocked doors in the reports of the coming week. Until that is known, a list of suspects
would be a guess.
""",
    "2026-W47-northside-public.md": """\
More items are being stolen from parked vehicles in Northside than is usual at this time of year. Please take bags, tools
and electronics out of your vehicle and lock it, in a driveway too. Report a theft even when little was taken.
""",
}


#: How patrol writes a landmark: the first row of the file of corrections.
_ALIAS = {
    "written": "AFPD HQ",
    "means": "POLICE HEADQUARTERS",
    "lon": "",
    "lat": "",
    "institution": "yes",
    "note": "as patrol writes it",
    "by": "records",
    "on": "2026-11-02",
}


def written_files() -> Iterator[tuple[str, bytes]]:
    """Write the files that people keep in the workspace.

    Yields
    ------
    tuple of str and bytes
        The path of a file in the workspace and its content, UTF-8.

    Examples
    --------
    >>> [path for path, _ in written_files()][:2]
    ['harm_weights.csv', 'actions.csv']
    """
    rows = [(offense, str(days), why or _WHY) for offense, days, why in WEIGHTS]
    yield "harm_weights.csv", delimited(dict(zip(("offense", "days", "why"), zip(*rows, strict=True), strict=True)))
    columns = zip(*_REGISTER, strict=True)
    yield "actions.csv", delimited(dict(zip(_REGISTER_COLUMNS, columns, strict=True)))
    yield "aliases.csv", delimited({name: [value] for name, value in _ALIAS.items()})
    for name, text in _COMMENTS.items():
        yield f"comments/{name}", text.encode()
