"""The workspace file of the made-up city."""

from __future__ import annotations

from pcanalytics.sample_city import geography as plan

#: name, path, mapping, in the order of loading
SOURCES = (
    ("rms_incidents", "extracts/rms_incidents.csv.bz2", "mappings/rms_incidents.toml"),
    ("rms_offenses", "extracts/rms_offenses.csv.bz2", "mappings/rms_offenses.toml"),
    ("rms_offenses_review", "extracts/rms_offenses_review_*.csv", "mappings/rms_offenses_review.toml"),
    ("cad_calls", "extracts/cad_calls_*.txt.bz2", "mappings/cad_calls.toml"),
)
OFFENSE_GROUPS = {
    "Homicide": ("homicide",), "Sexual assault": ("rape", "other_sex_offense"), "Robbery": ("robbery",),
    "Aggravated assault": ("aggravated_assault",), "Simple assault and threats": ("simple_assault", "intimidation"),
    "Burglary": ("burglary",), "Vehicle crime": ("motor_vehicle_theft", "theft_from_vehicle"), "Other theft": ("larceny",),
    "Damage and arson": ("vandalism", "arson"), "Drugs and weapons": ("drugs", "weapons"),
}


def agency_file() -> bytes:
    """Write ``agency.toml``."""
    lines = [
        "# Alder Falls is a made-up city. `pcanalytics sample build` writes this folder; answers/README.md tells its truth.",
        'name = "Alder Falls Police Department"', 'time_zone = "America/Chicago"', f'crs = "{plan.CRS}"', 'week_starts = "monday"',
        'agreement = "agreement.toml"', "",
        "[places]", 'districts = "places/districts.geojson"', 'beats = "places/beats.geojson"', 'streets = "places/streets.geojson"',
        'water = "places/water.geojson"', 'landmarks = "places/landmarks.geojson"', "",
        "[offense_groups]",
        *(f'"{label}" = [{", ".join(chr(34) + word + chr(34) for word in words)}]' for label, words in OFFENSE_GROUPS.items()),
    ]
    for name, path, mapping in SOURCES:
        lines += ["", "[[sources]]", f'name = "{name}"', f'path = "{path}"', f'mapping = "{mapping}"']
    return ("\n".join(lines) + "\n").encode()
