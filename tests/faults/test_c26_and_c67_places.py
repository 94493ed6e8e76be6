"""C-26 and C-67: words that are no place are never placed, and no string makes reading slow."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest

from pcanalytics.geocoding.grammar import read_shape
from pcanalytics.geocoding.letters import LETTERS
from pcanalytics.geocoding.parsing import parse
from pcanalytics.geocoding.street_keys import street_keys
from pcanalytics.geocoding.tokens import MOST_TOKENS

NO_PLACES = {
    "transient": """HOMELESS|TRANSIENT|transient.|GENERAL DELIVERY|Gen Delivery|NO FIXED ADDRESS|NO PERMANENT ADDRESS|NFA
        |HOMELESS - OAKLAND|LIVES IN HIS CAR|LIVING ON THE STREETS|HOMELESS AT MAIN ST / 5TH AVE|NO FIXED ABODE""",
    "po_box": "PO BOX 12|P.O. Box 12|POB 12|P O BOX 12, OAKLAND CA 94601|POST OFFICE BOX 12|BOX 12",
    "rural_route": "RR 2|RR 2 BOX 12|R.R. 2 BOX 12|RURAL ROUTE 2|HC 1 BOX 6|RT 2 BOX 45|STAR ROUTE 3",
    "institution": "IN CUSTODY|IN COUNTY JAIL|INCARCERATED|DOC CUSTODY|INMATE|STATE CUSTODY",
    "unknown": """SAME AS ABOVE|same as victim|SEE NARRATIVE|UNKNOWN|UNK|REFUSED|N/A|NOT AVAILABLE|VARIOUS LOCATIONS|NONE|TBD
        |ADDRESS NOT GIVEN|?|-|XXXX|UNABLE TO PROVIDE|MULTIPLE LOCATIONS""",
    "confidential": """CONFIDENTIAL|SAFE AT HOME|SAFE AT HOME PO BOX 846|ADDRESS CONFIDENTIALITY PROGRAM|ACP|WITHHELD
        |CONFIDENTIAL 1200 MAIN ST|1200 MAIN ST (CONFIDENTIAL)|SUBSTITUTE ADDRESS PROGRAM|DO NOT RELEASE - 1200 MAIN ST
        |DOMESTIC VIOLENCE SHELTER""",
    "out_of_area": "OUT OF STATE|OUT OF COUNTY|OUT OF TOWN|OUT-OF-STATE|OTHER JURISDICTION",
    "empty": "|   ",
}
CASES = [
    (reason, text.strip(" ") or text)
    for reason, texts in NO_PLACES.items()
    for text in texts.replace("\n", "").split("|")
]


@pytest.mark.parametrize(("reason", "text"), CASES)
def test_c26_words_that_are_no_place_are_typed_and_hold_nothing_to_place(reason, text):
    read = parse(pa.array([text])).to_pylist()[0]
    assert read["form"] == ("empty" if reason == "empty" else "non-address")
    assert read["reason"] == reason
    for part in ("number", "street", "cross", "place", "route", "milepost", "lon", "lat"):
        assert read[part] is None


def test_c26_streets_that_only_sound_like_it_stay_streets():
    streets = """1200 HOMESTEAD AVE|1200 TRANSIT RD|1200 SAFE HARBOR DR|1200 HOME AVE|1200 GENERAL LEE ST|1200 CUSTOM HOUSE LN|1200 JAIL RD
        |1200 BOX CANYON RD|1200 STATE ST|1200 SAME CREEK RD|1200 POST ST""".replace("\n", "").split("|")
    read = parse(pa.array([street.strip() for street in streets]))
    assert set(read["form"].to_pylist()) == {"address"}
    assert read["reason"].null_count == len(streets)


PIECES = (
    "1",
    "A",
    " ",
    "/",
    "-",
    "12XX-",
    "ST ",
    "N S ",
    "MAIN ST AND ",
    "(",
    "1200 & ",
    "PO BOX ",
    "37.5 ",
    "É",
    "**",
    "'",
    "US 1 ",
)
TAILS = ("", "!", " X", " / ", "\x00", "'")


@pytest.mark.parametrize("piece", PIECES)
def test_c67_a_megabyte_of_anything_is_read_at_once(piece):
    strings = pa.array([piece * (1_000_000 // len(piece)) + tail for tail in TAILS])
    began = time.perf_counter()
    forms = parse(strings)["form"].to_pylist()
    street_keys(strings)
    assert time.perf_counter() - began < 5
    assert set(forms) <= {"place", "empty", "non-address"}


@pytest.mark.parametrize("piece", PIECES)
def test_c67_the_longest_strings_that_are_read_are_read_fast(piece):
    """Up to the length at which a string is still read, no repetition makes the grammar try again and again."""
    strings = [(piece * length)[:390] + tail for length in range(1, 400, 7) for tail in TAILS]
    began = time.perf_counter()
    parse(pa.array(strings))
    assert time.perf_counter() - began < 5


def seconds_of(shape):
    began = time.perf_counter()
    read_shape.__wrapped__(shape)
    return time.perf_counter() - began


def test_c67_no_repetition_of_kinds_of_tokens_makes_a_rule_try_again_and_again():
    """A repeated unit, and then a token that fits nothing, is what makes a badly written rule try every split."""
    rng = random.Random(67)
    units = [a + b for a in LETTERS for b in LETTERS] + ["".join(rng.choices(list(LETTERS), k=3)) for _ in range(1000)]
    shapes = [
        (unit * MOST_TOKENS)[: MOST_TOKENS - 1] + end for unit in units for end in rng.choices(list(LETTERS), k=3)
    ]
    slow = [shape for shape in shapes if seconds_of(shape) > 0.04]  # a sound one takes a thousandth
    assert [shape for shape in slow if min(seconds_of(shape) for _ in range(5)) > 0.04] == []
