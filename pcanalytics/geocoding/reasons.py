"""The closed lists of geocoding: the forms a written place can have, and why some are never placed."""

from __future__ import annotations

__all__ = ["FORMS", "REASONS"]

#: Form of the string -> what that means. The words are those of the analysts' own list of forms.
FORMS = {
    "address": "A house number and a street.",
    "address-alias": "A house number and a street written by a well-known other name, such as MLK.",
    "address-fuzzy": "An address whose street was found only by its likeness to a known one.",
    "address-grid": "A house number that names a grid, such as N6789 or W180 N8085.",
    "address-hyphen": "A house number of two parts, such as 30-41.",
    "address-multi": "Two or more house numbers of one street.",
    "address-out-of-range": "A house number above every number of the reference.",
    "address-suffix-alt": "An address whose street was found only under another suffix.",
    "address-with-cross": "An address that also names a cross street.",
    "address-with-place": "An address that also names a place.",
    "address-zero": "A house number of zero.",
    "block": "A block of a street.",
    "coordinates": "Coordinates: degrees, or a military grid.",
    "empty": "Nothing is written.",
    "highway": "A numbered road, and no more.",
    "highway-exit": "A numbered road and an exit.",
    "institution": "A jail, prison or other place of custody, by name.",
    "intersection": "Two streets that cross.",
    "intersection-offset": "A named corner of two streets.",
    "milepost": "A numbered road and a milepost.",
    "non-address": "Words that are no place, such as TRANSIENT, UNKNOWN or a post office box.",
    "offset": "A distance or a direction from a crossing.",
    "out-of-area": "An address in another city or state.",
    "place": "A place by its name.",
    "ramp": "A ramp of a numbered road.",
    "segment": "A street between two others.",
    "street-not-intersection": "One street whose name has an AND in it.",
    "street-only": "A street, and no more.",
    "zone": "A beat, grid, district or other area.",
}

#: Reason -> why the record has no coordinates.
REASONS = {
    "empty": "Nothing is written.",
    "unknown": "The writer did not know the place, did not say it, or points elsewhere.",
    "transient": "The person has no fixed address.",
    "po_box": "A post office box is no place.",
    "rural_route": "A rural route and box number is no place.",
    "confidential": "The address is protected by law or marked confidential; it is never looked up.",
    "institution": "The person is in custody, and no place is named.",
    "out_of_area": "The place lies outside the localities of the reference.",
    "no_street": "The street is not in the reference.",
    "no_number": "The street is known, the house number lies in none of its ranges.",
    "no_crossing": "The streets are known, they do not cross.",
    "no_place": "The place is not in the reference.",
    "no_milepost": "The numbered road has no such milepost or exit in the reference.",
    "street_only": "Only a street is written: its middle would be a wrong place.",
    "area_only": "Only an area is written: its middle would be a wrong place.",
    "ambiguous": "Several places fit equally well.",
    "too_risky": "The best likeness found is wrong too often to be used.",
    "bad_coordinates": "The coordinates are swapped, zero, outside or otherwise impossible.",
    "not_understood": "The words fit no form.",
}
