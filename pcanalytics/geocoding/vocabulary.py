"""Word -> the kind of token it is (a letter of `letters.LETTERS`) and its one spelling.

Words of several kinds have the kind that a place is most often written with; the grammar lets them be words of a name too.
"""

from __future__ import annotations

from pcanalytics.geocoding.lexicon import DIRECTIONS, ORDINAL_WORDS, STATES, SUFFIXES, WEAK_SUFFIXES

__all__ = ["COMPASS", "WORDS", "ordinal"]

#: Directions in full keep their spelling until they are known to be one: NORTH ST is not N ST.
COMPASS = frozenset(["NORTH", "SOUTH", "EAST", "WEST", "NORTHEAST", "NORTHWEST", "SOUTHEAST", "SOUTHWEST"])


def ordinal(number: int) -> str:
    """Write a number as an ordinal.

    Parameters
    ----------
    number : int
        A number of 0 or more.

    Returns
    -------
    str
        The ordinal in digits.

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 11, 112, 121)]
    ['1ST', '2ND', '3RD', '11TH', '112TH', '121ST']
    """
    ending = "TH" if number % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"


def _kind(letter: str, lines: str) -> dict[str, tuple[str, str]]:
    """Read ``STANDARD=SPELLING,SPELLING`` words of one kind."""
    found = {}
    for item in lines.split():
        standard, _, others = item.partition("=")
        found |= {word: (standard, letter) for word in [standard, *others.split(",")] if word}
    return found


#: Word -> its one spelling and its letter. Later kinds win over earlier ones.
WORDS: dict[str, tuple[str, str]] = (
    {word: (word, "w") for word in ("NEW", "OLD", "GREAT")} | {"THE": ("THE", "T"), "ONE": ("1", "n"), "N\\A": ("N/A", "?"), "**": ("**", ";"), "***": ("**", ";"), "****": ("**", ";")}
    | {name: (name, "V") for name in STATES if len(name) > 2 and " " not in name}
    | {code: (code, "A") for code in STATES if len(code) == 2}
    | {word: (full, "p") for word, full in WEAK_SUFFIXES.items()}
    | {word: (short, "s") for word, short in SUFFIXES.items()}
    | {word: (ordinal(number), "o") for word, number in ORDINAL_WORDS.items()}
    | {word: (word if word in COMPASS else short, "d") for word, short in DIRECTIONS.items()}
    | _kind("2", "CT AL=")
    | _kind("4", "LA DE MT IN OR ME OK HI MS MA PA ID VA MO")
    | _kind("t", "ST=")
    | _kind("l", "A B C D")
    | _kind("L", "F G H I J K L M O P Q R T U V Y Z")
    | _kind("X", "X")
    | {"ADDR": ("ADDRESS", "w"), "ADDRS": ("ADDRESS", "w"), "ADRESS": ("ADDRESS", "w"), "MOUNT": ("MT", "w"), "MT": ("MT", "4"), "FORT": ("FT", "w"), "SAINT": ("ST", "w")}
    | dict.fromkeys(("CNTY", "CTY"), ("COUNTY", "w"))
    | {"MLK": ("MARTIN LUTHER KING JR", "*"), "MLKJR": ("MARTIN LUTHER KING JR", "*"), "JFK": ("JOHN F KENNEDY", "*"), "FDR": ("FRANKLIN D ROOSEVELT", "*")}
    | _kind("O", "OF")
    | _kind("N", "ON")
    | _kind("b", "BLOCK=BLK,BLKS,BLOCKS,BLCK,BLOK,BLOC,BLOCL,BLLOCK,BLOCKK,BOLCK,BLKK,BLKO,BK,BLOACK")
    | _kind("H", "HUNDRED=HUND,HUNDREDS,HUNDERD,HUNDRD")
    | _kind(
        "U",
        """APT=APARTMENT,APMT,APPT,APTS,APARTMENTS,APTMT UNIT=UNT,UNITS STE=SUITE,SUIT,SUITES,STES RM=ROOM,ROOMS,RMS
        SPC=SPACE,SP,SPACES LOT=LOTS TRLR=TRAILER SLIP SHED STALL DEPT=DEPARTMENT HNGR=HANGAR BLDG=,BLDGS,BULDING
        OFC= BOX KIOSK CABIN DORM CELL POD BERTH BED  NUMBER=NUM,NBR""",
    )
    | _kind("F", "FLOOR=FLR,FLOORS,FLRS,FOOR LVL=LEVEL,LEVELS")
    | _kind("5", "FL")
    | _kind(
        "R",
        """REAR= UPPR=UPPER,UPR,UPSTAIRS,UP LOWR=LOWER,LWR,DOWNSTAIRS,DWN BSMT=BASEMENT,BASE,BSMNT FRNT=FRONT LBBY=LOBBY
        PH=PENTHOUSE SIDE OFC=OFFICE MEZZ=MEZZANINE GARAGE=GAR ATTIC DUPLEX ALLEYWAY= DRIVEWAY YARD=BACKYARD
        ROOF=ROOFTOP GROUND=GRND,GR HALLWAY STAIRWELL STOREFRONT PORCH""",
    )
    | _kind("B", "BUILDING=BUILDINGS")
    | _kind(
        "K",
        """NB=NORTHBOUND,N/B,NBND,NORTHBND SB=SOUTHBOUND,S/B,SBND,SOUTHBND EB=EASTBOUND,E/B,EBND,EASTBND
        WB=WESTBOUND,W/B,WBND,WESTBND""",
    )
    | _kind("E", "EXIT=EX,EXITS")
    | _kind("M", "MP=MM,MILEPOST,MILEMARKER,MPOST,MMKR,MILEMKR,MRKR,MPM,POSTMILE")
    | _kind("P", "RAMP=RAMPS,ONRAMP,OFFRAMP,RMP,OFRAMP")
    | _kind("D", "FT=FEET,FOOT MI=MILE,MILES YD=,YARDS,YDS METERS=METER,MTRS KM ")
    | _kind(
        "G",
        """GRID BEAT= ZONE SECTOR=SECT DISTRICT=DIST PRECINCT=PCT TRACT RA= PSA QUADRANT=QUAD
        SUBDISTRICT WARD""",
    )
    | _kind("W", "BETWEEN=BTWN,BTW,BETW,BET,BTN,BWTN,BETWN,B/T,BT,BETWEN,BTWEEN,B/W")
    | _kind("<", "FROM")
    | _kind(">", "TO=THRU,THROUGH")
    | _kind("I", "INTERSECTION=INTER,INTERSECT,INTX,INTERS,INTSEC,INT,INTSCT")
    | _kind("Q", "CORNER=COR,CRN,CRNR,CNR,CORN")
    | _kind("Y", "AREA REAR NEAR=NR,IFO,BEHIND,ACROSS,OUTSIDE,O/S,VICINITY,OPPOSITE,VIC,INFRONT,NEXT,ADJACENT,INSIDE,ABOUT,JUST,APPROX,APPROXIMATELY,AROUND,R/O,REAROF,I/F/O")
    | _kind(
        "e",
        """HOSPITAL=HOSP SCHOOL=SCH ELEMENTARY=ELEM ACADEMY=ACAD CHURCH LIBRARY STADIUM ARENA MALL=MALL
        AIRPORT=ARPT MUSEUM ZOO CEMETERY=CEM PLAYGROUND BEACHFRONT PIER= WHARF MARINA DOCK DEPOT TERMINAL=TERM HOTEL MOTEL INN
        RESTAURANT CAFE BAR TAVERN CASINO CLINIC COURTHOUSE THEATER=THEATRE TEMPLE MOSQUE SYNAGOGUE SHELTER COALITION
        ENCAMPMENT UNIVERSITY=UNIV COLLEGE MARKETPLACE SUPERMARKET WAREHOUSE GYM FAIRGROUNDS FAIRGROUND RESERVOIR
        BART METRO SUBWAY TRANSIT CONDOS=CONDO TOWNHOMES STATUE MONUMENT""",
    )
    | _kind(
        "j",
        """JAIL=JAILS PRISON=PRISONS PENITENTIARY= CORRECTIONAL=CORRECTIONS,CORR DETENTION=DETN,DETENTIONS REFORMATORY
        STOCKADE LOCKUP JUVENILE=JUVE PENAL WORKHOUSE""",
    )
    | _kind(
        "!",
        """TRANSIENT=TRANSIENTS,TRANSCIENT,TRANSIANT,TRANSEINT,VAGRANT,DRIFTER HOMELESS=HOMLESS,HOMELES,HMLS,HOMELSS,UNHOUSED,UNSHELTERED,HOUSELESS
        NFA=NPA,NFPA CUSTODY=INCARCERATED,INCARCERATION,INMATE,JAILED,IMPRISONED,INCARC,DETAINED""",
    )
    | _kind(
        "?",
        """UNKNOWN=UNK,UNKN,UNKNWN,UNKOWN,UKNOWN,UNKNOWM,UNKWN,UKN REFUSED=REFUSE,REFUSES,REF,REFUSAL,DECLINED,DECLINES N/A=NA,N/K,N.A
        NONE=NULL,NAN,NIL,BLANK UNAVAILABLE=UNAVAIL UNDETERMINED=UNSPECIFIED,UNVERIFIED VARIOUS=VARIES,VARIABLE,VARYING,VAR
        TBD=TBA CITYWIDE=COUNTYWIDE,STATEWIDE INTERNET=ONLINE,CYBERSPACE SAME=DITTO,SAA UNDEFINED=
        INVALID NOWHERE ANYWHERE SOMEWHERE UNSURE UNLISTED """,
    )
    | _kind(
        "$",
        """CONFIDENTIAL=CONFID,CONF,CONFIDENTAL,CONFIDENTIALITY,CONFIDENTUAL PROTECTED  REDACTED=WITHHELD,SEALED,SUPPRESSED UNDISCLOSED
        ACP=A.C.P""",
    )
    | {"USA": (",", ","), "7-11": ("7 ELEVEN", "e")}
    | {"X" * length: ("X" * length, "x") for length in range(2, 7)}
    | _kind("%", "POB=POBOX,POSTBOX,PMB,PO BOX")
    | _kind("^", "RR=RFD,HCR HC")
    | _kind("~", "OOS=OOC,OOT,OOA,OOJ")
    | _kind("&", "&=AND,+,&&")
    | _kind("@", "@=AT,@@,X-ST,XST,X-STREET,X/ST,XSTREET")
    | {",": (",", ","), "(": ("(", "("), ")": (")", ")"), ":": (":", ":"), ";": (":", ":"), "-": ("-", "-"), "--": ("-", "-"), "#": ("#", "#")}
    | {"\\": ("/", "/"), "|": ("/", "/"), "//": ("/", "/"), "/": ("/", "/"), "[": ("(", "("), "]": (")", ")")}
)
