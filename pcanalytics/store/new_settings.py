"""The ``agency.toml`` of a new workspace, with every key in it or beside a #."""

from __future__ import annotations

__all__ = ["SETTINGS_TEMPLATE"]

#: ``{name}``, ``{time_zone}`` and ``{crs}`` are filled in.
SETTINGS_TEMPLATE = """\
# Settings of this workspace. docs/workspace.md explains every key.
# Paths are relative to this file and stay inside this folder.

name = {name} # as reports print it
time_zone = {time_zone} # a name such as America/Chicago
crs = {crs} # a projected system in meters, such as the UTM zone of the city
week_starts = "monday" # the weekday on which your reporting week starts

# The agreement with your corrections partner. Until one is signed, leave this line out:
# your own tables open, corrections tables stay closed.
# agreement = "agreement.toml"

# What people write for the page: problems taken up, one line each, and comments such as comments/2026-W47.md.
actions = "actions.csv"
comments = "comments"

# When shifts start; the table of hours draws a line at each.
# shifts = ["07:00", "15:00", "23:00"]

# Days of harm by offense, columns offense,days,why: take them from your state's guidelines.
# harm_weights = "harm_weights.csv"

# One entry for each kind of extract. The mapping says what its columns mean; mappings/incidents.toml is
# an example to change. A file is loaded once; put new files beside the old ones and load again.
[[sources]]
name = "incidents"
path = "extracts/incidents*.csv"
mapping = "mappings/incidents.toml"

[[sources]]
name = "offenses"
path = "extracts/incidents*.csv"
mapping = "mappings/incident_offenses.toml"

# Areas and streets, GeoJSON or CSV. A briefing works without them, and its map is better with them.
[places]
# districts = "places/districts.geojson"
# beats = "places/beats.geojson"
# streets = "places/streets.geojson"
# address_points = "places/address_points.csv"
# water = "places/water.geojson"
# landmarks = "places/landmarks.csv"

# What addresses are matched against, when it is more than the streets, address points and landmarks above.
# docs/geocoding_reference.md explains every key; the Census Bureau's address ranges are an easy start.
# [geocoding]
# vintage = "2025" # of when the files are
# localities = ["Springfield"] # cities inside; an address that ends with another is out of the area
# aliases = "aliases.csv" # your own corrections
# web = { service = "census", add = ", Springfield, OH" } # lets addresses leave this machine; leave it out
# [[geocoding.streets]]
# path = "places/tl_2025_39061_addrfeat.zip"
# layout = "tiger_addrfeat"

# What your command staff count, in the order in which they read it. `pcanalytics tables incident_offenses`
# lists every offense.
[offense_groups]
"Homicide" = ["homicide"]
"Robbery" = ["robbery"]
"Aggravated assault" = ["aggravated_assault"]
"Burglary" = ["burglary"]
"Motor vehicle theft" = ["motor_vehicle_theft"]
"Theft from vehicle" = ["theft_from_vehicle"]
"Other larceny" = ["larceny"]

# A note printed under a group.
[offense_notes]
# "Robbery" = "Counted by incident, not by victim."

# When a count stands out. What is written here is what holds without it; change it once, and say so in the meeting.
[signals]
# watch = 0.01 # a row in which nothing changed is marked 'watch' at most 1 time in 100,
# alert = 0.0027 # and 'alert' at most 1 time in 370
# window_days = 28 # whole weeks that are judged together
# baseline_years = 3 # earlier years that the usual range rests on, at most
# minimum_count = 3 # a count below this never stands out as high
# false_discovery = 0.1 # not on without this line: at most a tenth of a table's marked rows marked by chance

# A day from which counts are made otherwise: earlier ones are then no measure for them, and the page says so.
# [[series_breaks]]
# on = 2024-01-01
# reason = "new records system"
# offense_groups = ["Burglary", "Other larceny"] # without this line all groups

# How another figure of the same crime is counted, so that the page can explain the difference.
# [[figures]]
# label = "Press figure"
# placed_by = "reported" # or "occurred", "entered"
# unit = "incident" # or "offense", "victim"
# attempted = false
# unfounded = false
# offenses = { "Other larceny" = ["larceny", "theft_from_vehicle"] } # groups that it draws otherwise
"""
