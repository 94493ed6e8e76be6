"""Several words that mean one thing become one token: PO BOX, IN FRONT OF, COUNTY ROAD 12."""

from __future__ import annotations

from pcanalytics.geocoding.house_numbers import read_number
from pcanalytics.geocoding.lexicon import CARDINALS, STATES, TENS_WORDS
from pcanalytics.geocoding.vocabulary import WORDS, ordinal

__all__ = ["PHRASE_LENGTH", "may_follow", "may_start", "phrase_at", "phrase_reach"]

Token = tuple[str, str]

#: No phrase has more words.
PHRASE_LENGTH = 7


def _phrases(letter: str, standard: str, lines: str) -> dict[tuple[str, ...], Token]:
    """Read phrases, one a line or parted by commas, that all mean the same. Each word stands for all its spellings."""
    said = (phrase.split() for line in lines.strip().splitlines() for phrase in line.split(","))
    return {tuple(WORDS.get(word, (word, "w"))[0] for word in phrase): (standard, letter) for phrase in said if phrase}


#: Words (as they stand in the vocabulary's spelling or as written) -> the token they become.
PHRASES: dict[tuple[str, ...], Token] = (
    _phrases("%", "PO BOX", "PO BOX, P O BOX, POST OFFICE BOX, POST BOX, PO BX, P BOX, POST OFC BOX, PO POST OFFICE BOX, PO DRAWER, P O BX, POSTAL BOX, MAIL BOX")
    | _phrases("^", "RR", "RURAL ROUTE, RURAL RTE, RURAL RT, R R, STAR ROUTE, STAR RTE, HIGHWAY CONTRACT, HIGHWAY CONTRACT ROUTE, RURAL DELIVERY, R D BOX, RFD ROUTE")
    | _phrases(
        "!",
        "TRANSIENT",
        """
        NO FIXED ADDRESS, NO FIXED ADDR, NO FIXED ABODE, NO FIXED RESIDENCE, NO FIXED ADD, NO PERMANENT ADDRESS, NO PERMANENT ADDR, NO PERMANENT RESIDENCE
        NO PERM ADDRESS, NO PERM ADDR, NO PERM RESIDENCE, NO STABLE ADDRESS, NO STABLE HOUSING, NO PERMANENT HOUSING, NO HOUSING, NO HOME, NO RESIDENCE, WITHOUT HOME, WITHOUT HOUSING
        GENERAL DELIVERY, GEN DELIVERY, GEN DEL, GENERAL DEL, GENERAL DELIV, GENL DELIVERY, LIVES ON STREET, LIVES ON STREETS, LIVES ON THE STREET
        LIVES ON THE STREETS, LIVING ON THE STREET, LIVING ON THE STREETS, LIVING ON STREET, LIVING ON STREETS, ON THE STREET, ON THE STREETS
        LIVES IN CAR, LIVES IN VEHICLE, LIVES IN VAN, LIVES IN RV, LIVES IN HIS CAR, LIVES IN HER CAR, LIVING IN CAR, LIVING IN VEHICLE, LIVING IN HIS CAR, LIVING IN HER CAR, LIVING IN A CAR, LIVING IN RV
        LIVES OUT OF CAR, LIVING OUT OF CAR, LIVING OUT OF HIS CAR, LIVING OUT OF HER CAR, LIVING OUT OF VEHICLE, LIVES IN A CAR, LIVES IN TENT, LIVING IN TENT, LIVING IN A TENT, LIVES IN A TENT
        CURRENTLY HOMELESS, SLEEPS IN CAR, COUCH SURFING, COUCH SURFS, STREET PERSON, OF NO FIXED ABODE, NO STEADY ADDRESS, NO REGULAR ADDRESS
        UNDER BRIDGE, UNDER THE BRIDGE, NO CURRENT ADDRESS, NO PLACE TO LIVE
        """,
    )
    | _phrases(
        "!",
        "CUSTODY",
        """
        IN CUSTODY, DOC CUSTODY, IN JAIL, IN COUNTY JAIL, IN PRISON, IN STATE PRISON, IN CITY JAIL, IN DETENTION, SERVING TIME, IN FEDERAL CUSTODY, IN STATE CUSTODY, IN COUNTY CUSTODY
        IN DOC CUSTODY, CURRENTLY INCARCERATED, CURRENTLY IN CUSTODY, IN THE JAIL, LOCKED UP, BEHIND BARS, FEDERAL CUSTODY, STATE CUSTODY, COUNTY CUSTODY, JAIL CUSTODY, SHERIFF CUSTODY, SHERIFFS CUSTODY, POLICE CUSTODY, ICE CUSTODY, CDCR CUSTODY
        IN THE CUSTODY OF DOC, REMAINS IN CUSTODY, STILL IN CUSTODY, HELD IN CUSTODY, IN PENITENTIARY, IN LOCKUP, CUSTODY OF DOC
        """,
    )
    | _phrases(
        "?",
        "UNKNOWN",
        """
        SAME AS ABOVE, SAME AS, SAME ADDRESS, SAME ADDR, SAME AS VICTIM, SAME AS SUSPECT, SAME AS INCIDENT, SAME LOCATION, SAME AS LOCATION, SAME AS OFFENSE, AS ABOVE, SEE ABOVE, SEE BELOW
        SEE NARRATIVE, SEE NARR, SEE REPORT, SEE NOTES, SEE COMMENTS, SEE REMARKS, SEE TEXT, SEE ATTACHED, SEE CASE, SEE SUPPLEMENT, SEE SUPP, SEE CAD, SEE FILE, SEE OTHER, SEE DETAILS, SEE INCIDENT
        NOT AVAILABLE, NOT GIVEN, NOT PROVIDED, NOT KNOWN, NOT STATED, NOT APPLICABLE, NOT APPL, NOT ON FILE, NOT LISTED, NOT RECORDED, NOT REPORTED, NOT SPECIFIED, NOT DISCLOSED, NOT OBTAINED, NOT SURE, NOT ENTERED, NOT FOUND
        DID NOT GIVE, DID NOT PROVIDE, DID NOT STATE, DID NOT KNOW, WOULD NOT GIVE, WOULD NOT PROVIDE, WOULD NOT SAY, WILL NOT GIVE, WILL NOT PROVIDE, WONT GIVE, WOULDNT GIVE, DOES NOT KNOW, DOESNT KNOW, DONT KNOW, DO NOT KNOW, UNABLE TO PROVIDE, UNABLE TO LOCATE, UNABLE TO DETERMINE, UNABLE TO OBTAIN, CANNOT RECALL, CANT RECALL
        NO ADDRESS, NO ADDR, NO ADD, NO ADDRESS GIVEN, NO ADDRESS PROVIDED, NO KNOWN ADDRESS, NO LOCATION, NO LOCATION GIVEN, NO INFORMATION, NO INFO, NO DATA, NO ADDRESS AVAILABLE, NO ADDRESS ON FILE, NO SPECIFIC LOCATION, NO LOC
        TO BE DETERMINED, TO BE ADVISED, TO FOLLOW, NO VALID ADDRESS, ADDRESS NOT GIVEN, ADDRESS NOT KNOWN, ADDRESS NOT PROVIDED, VARIOUS LOCATIONS, MULTIPLE LOCATIONS, MULTIPLE ADDRESSES, SEVERAL LOCATIONS, VARIOUS ADDRESSES, DIFFERENT LOCATIONS, MANY LOCATIONS
        BY PHONE, VIA PHONE, OVER PHONE, OVER THE PHONE, ON THE PHONE, VIA INTERNET, ON INTERNET, ON THE INTERNET, ON LINE, VIA TELEPHONE, BY MAIL, BY TELEPHONE, PHONE CALL, VIA MAIL, CITY WIDE, LOCATION UNKNOWN
        """,
    )
    | _phrases(
        "$",
        "CONFIDENTIAL",
        """
        SAFE AT HOME, SUBSTITUTE ADDRESS, SUBSTITUTE ADDR, SUBSTITUTE ADDRESS PROGRAM, ADDRESS CONFIDENTIALITY PROGRAM, ADDRESS CONFIDENTIALITY, ADDRESS PROTECTION PROGRAM, ADDRESS PROTECTION
        ADDRESS CONFIDENTIAL, CONFIDENTIAL ADDRESS, CONFIDENTIAL LOCATION, ADDRESS PROGRAM, SAFE HOUSE, SAFEHOUSE, SAFE HAVEN PROGRAM, SAFE ADDRESS PROGRAM, SAFE ADDRESS, MARSYS LAW, MARSY S LAW
        ADDRESS WITHHELD, LOCATION WITHHELD, ADDRESS SEALED, ADDRESS REDACTED, ADDRESS SUPPRESSED, DO NOT RELEASE, DO NOT DISCLOSE, NOT FOR RELEASE, NOT PUBLIC, WITNESS PROTECTION, VICTIM ADDRESS PROTECTED, PROTECTED ADDRESS, PROTECTED LOCATION, UNDISCLOSED LOCATION, UNDISCLOSED ADDRESS
        SAFE AND SECURE ADDRESS PROGRAM, SHIELD PROGRAM, ADDRESS SHIELD PROGRAM, CLAIRES LAW, DOMESTIC VIOLENCE SHELTER, DV SHELTER, BATTERED WOMENS SHELTER, WOMENS SHELTER CONFIDENTIAL, SHELTER CONFIDENTIAL
        """,
    )
    | _phrases(
        "~",
        "OUT OF AREA",
        """
        OUT OF STATE, OUT OF COUNTY, OUT OF TOWN, OUT OF CITY, OUT OF COUNTRY, OUT OF AREA, OUT OF THE AREA, OUT OF JURISDICTION, OUT OF THE COUNTRY, OUT OF THE STATE, OUT OF THE COUNTY, OUT OF THE CITY
        OUTSIDE CITY, OUTSIDE COUNTY, OUTSIDE STATE, OUTSIDE CITY LIMITS, OUTSIDE THE CITY, OUTSIDE THE COUNTY, OUTSIDE OF CITY, OUTSIDE OF COUNTY, OUTSIDE JURISDICTION, OUTSIDE OF JURISDICTION, OUTSIDE OF STATE, OUTSIDE AREA
        OTHER JURISDICTION, OTHER CITY, OTHER STATE, OTHER COUNTY, ANOTHER STATE, ANOTHER CITY, ANOTHER COUNTY, ANOTHER JURISDICTION, NOT IN CITY, NOT IN COUNTY, NOT IN JURISDICTION, OUT OF DISTRICT, OUT OF CITY LIMITS, FOREIGN COUNTRY, OUTSIDE AGENCY, OUTSIDE US, OUTSIDE USA
        """,
    )
    | _phrases(
        "Y",
        "NEAR",
        """
        IN FRONT OF, IN FRONT, FRONT OF, REAR OF, IN REAR OF, IN THE REAR OF, IN BACK OF, BACK OF, IN THE BACK OF, BEHIND OF, ACROSS FROM, ACROSS THE STREET FROM, ACROSS STREET FROM, NEXT TO, CLOSE TO, NEAR TO
        IN THE AREA OF, AREA OF, IN AREA OF, IN THE VICINITY OF, VICINITY OF, IN VICINITY OF, IN THE BLOCK OF, ADJACENT TO, OPPOSITE OF, OUTSIDE OF, INSIDE OF, JUST OUTSIDE, SIDE OF, AT OR NEAR, DOWN FROM, UP FROM, ALLEY BEHIND, ALLEY OF, ALLEY REAR OF, ALLEY R/O
        FOOT OF, END OF, TOP OF, BOTTOM OF, DEAD END OF, AT THE REAR OF, AT REAR OF, PARKING LOT OF, IN PARKING LOT OF, AROUND THE CORNER FROM, AT THE END OF, OVER BY, LOCATED AT
        """,
    )
    | _phrases(",", ",", "UNITED STATES, UNITED STATES OF AMERICA")
    | _phrases("I", "INTERSECTION OF", "INTERSECTION OF, INTERSECTION AT, THE INTERSECTION OF, AT THE INTERSECTION OF, AT INTERSECTION OF, INTX OF, INTER OF, INT OF, JUNCTION OF, JCT OF, CROSSING OF")
    | _phrases("Q", "CORNER", "CORNER OF, CORNER AT, COR OF, CRN OF, CNR OF, THE CORNER OF, AT THE CORNER OF, ON THE CORNER OF, AT CORNER OF, ON CORNER OF, STREET CORNER OF")
    | _phrases("W", "BETWEEN", "IN BETWEEN")
    | _phrases("P", "RAMP", "ON RAMP, OFF RAMP, ENTRANCE RAMP, EXIT RAMP, ON RMP, OFF RMP, OFF-RAMP, EXIT RMP, ENTRY RAMP, CONNECTOR RAMP, RAMP TO, RAMP FROM, ON RAMP TO, OFF RAMP TO, ON RAMP FROM, OFF RAMP FROM, ENTRANCE RAMP TO, EXIT RAMP TO, EXIT RAMP FROM, RAMP ONTO, ON RAMP AT, OFF RAMP AT, RAMP AT, ON RAMP ONTO")
    | _phrases("M", "MP", "MILE POST, MILE MARKER, MILE MKR, MILE MARK, MI POST, MI MARKER, POST MILE, M M, M P, MILE POSTS, MI MKR, MILEAGE MARKER, MILE POLE, MARKER MILE, M/M")
    | _phrases("w", "MARTIN LUTHER KING JR", "MARTIN LUTHER KING JR")
    | _phrases("*", "MARTIN LUTHER KING JR", "MARTIN LUTHER KING, DR MARTIN LUTHER KING JR, DR MARTIN LUTHER KING, REV MARTIN LUTHER KING JR, DOCTOR MARTIN LUTHER KING JR, REV DR MARTIN LUTHER KING JR, DR REV MARTIN LUTHER KING JR, MARTIN LUTHER KING JUNIOR, REVEREND DR MARTIN LUTHER KING JR")
    | _phrases("*", "MARTIN LUTHER KING JR", "M L KING JR, M L KING, ML KING JR, ML KING, M L K, MARTIN L KING JR, MARTIN L KING, DR M L KING JR, DR M L KING, DR ML KING JR, DR ML KING, DR MLK, DR MLK JR, MLK JR, MLKING JR, M LUTHER KING JR, M LUTHER KING, MARTIN LTHR KING JR, MARTIN LTHR KING, MARTIN L K JR, M L K JR, REV M L KING JR, DR MARTIN L KING JR, DR MARTIN L KING")
    | _phrases("e", "7 ELEVEN", "7 ELEVEN, SEVEN ELEVEN") | _phrases("e", "24 HOUR FITNESS", "24 HOUR FITNESS")
    | _phrases("R", "PARKING LOT", "PARKING LOT, PARKING LT, PKG LOT") | _phrases("R", "PARKING GARAGE", "PARKING GARAGE, PARKING STRUCTURE, PARKING DECK")
    | _phrases("s", "SVRD", "SERVICE RD, SVC RD, SERV RD, FRONTAGE RD, FRTG RD, ACCESS RD, FEEDER RD") | _phrases("@", "@", "CROSS ST :, X ST :, CROSS STREET OF, CROSS OF")
    | _phrases("j", "HALFWAY HOUSE", "HALFWAY HOUSE, HALF WAY HOUSE") | _phrases("j", "WORK RELEASE", "WORK RELEASE, WORK FURLOUGH, PRE RELEASE")
    | _phrases("w", "JOHN F KENNEDY", "JOHN F KENNEDY, JOHN FITZGERALD KENNEDY")
    | _phrases("*", "JOHN F KENNEDY", "J F KENNEDY, JF KENNEDY, J F K")
    | _phrases("w", "FRANKLIN D ROOSEVELT", "FRANKLIN D ROOSEVELT, FRANKLIN DELANO ROOSEVELT")
    | _phrases("*", "FRANKLIN D ROOSEVELT", "F D ROOSEVELT, F D R")
    | _phrases("d", "NW", "N W, NORTH WEST") | _phrases("d", "NE", "N E, NORTH EAST")
    | _phrases("d", "SW", "S W, SOUTH WEST") | _phrases("d", "SE", "S E, SOUTH EAST")
    | _phrases("K", "NB", "NORTH BOUND, N BOUND, N B") | _phrases("K", "SB", "SOUTH BOUND, S BOUND")
    | _phrases("K", "EB", "EAST BOUND, E BOUND") | _phrases("K", "WB", "WEST BOUND, W BOUND")
    | _phrases("G", "RD", "REPORTING DISTRICT, REPORTING DIST, REPORTING AREA, RPT DIST, RPT DISTRICT, PATROL AREA, PATROL ZONE, PATROL BEAT, PATROL DISTRICT, CENSUS TRACT, POLICE DISTRICT, POLICE BEAT, POLICE ZONE, POLICE PRECINCT, POLICE SERVICE AREA, CITY COUNCIL DISTRICT, COUNCIL DISTRICT, RESPONSE AREA, SERVICE AREA, POLICE AREA, POLICE GRID, MAP GRID, GRID NUMBER, BEAT NUMBER")
)  # fmt: skip


_STATE_NAMES = {tuple(name.split()): (name, "V") for name in STATES if " " in name and not name.startswith(("N", "W", "S"))}
_STATE_NAMES |= {tuple(name.split()): (name, "V") for name in ("NEW HAMPSHIRE", "NEW JERSEY", "NEW MEXICO", "NEW YORK")}
PHRASES |= _STATE_NAMES

#: How a numbered road begins -> what it is called here. The words in the middle, HWY or ROAD, may follow any of them.
_ROADS = {
    ("I",): "I", ("IH",): "I", ("INTERSTATE",): "I", ("US",): "US HWY", ("USH",): "US HWY", ("U", "S"): "US HWY",
    ("SR",): "SR", ("SH",): "SR", ("STH",): "SR", ("S", "R"): "SR", ("S", "H"): "SR", ("CR",): "CR", ("CTH",): "CR",
    ("CSAH",): "CR", ("C", "R"): "CR", ("HWY",): "HWY", ("RTE",): "HWY", ("RT",): "HWY", ("FM",): "FM",
    ("FARM", "TO", "MARKET"): "FM", ("USHWY",): "US HWY", ("CORD",): "CR", ("STHWY",): "SR", ("CIR",): "CR",
    ("LOOP",): "LOOP", ("SPUR",): "SPUR", ("BELTWAY",): "BELTWAY",
}  # fmt: skip
#: These are a road's beginning only before HWY, ROUTE or ROAD: STATE ST and CO are other things.
_ROADS_BEFORE_WAY = {("STATE",): "SR", ("ST",): "SR", ("CO",): "CR", ("COUNTY",): "CR"}
_ROADS_BEFORE_WAY |= {("COUNTY", "TRUNK"): "CR", ("COUNTY", "STATE", "AID"): "CR", ("CO", "TRUNK"): "CR"}
_ROADS_BEFORE_WAY |= {("TWP",): "TWP RD", ("TOWNSHIP",): "TWP RD", ("FARM",): "FM", ("RANCH",): "RM"}
_WAY = frozenset(["HWY", "RTE", "RT", "RD", "TRUNK"])
_ENDINGS = frozenset(["ST", "ND", "RD", "TH"])
_SINGLE = frozenset("lLXd")
_SUFFIX = frozenset("st2p")


def _road(window: tuple[Token, ...]) -> tuple[int, Token] | None:
    """Read a numbered road at the start of a window: its length in tokens, and the token it becomes."""
    texts = [text for text, _ in window]
    for length in (3, 2, 1):
        begin = tuple(texts[:length])
        kind = _ROADS.get(begin) or _ROADS_BEFORE_WAY.get(begin)
        if kind:
            break
    else:
        length, kind = 1, "SR" if _is_state_road(window[0]) else ""
    ways = 0
    while kind and length + ways < len(texts) and texts[length + ways] in _WAY and ways < 2:
        ways += 1
    at = length + ways + (texts[length + ways : length + ways + 1] in (["#"], ["NO"], ["NUMBER"]))
    if not kind or at >= len(window) or (begin in _ROADS_BEFORE_WAY and not ways):
        return None
    return (at + 1, (f"{kind} {texts[at]}", "r")) if _numbers_road(window[at], kind, begin, ways) else None


def _is_state_road(token: Token) -> bool:
    """Tell whether a postal code may begin a state's road: KY 44, but not the CT 4 of OAK CT 4."""
    return token[1] in "A4" and token[0] in STATES


def _numbers_road(token: Token, kind: str, begin: tuple[str, ...], ways: int) -> bool:
    text, letter = token
    if letter in "na":
        most = 3 if begin[0] in STATES or kind == "I" else 4
        least = 3 if begin == ("LOOP",) else 1  # FOX LOOP 4 has a unit
        return least <= len(text.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) <= most
    if begin == ("CIR",):
        return False
    if kind == "SR" and ways and len(text) == 2 and text[0] == text[1]:  # STATE HWY AA
        return True
    is_lettered = kind == "CR" or (kind == "SR" and ways > 0) or begin == ("RTE",)
    if letter in _SINGLE and len(text) == 1:
        return is_lettered and (letter != "d" or kind == "CR" or ways > 0)
    return kind == "CR" and ways > 0 and len(text) <= 3 and text.isalpha() and letter not in "stbdO"


_STARTS = {phrase[0] for phrase in PHRASES} | {begin[0] for begin in (*_ROADS, *_ROADS_BEFORE_WAY)} | set(TENS_WORDS) | {"MI", "AREA"}
_AFTER_ROADS = _WAY | {"S", "R", "H", "TRUNK", "STATE", "TO", "#", "NO", "NUMBER"}
_SECONDS = {phrase[1] for phrase in PHRASES if len(phrase) > 1} | _AFTER_ROADS
_REACH: dict[tuple[str, str], int] = {}
for _phrase in PHRASES:
    _REACH[_phrase[:2]] = max(len(_phrase) + 1, _REACH.get(_phrase[:2], 0))


def may_start(token: Token) -> int:
    """Tell which phrases a token may begin: 1 one of words or a road, 2 one of numbers, 3 either, 0 none."""
    text, letter = token
    return (text in _STARTS or letter in "A45K") + 2 * (letter in "nz0" or text in CARDINALS)


def may_follow(token: Token) -> int:
    """Tell which beginnings of `may_start` a token may follow: the sum of their numbers."""
    text, letter = token
    return (text in _SECONDS or letter in "nazZolLXd#v") + 2 * (letter in "->H" or text in _ENDINGS)


def phrase_reach(first: Token, second: Token) -> int:
    """Give how many tokens must be looked at to read a phrase that begins with these two; 0 when none does."""
    (text, letter), (follower, kind) = first, second
    reach = _REACH.get((text, follower), 0)
    if may_start(first) > 1 and may_follow(second) > 1:
        reach = max(reach, 2 if kind == "H" else 3)
    begin = (text,)
    if kind in "nalLXd":
        is_road = begin in _ROADS or (_is_state_road(first) and len(follower) <= 4)
    else:
        is_road = (begin in _ROADS or begin in _ROADS_BEFORE_WAY or letter == "A") and follower in _AFTER_ROADS
    if is_road:
        reach = max(reach, 2 if kind in "nalLXd" and follower not in _AFTER_ROADS else 5)
    if (text in TENS_WORDS and kind == "o") or (_is_state(first) and kind in "zZ") or (text == "MI" and kind in "nzv") or letter + kind == "Kn" or (text in ("AREA", "NO") and kind in "nzac"):
        reach = max(reach, 2)
    return reach


def _is_state(token: Token) -> bool:
    return token[1] in "45" and token[0] in STATES


def phrase_at(window: tuple[Token, ...]) -> tuple[int, tuple[Token, ...]] | None:
    """Read the longest phrase at the start of a window of tokens.

    Parameters
    ----------
    window : tuple of (str, str)
        Tokens, at most `PHRASE_LENGTH`.

    Returns
    -------
    tuple of int and tokens, or None
        How many tokens the phrase has, and what they become; nothing when none begins here.

    Examples
    --------
    >>> phrase_at((("CO", "A"), ("RD", "s"), ("12", "n"), ("N", "d")))
    (3, (('CR 12', 'r'),))
    """
    texts = tuple(text for text, _ in window)
    for length in range(min(len(window), PHRASE_LENGTH), 1, -1):
        if (found := PHRASES.get(texts[:length])) and not _is_lettered_street(found, window[length - 1 :]):
            return length, (found,)
    if _is_parted_ordinal(window):
        return 2, ((ordinal(int(window[0][0])), "o"),)
    if window[0][1] == "K" and window[1][1] == "n" and len(window[1][0]) <= 3:  # SB 101
        return 2, (window[0], (f"HWY {window[1][0]}", "r"))
    if window[0][0] == "NO" and window[1][1] in "nza":
        return 2, (window[1],)
    if window[0][0] == "AREA" and window[1][1] in "nac":
        return 2, (("AREA", "G"), window[1])
    if window[0] == ("MI", "D") and window[1][1] in "nzv":
        return 2, (("MP", "M"), window[1])
    if made := _pair_of_numbers(window):
        return made
    if road := _road(window):
        return road[0], (road[1],)
    if window[0][0] in TENS_WORDS and window[1][1] == "o" and int(window[1][0][:-2]) < 10:
        return 2, ((ordinal(TENS_WORDS[window[0][0]] + int(window[1][0][:-2])), "o"),)
    if _is_state(window[0]) and window[1][1] in "zZ":
        return 2, ((window[0][0], "A"), window[1])
    return None


def _pair_of_numbers(window: tuple[Token, ...]) -> tuple[int, tuple[Token, ...]] | None:
    """Read 1200 - 1299 as one number, and 12 HUNDRED as the block it is."""
    (text, letter), second = window[0], window[1]
    if second[1] in "->" and len(window) > 2 and letter in "nz0" and window[2][1] in "nz":
        pair = read_number(f"{text}-{window[2][0]}")
        return (3, (pair,)) if pair else None
    if second[1] == "H" and (letter == "n" or text in CARDINALS):
        hundreds = CARDINALS.get(text) or int(text)
        return 2, ((f"{hundreds // 100 if hundreds >= 100 else hundreds}XX", "x"),)
    return None


def _is_parted_ordinal(window: tuple[Token, ...]) -> bool:
    """Tell 5 TH AVE and 1 ST ST from 12 ST."""
    (text, letter), (ending, _) = window[0], window[1]
    if letter != "n" or len(text) > 3 or ordinal(int(text)) != text + ending:
        return False
    return ending in ("TH", "ND") or (len(window) > 2 and window[2][1] in _SUFFIX)


def _is_lettered_street(found: Token, rest: tuple[Token, ...]) -> bool:
    """Tell N E ST, where E is the street, from N E MAIN ST."""
    return found[1] == "d" and len(rest) > 1 and rest[1][1] in _SUFFIX and rest[0][1] == "d"
