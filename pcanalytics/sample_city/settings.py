"""The workspace file of the made-up city."""

from __future__ import annotations

from pcanalytics.sample_city import geography as plan

#: name, path, mapping, in the order of loading
SOURCES = (
    ("rms_incidents", "extracts/rms_incidents.csv.bz2", "mappings/rms_incidents.toml"),
    ("rms_offenses", "extracts/rms_offenses.csv.bz2", "mappings/rms_offenses.toml"),
    ("rms_offenses_review", "extracts/rms_offenses_review_*.csv", "mappings/rms_offenses_review.toml"),
    ("rms_people", "extracts/rms_people.csv.bz2", "mappings/rms_people.toml"),
    ("rms_aliases", "extracts/rms_aliases.csv.bz2", "mappings/rms_aliases.toml"),
    ("rms_incident_people", "extracts/rms_incident_people.csv.bz2", "mappings/rms_incident_people.toml"),
    ("rms_arrests", "extracts/rms_arrests.csv.bz2", "mappings/rms_arrests.toml"),
    ("rms_charges", "extracts/rms_charges.csv.bz2", "mappings/rms_charges.toml"),
    ("court_dispositions", "extracts/court_dispositions.txt.bz2", "mappings/court_dispositions.toml"),
    ("rms_field_interviews", "extracts/rms_field_interviews.csv.bz2", "mappings/rms_field_interviews.toml"),
    ("rms_stops", "extracts/rms_stops.csv.bz2", "mappings/rms_stops.toml"),
    ("cad_calls", "extracts/cad_calls_*.txt.bz2", "mappings/cad_calls.toml"),
    *(
        (f"{folder}_{name}", f"extracts/{folder}_{name}.txt.bz2", f"mappings/{folder}_{name}.toml")
        for folder in ("sccc", "doc")
        for name in (
            "people",
            "supervision",
            "conditions",
            "residences",
            "employment",
            "violations",
            "contacts",
            "assessments",
        )
    ),
    ("doc_custody", "extracts/doc_custody.txt.bz2", "mappings/doc_custody.toml"),
    ("doc_releases", "extracts/doc_releases.txt.bz2", "mappings/doc_releases.toml"),
    ("doc_aliases", "extracts/doc_aliases.txt", "mappings/doc_aliases.toml"),
    ("scj_people", "extracts/scj_people.dat.bz2", "mappings/scj_people.toml"),
    ("scj_bookings", "extracts/scj_bookings.dat.bz2", "mappings/scj_bookings.toml"),
    ("scj_releases", "extracts/scj_releases.csv", "mappings/scj_releases.toml"),
    ("officers", "extracts/officers.xlsx", "mappings/officers.toml"),
)
OFFENSE_GROUPS = {
    "Homicide": ("homicide",),
    "Sexual assault": ("rape", "other_sex_offense"),
    "Robbery": ("robbery",),
    "Aggravated assault": ("aggravated_assault",),
    "Simple assault and threats": ("simple_assault", "intimidation"),
    "Burglary": ("burglary",),
    "Vehicle crime": ("motor_vehicle_theft", "theft_from_vehicle"),
    "Other theft": ("larceny",),
    "Damage and arson": ("vandalism", "arson"),
    "Drugs and weapons": ("drugs", "weapons"),
}

#: The rules of the briefing, each with its default written out, and how two other figures count.
_RULES = """\
[signals] # when a count stands out; these are the defaults
watch = 0.01 # a row in which nothing changed is marked 'watch' at most 1 time in 100,
alert = 0.0027 # and 'alert' at most 1 time in 370
window_days = 28
baseline_years = 3
minimum_count = 3
# false_discovery = 0.1 # at most a tenth of a table's marked rows marked by chance: stricter, and blinder

[[figures]]
label = "NIBRS submission"
placed_by = "occurred"
unit = "victim"

[[figures]]
label = "Press figure"
placed_by = "reported"
unit = "incident"
attempted = false
offenses = { "Vehicle crime" = ["motor_vehicle_theft"] }

# No series break here: one records system wrote all four years. A break would be written so:
# [[series_breaks]]
# on = 2024-01-01
# reason = "new records system"
# offense_groups = ["Other theft", "Vehicle crime"] # without this line all groups break
""".splitlines()


_GEOCODING = """\
[geocoding] # what addresses are matched against
name = "Alder Falls streets and address points"
vintage = "2026-11"
localities = ["Alder Falls"]
aliases = "aliases.csv" # corrections: `pcanalytics geocode review` lists what to add

[[geocoding.points]]
path = "places/address_points.csv.bz2"
crs = "EPSG:26915" # a CSV file does not say it

[[geocoding.streets]]
path = "places/streets.geojson"

[[geocoding.places]]
path = "places/landmarks.geojson"
""".splitlines()


def agency_file() -> bytes:
    """Write ``agency.toml``."""
    lines = [
        "# Alder Falls is a made-up city. `pcanalytics sample build` writes this folder; answers/README.md tells its truth.",
        'name = "Alder Falls Police Department"',
        'time_zone = "America/Chicago"',
        f'crs = "{plan.CRS}"',
        'week_starts = "monday"',
        'agreement = "agreement.toml"',
        'shifts = ["07:00", "15:00", "23:00"]',
        'actions = "actions.csv"',
        'comments = "comments"',
        'harm_weights = "harm_weights.csv" # made-up figures; take your own state\'s',
        "",
        *_RULES,
        "",
        "[places]",
        'districts = "places/districts.geojson"',
        'beats = "places/beats.geojson"',
        'streets = "places/streets.geojson"',
        'address_points = "places/address_points.csv.bz2"',
        'water = "places/water.geojson"',
        'landmarks = "places/landmarks.geojson"',
        "",
        *_GEOCODING,
        "",
        "[offense_groups]",
        *(
            f'"{label}" = [{", ".join(chr(34) + word + chr(34) for word in words)}]'
            for label, words in OFFENSE_GROUPS.items()
        ),
    ]
    for name, path, mapping in SOURCES:
        lines += ["", "[[sources]]", f'name = "{name}"', f'path = "{path}"', f'mapping = "{mapping}"']
    return ("\n".join(lines) + "\n").encode()
