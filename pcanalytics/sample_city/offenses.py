"""How each offense behaves in the made-up city: how often, when, where, how it is reported and cleared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pcanalytics.sample_city.addresses import KINDS

# fmt: off
#: Shares of the hours of the day, midnight first.
HOURS = {
    "day": (1, 1, 1, 1, 1, 1, 2, 4, 7, 8, 9, 10, 11, 11, 11, 11, 11, 10, 9, 7, 5, 4, 2, 2),
    "evening": (6, 4, 3, 2, 1, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 7, 8, 8, 9, 9, 9, 9, 8),
    "night": (11, 10, 9, 6, 3, 2, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 7, 9, 11, 12),
    "away": (2, 2, 2, 2, 1, 1, 2, 4, 7, 8, 8, 8, 7, 7, 7, 7, 6, 6, 5, 5, 5, 4, 3, 3),
    "overnight": (8, 8, 8, 7, 5, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 3, 3, 5, 7, 8, 9, 10, 9),
}
WEEKDAYS = {
    "flat": (1, 1, 1, 1, 1, 1, 1), "work": (1.1, 1.08, 1.05, 1.05, 1.1, 0.85, 0.75), "weekend": (0.85, 0.82, 0.85, 0.92, 1.15, 1.35, 1.2),
    "bars": (0.6, 0.6, 0.7, 0.9, 1.35, 1.75, 1.3),
}
_HOME = (1.0, 1.7, 3.5, 0.1, 0, 0.1, 0.1, 0.1, 0.05, 0.3, 3, 0.2)
_PEOPLE = (0.6, 1.3, 3.0, 2, 6, 12, 4, 1, 0.3, 4, 8, 5)
_SHOP = (0.5, 0.7, 1.6, 7, 32, 2, 3, 1.5, 1, 3, 3, 12)
_CAR = (1.0, 1.4, 3.5, 2.2, 8, 4, 3, 1.5, 1, 14, 6, 3)
_BREAK = (1.0, 1.2, 2.2, 1.6, 2, 1.5, 1.5, 1.2, 1.5, 0.6, 2, 2)
_MONEY = (1.0, 1.1, 2.0, 4, 12, 1, 2, 3, 1, 0.3, 2, 6)
_STREET = (0.4, 0.8, 2.0, 3, 8, 9, 4, 0.7, 0.4, 8, 8, 8)
# fmt: on


@dataclass(frozen=True)
class Habit:
    """What is planted about one offense."""

    offense: str
    code: str
    nibrs: str
    words: str
    yearly: float
    season: float
    hours: str
    weekdays: str
    kinds: tuple[float, ...]
    attempted: float
    span_hours: float
    cleared: float
    domestic: float
    person: bool
    trend: float
    report_hours: float


# fmt: off
HABITS = (
    Habit("homicide", "0110", "09A", "MURDER", 12, .20, "night", "weekend", _PEOPLE, 0, 0, 6, .25, True, .03, .1),
    Habit("negligent_manslaughter", "0120", "09B", "MANSLAUGHTER-NEGLIGENT", 3, .1, "evening", "weekend", _PEOPLE, 0, 0, 5, 0, True, 0, .1),
    Habit("rape", "0210", "11A", "RAPE", 85, .12, "night", "weekend", _HOME, .06, 4, 2.5, .35, True, .01, 60),
    Habit("other_sex_offense", "0290", "11D", "SEX OFFENSE-OTHER", 115, .10, "evening", "flat", _HOME, .02, 6, 2, .25, True, .0, 90),
    Habit("kidnapping", "0310", "100", "KIDNAPPING/UNLAWFUL RESTRAINT", 18, .1, "evening", "weekend", _PEOPLE, .1, 0, 4, .5, True, 0, .5),
    Habit("robbery", "0320", "120", "ROBBERY", 270, .16, "night", "weekend", _STREET, .13, 0, 2.4, .02, True, -.05, .2),
    Habit("aggravated_assault", "0410", "13A", "ASSAULT-AGGRAVATED", 720, .22, "night", "weekend", _PEOPLE, .04, 0, 4, .32, True, .02, .4),
    Habit("simple_assault", "0430", "13B", "ASSAULT-SIMPLE", 2250, .18, "evening", "weekend", _PEOPLE, .01, 0, 4, .45, True, .01, 1),
    Habit("intimidation", "0440", "13C", "THREATS/STALKING", 470, .10, "evening", "flat", _HOME, 0, 0, 2, .40, True, .03, 6),
    Habit("burglary", "0510", "220", "BURGLARY", 980, .14, "away", "work", _BREAK, .11, 10, 1.0, .02, False, -.08, 3),
    Habit("larceny", "0610", "23H", "LARCENY", 3200, .12, "day", "flat", _SHOP, .03, 3, 1.6, .01, False, .01, 5),
    Habit("theft_from_vehicle", "0620", "23F", "THEFT FROM VEHICLE", 1950, .16, "overnight", "flat", _CAR, .05, 9, .35, 0, False, .02, 4),
    Habit("motor_vehicle_theft", "0710", "240", "MOTOR VEHICLE THEFT", 820, .14, "overnight", "flat", _CAR, .07, 8, .8, .01, False, .06, 3),
    Habit("arson", "0810", "200", "ARSON", 38, .15, "night", "flat", _BREAK, .08, 0, 1.6, .03, False, 0, .5),
    Habit("vandalism", "0910", "290", "VANDALISM", 1550, .20, "overnight", "weekend", _BREAK, .01, 8, 1.1, .10, False, -.01, 6),
    Habit("fraud", "1010", "26A", "FRAUD", 700, .05, "day", "work", _MONEY, .08, 240, .8, .03, False, .09, 120),
    Habit("stolen_property", "1110", "280", "STOLEN PROPERTY", 65, .1, "evening", "flat", _STREET, 0, 0, 9, 0, False, 0, .1),
    Habit("drugs", "1210", "35A", "DRUG VIOLATION", 560, .08, "evening", "flat", _STREET, 0, 0, 12, .01, False, -.04, .1),
    Habit("weapons", "1310", "520", "WEAPON VIOLATION", 160, .15, "night", "weekend", _STREET, 0, 0, 9, .02, False, .05, .1),
    Habit("dui", "1410", "90D", "DUI", 260, .06, "night", "bars", _STREET, 0, 0, 14, 0, False, -.02, .1),
    Habit("disorderly_conduct", "1510", "90C", "DISORDERLY CONDUCT", 430, .20, "evening", "bars", _PEOPLE, 0, 0, 5, .05, False, -.03, .2),
    Habit("trespass", "1610", "90J", "TRESPASS", 420, .10, "day", "flat", _SHOP, .01, 0, 5, .02, False, .05, .3),
    Habit("other", "2610", "90Z", "ALL OTHER", 900, .08, "evening", "flat", _HOME, .01, 0, 3, .12, False, 0, 4),
)
OFFENSE = {habit.offense: place for place, habit in enumerate(HABITS)}
# fmt: on
ALIASES = {  # a second code of the same offense, so that code tables have more than one line
    "burglary": (("0511", "BURGLARY-FORCED ENTRY"), ("0512", "BURGLARY-NO FORCE")),
    "larceny": (("0611", "SHOPLIFTING"), ("0612", "THEFT FROM BUILDING"), ("0613", "BICYCLE THEFT")),
    "theft_from_vehicle": (("0621", "THEFT OF VEHICLE PARTS"),),
    "drugs": (("1211", "DRUG EQUIPMENT"),),
    "robbery": (("0321", "ROBBERY-COMMERCIAL"), ("0322", "CARJACKING")),
    "simple_assault": (("0431", "DOMESTIC ASSAULT"),),
    "fraud": (("1011", "IDENTITY THEFT"), ("1012", "FORGERY")),
}
SECOND = {  # what comes with what: offense, second offense, how often
    "burglary": (("vandalism", 0.18), ("larceny", 0.10)),
    "robbery": (("aggravated_assault", 0.12), ("weapons", 0.06)),
    "aggravated_assault": (("weapons", 0.12), ("vandalism", 0.05)),
    "simple_assault": (("vandalism", 0.06), ("intimidation", 0.07)),
    "motor_vehicle_theft": (("theft_from_vehicle", 0.05),),
    "theft_from_vehicle": (("vandalism", 0.14), ("fraud", 0.05)),
    "drugs": (("weapons", 0.07), ("drugs", 0.15)),
    "dui": (("drugs", 0.06),),
    "homicide": (("weapons", 0.35), ("robbery", 0.1)),
    "rape": (("kidnapping", 0.06), ("simple_assault", 0.10)),
    "larceny": (("trespass", 0.06),),
    "weapons": (("drugs", 0.16),),
    "kidnapping": (("simple_assault", 0.3),),
    "intimidation": (("trespass", 0.05),),
}


def kind_weights() -> np.ndarray:
    """Return how much each kind of address draws each offense, one row per offense, one column per kind of address.

    Examples
    --------
    >>> kind_weights().shape == (len(HABITS), len(KINDS))
    True
    """
    weights = np.array([habit.kinds for habit in HABITS], dtype=float)
    if weights.shape != (len(HABITS), len(KINDS)):
        raise ValueError(f"{weights.shape[1]} weights for {len(KINDS)} kinds of address")
    return weights
