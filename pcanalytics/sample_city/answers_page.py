"""The page that says what each answer is."""

from __future__ import annotations

from pcanalytics.sample_city.events import DROP, PLACE_PROGRAM, SURGE
from pcanalytics.sample_city.geography import DISTRICTS
from pcanalytics.sample_city.lives import PROGRAM, SHAPE
from pcanalytics.sample_city.traits import BASE_RATE, EFFECTS


def readme(people: int, incidents: int, seed: int) -> bytes:
    """Write the page that says what each answer is."""
    effects = "\n".join(f"- {name.replace('_', ' ')}: {value:+g}" for name, value in EFFECTS.items())
    shape = "; ".join(
        f"x {factor:g} {'up to day ' + str(limit) if limit < 9999 else 'after that'}" for limit, factor in SHAPE
    )
    return f"""# The truth of Alder Falls

Everything in this folder is what no agency knows. It is for checking methods against, never an input of one.
The city was built from seed {seed} with {people:,} people and about {incidents:,} incidents, from 2022-11-28 to
2026-11-22. Extracts were taken on Monday 2026-11-23 at 05:12: what had happened but was not entered by then is in
`incidents_not_entered.csv` and in no extract.

A `place_id` that begins with A is an address point of `places/address_points.csv.bz2`; one that begins with N is a crossing, a
`from_node` or `to_node` of `places/streets.geojson`. Incidents and calls that are not in their file of places were written as a
plain address: their place is the address point of the same text. A `person_id` is a true person.

| file | one row | what it says |
|---|---|---|
| incident_places.csv.bz2 | incident | its true place, where it was not written as a plain address; see below |
| incident_times.csv.bz2 | incident known only as a span | when it truly happened, in minutes after `occurred_from` |
| incidents_not_entered.csv | incident | happened, not yet entered |
| call_places.csv.bz2 | call | its true place, where it was not written as a plain address; see below |
| residence_places.csv.bz2 | residence | its true place; empty where there is none (homeless, mail, out of town) |
| police_people.csv.bz2 | record in police_people | the true person; "false name" or "another's SID" where that is so |
| corrections_people.csv.bz2 | agency and doc_id | the true person; Y where it is a second number of one person at one agency |
| aliases.csv | alias | the true person |
| people.csv.bz2 | true person known to corrections | true name, birth, household, home, twin |
| hazards.csv.bz2 | person ever supervised | traits, the true rate and probability of re-arrest, program |
| hotspots.csv | planted hotspot | where, which offenses, how many times the usual pull, from when to when |
| hotspot_incidents.csv.bz2 | incident in a planted hotspot | which |
| near_repeats.csv.bz2 | burglary led to by another | its parent |
| changes.csv | planted change | the surge and the drop of the last 28 days, and the numbers of the near-repeat process |
| programs.csv | program | its true effect |
| planted_faults.csv | row with a fault | file, key, what is wrong, what a load should do |

Twins, and fathers with sons of one name, are on record more often than their number would give, so that linkage meets them;
`people.csv.bz2` has `twin_id`, `household` and `suffix`. About one person in ninety has two numbers at one agency.

## Re-arrest

Each week at liberty a person is re-arrested with probability 1 - exp(-rate x 7 / 365.25). The rate is {BASE_RATE:g} a year
times exp of the sum of these effects, times the factor of the time at liberty ({shape}),
times {PROGRAM.hazard_ratio:g} after joining {PROGRAM.name}, plus 0.6 a year while absconded:

{effects}

Age counts from 15 years under to 30 years over 33. Probabilities in `hazards.csv.bz2` are for someone at liberty all the
time and not in the program. The "unmeasured" part is in no extract; it also raises the number of earlier arrests.
{PROGRAM.name} takes people at its two levels, half of those by chance (`program_group`), so that the other half is a
fair comparison.

## Patterns

Hotspots multiply the pull of the addresses inside them. A near repeat falls on a home near its parent's address some days
later. The surge and the drop multiply what is expected in one district in the last 28 days. {PLACE_PROGRAM.name} takes
away a share of three offenses in one beat. Counts vary from week to week by more than chance (gamma, shape 24, for each
offense and district), besides season, weekday and trend.

The department's own `actions.csv` and `comments/` speak of the surge ({SURGE.offense.replace("_", " ")} in
{DISTRICTS[SURGE.district]}) and the drop ({DROP.offense} in {DISTRICTS[DROP.district]}) as its staff would see them. The
drop was not caused by the visits that the register names: nothing but chance and the planted ratio made it. The days in
`harm_weights.csv` are made up.
""".encode()
