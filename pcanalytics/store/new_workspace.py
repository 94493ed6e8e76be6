"""The files of a new workspace, as text for a person to fill in."""

from __future__ import annotations

import json

from pcanalytics.errors import UsageError
from pcanalytics.store.new_settings import SETTINGS_TEMPLATE
from pcanalytics.tables import TABLES

__all__ = ["init_workspace_files"]

_INCIDENTS = """\
# How an extract of incidents is read: each declared column = "the column of the file".
# `pcanalytics tables incidents` lists the declared columns. Change the right-hand sides.

[source]
table = "incidents"
agency = {name}
extract = "full" # the file holds everything, and what no longer comes is gone; "delta": what is new and changed
crs = "EPSG:4326" # of x and y in the file; EPSG:4326 is longitude and latitude

[dialect]
format = "delimited"
encoding = "utf-8"
separator = ","
nulls = [""]

[columns]
incident_id = "IncidentNumber"
occurred_from = "OccurredFrom"
occurred_to = "OccurredTo"
reported_at = "ReportedAt"
entered_at = "EnteredAt"
address = "Address"
district = "District"
beat = "Beat"
x = "Longitude"
y = "Latitude"

[formats]
occurred_from = "%Y-%m-%d %H:%M:%S"
occurred_to = "%Y-%m-%d %H:%M:%S"
reported_at = "%Y-%m-%d %H:%M:%S"
entered_at = "%Y-%m-%d %H:%M:%S"
"""

_OFFENSES = """\
# The same extract once more, for the offenses of each incident.

[source]
table = "incident_offenses"
agency = {name}
extract = "full"

[dialect]
format = "delimited"
encoding = "utf-8"
separator = ","
nulls = [""]

[columns]
incident_id = "IncidentNumber"
offense = "OffenseCode"
offense_code = "OffenseCode"
entered_at = "EnteredAt"

[formats]
entered_at = "%Y-%m-%d %H:%M:%S"

[constants]
count = 1

[keys]
offense_id = ["IncidentNumber", "OffenseCode"]

# The agency's code = the declared offense.
[codes.offense]
"120" = "robbery"
"220" = "burglary"
"240" = "motor_vehicle_theft"
"""

_AGREEMENT = """\
# The agreement with your corrections partner, as signed. docs/agreement.md explains every key.
# What no clause allows is not allowed. Nothing here is legal advice: your counsel and theirs sign first.

[agreement]
id = "CHANGE-ME"
version = 1
lead = "police"
basis = ["the statutes it rests on"]
typology = ["information_sharing"]
starts = 2026-01-01
ends = 2027-12-31
review = 2026-12-01
minimum_cell = 10 # counts of people below this are not shown

[parties.police]
name = {name}
ori = "XX0000000"

[parties.corrections]
name = "the corrections department"
ori = "XX0000000"

[purposes]
compstat = "Counts for the weekly command review. No person appears."
# public_report = "Counts on the public page."
# linkage = "Finding the records of one person in both agencies."

[populations.current]
meaning = "People under supervision or in custody, and those whose supervision or stay ended within a year."
supervision_status = ["active", "absconded", "suspended"]
ended_within_days = 365
in_custody = true

[[clauses]]
id = "C-1"
table = "supervision"
fields = ["supervision_id", "agency", "doc_id", "supervision_type", "status", "start", "end", "ended_on", "entered_at"]
purposes = ["compstat"]
population = "current"
keep_days = 90

[[clauses]]
id = "C-2"
table = "releases"
fields = ["release_id", "agency", "doc_id", "projected_on", "released_on", "release_type", "entered_at"]
purposes = ["compstat"]
population = "current"
keep_days = 90

# For counts of supervision and releases on the public page, which your partner must agree to as well, take out the #
# of these lines and of the purpose public_report above. Without them that page counts crime alone.
# [[clauses]]
# id = "P-1"
# table = "supervision"
# fields = ["agency", "doc_id", "supervision_type", "start", "end", "ended_on"]
# purposes = ["public_report"]
# population = "current"
# keep_days = 90
#
# [[clauses]]
# id = "P-2"
# table = "releases"
# fields = ["projected_on", "released_on"]
# purposes = ["public_report"]
# population = "current"
# keep_days = 90
#
#: To find which police and corrections records are of one person (`pcanalytics link`), take out the # of these lines and of
#: the purpose linkage above. L-3, L-4 and the addresses they give make links surer and may be left out.
# [[clauses]]
# id = "L-1"
# table = "corrections_people"
# fields = [
#     "agency", "doc_id", "surname", "given_name", "middle_name", "suffix", "birth_date", "sex", "race", "ethnicity",
#     "sid", "fbi_number", "driver_license", "height_cm", "weight_kg", "eye_color", "hair_color", "recorded_at",
#     "entered_at",
# ]
# purposes = ["linkage"]
# keep_days = 365
#
# [[clauses]]
# id = "L-2"
# table = "corrections_people"
# fields = ["confidential_address"]
# purposes = ["linkage"]
# keep_days = 365
# reason = "Protected people must be known to be left off every list."
#
# [[clauses]]
# id = "L-3"
# table = "corrections_aliases"
# fields = ["alias_id", "agency", "doc_id", "surname", "given_name", "middle_name", "birth_date"]
# purposes = ["linkage"]
# keep_days = 365
#
# [[clauses]]
# id = "L-4"
# table = "residences"
# fields = ["residence_id", "agency", "doc_id", "address", "start", "end", "entered_at"]
# purposes = ["linkage"]
# population = "current"
# keep_days = 365
#
# [[clauses]]
# id = "L-5"
# table = "person_links"
# fields = [
#     "side", "agency", "record_id", "person_id", "match_probability", "link_count", "model", "decisions", "linked_as_of",
# ]
# purposes = ["linkage"]
# keep_days = 365
#
# [[clauses]]
# id = "L-6"
# table = "record_links"
# fields = [
#     "side_a", "agency_a", "record_id_a", "side_b", "agency_b", "record_id_b", "status", "match_probability", "reason",
#     "via", "levels", "model",
# ]
# purposes = ["linkage"]
# keep_days = 365
"""

_IGNORED = """\
# The store, the reports and the extracts hold records of people: none of them belongs in version control.
.pcanalytics/
extracts/
reports/*
!reports/schedule.toml
"""

_SCHEDULE = """\
# The reports of this workspace. `pcanalytics report due` makes what is due; docs/schedule.md explains every key.

[[reports]]
name = "weekly_compstat"
due = "monday 06:00" # in the time zone of agency.toml; the week is the last one that was complete by then
audiences = ["internal", "public"]
"""


def init_workspace_files(name: str, *, time_zone: str = "America/Chicago", crs: str = "EPSG:26915") -> dict[str, str]:
    """Write the files of a new workspace.

    Parameters
    ----------
    name : str
        The agency, as reports print it.
    time_zone : str, default "America/Chicago"
        IANA name of its zone.
    crs : str, default "EPSG:26915"
        Its projected coordinate system, in meters.

    Returns
    -------
    dict of str to str
        Text by path relative to the new folder. Nothing is written.

    Raises
    ------
    UsageError
        When the name is empty.

    Examples
    --------
    >>> sorted(init_workspace_files("Fairview Police"))[:3]
    ['.gitignore', 'actions.csv', 'agency.toml']
    """
    if not name.strip():
        raise UsageError("A workspace needs a name, such as the agency's.")
    words = {
        key: json.dumps(value, ensure_ascii=False)
        for key, value in {"name": name, "time_zone": time_zone, "crs": crs}.items()
    }
    templates = {
        ".gitignore": _IGNORED,
        "agency.toml": SETTINGS_TEMPLATE,
        "actions.csv": f"{','.join(TABLES['actions'].names)}\n",
        "agreement.toml": _AGREEMENT,
        "mappings/incidents.toml": _INCIDENTS,
        "mappings/incident_offenses.toml": _OFFENSES,
        "reports/schedule.toml": _SCHEDULE,
    }
    return {path: _filled(text, words) for path, text in templates.items()}


def _filled(text: str, words: dict[str, str]) -> str:
    """Fill in a template; other braces in it stay."""
    for key, word in words.items():
        text = text.replace("{" + key + "}", word)
    return text
