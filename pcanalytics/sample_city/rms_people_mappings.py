"""The mapping files of the records system's extracts of people."""

from __future__ import annotations

from pcanalytics.sample_city.arrests import DISPOSITIONS, SEVERITIES
from pcanalytics.sample_city.involvement import ROLES
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.rms import AGENCY, DISTRICT_CODES, OFFENSE_CODES
from pcanalytics.sample_city.rms_people import RACE_MEANINGS, STOP_TYPES

_PLACE_COLUMNS = {
    "address": "LOCATION",
    "district": "DISTRICT",
    "beat": "BEAT",
    "age_at_event": "AGE",
    "juvenile": "JUV",
}


def people_mappings() -> dict[str, bytes]:
    """Write the mapping files of these extracts."""
    csv = {"format": "delimited", "encoding": "utf-8", "separator": ",", "quote": '"'}
    yes = {"true": ["Y"], "false": ["N"]}
    source = {"agency": AGENCY, "extract": "full"}
    person = {
        "person_record_id": "NAME_ID",
        "local_id": "MNI",
        "surname": "LAST",
        "given_name": "FIRST",
        "middle_name": "MIDDLE",
        "suffix": "SUFFIX",
        "birth_date": "DOB",
        "sex": "SEX",
        "race": "RACE",
        "ethnicity": "ETHN",
        "sid": "SID",
        "fbi_number": "FBI",
        "height_cm": "HT_CM",
        "weight_kg": "WT_KG",
        "eye_color": "EYES",
        "hair_color": "HAIR",
        "address": "HOME_ADDR",
        "gang": "GANG",
        "recorded_at": "RECORDED",
        "confidential_address": "ACP",
    }
    stamp, minute = "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"
    files = {
        "rms_people": mapping(
            "People as police wrote them down, one row each time. NA is Native American; None in GANG is what an officer typed.",
            source={"table": "police_people", **source},
            dialect=csv,
            columns=person,
            formats={"birth_date": "%m/%d/%Y", "recorded_at": stamp},
            sentinels={"birth_date": ["01/01/0001"]},
            codes={
                "sex": {"M": "male", "F": "female", "U": "unknown"},
                "race": RACE_MEANINGS,
                "ethnicity": {"H": "hispanic", "N": "not_hispanic", "U": "unknown"},
            },
            booleans={"confidential_address": yes},
        ),
        "rms_incident_people": mapping(
            "Who was what in an incident; businesses and unnamed people have no name record.",
            source={"table": "incident_people", **source},
            dialect=csv,
            columns={
                "incident_person_id": "INVOLVEMENT_ID",
                "incident_id": "INCIDENT_NO",
                "person_record_id": "NAME_ID",
                "role": "ROLE",
                "age_at_event": "AGE",
                "juvenile": "JUV",
                "injury": "INJURY",
            },
            codes={"role": ROLES},
            booleans={"juvenile": yes},
        ),
        "rms_arrests": mapping(
            "Arrests.",
            source={"table": "arrests", **source},
            dialect=csv,
            columns={
                "arrest_id": "ARREST_NO",
                "incident_id": "INCIDENT_NO",
                "person_record_id": "NAME_ID",
                "arrested_at": "ARRESTED",
                "entered_at": "ENTERED",
                "offense": "UCR",
                "offense_code": "UCR",
                "on_warrant": "WARRANT",
                **_PLACE_COLUMNS,
            },
            formats={"arrested_at": minute, "entered_at": minute},
            codes={"offense": OFFENSE_CODES, "district": DISTRICT_CODES},
            booleans={"on_warrant": yes, "juvenile": yes},
        ),
        "rms_charges": mapping(
            "Charges; dockets such as 1E5 are text.",
            source={"table": "charges", "extract": "full"},
            dialect=csv,
            columns={
                "charge_id": "CHARGE_ID",
                "arrest_id": "ARREST_NO",
                "docket": "DOCKET",
                "statute": "STATUTE",
                "offense": "UCR",
                "severity": "GRADE",
                "filed_on": "FILED",
            },
            formats={"filed_on": "%Y-%m-%d"},
            codes={"offense": OFFENSE_CODES, "severity": dict(zip("FMI", SEVERITIES, strict=True))},
        ),
        "court_dispositions": mapping(
            "Dispositions from the clerk of court: Latin-1, tabs, the word NULL.",
            source={"table": "court_dispositions", "agency": "CLERK", "extract": "full"},
            dialect={
                "format": "delimited",
                "encoding": "latin-1",
                "separator": "\t",
                "quote": "",
                "nulls": ["", "NULL"],
            },
            columns={
                "disposition_id": "DISP_NO",
                "charge_id": "CHARGE",
                "disposed_on": "DISP_DT",
                "disposition": "DISP_CD",
                "sentence_days": "SENT_DAYS",
            },
            formats={"disposed_on": "%m/%d/%Y"},
            codes={"disposition": dict(zip(("GLTY", "DISM", "NG", "DIV", "DEF"), DISPOSITIONS, strict=True))},
        ),
        "rms_field_interviews": mapping(
            "Field interviews: nobody was stopped.",
            source={"table": "field_interviews", **source},
            dialect=csv,
            columns={
                "contact_id": "FI_NO",
                "person_record_id": "NAME_ID",
                "contacted_at": "WHEN",
                "reason": "REASON",
                "entered_at": "ENTERED",
                **_PLACE_COLUMNS,
            },
            formats={"contacted_at": stamp, "entered_at": stamp},
            codes={"district": DISTRICT_CODES},
            booleans={"juvenile": yes},
        ),
        "rms_stops": mapping(
            "Stops, one row a person stopped.",
            source={"table": "stops", **source},
            dialect=csv,
            columns={
                "stop_id": "STOP_NO",
                "person_record_id": "NAME_ID",
                "stopped_at": "WHEN",
                "stop_type": "TYPE",
                "reason": "REASON",
                "searched": "SEARCH",
                "result": "RESULT",
                "entered_at": "ENTERED",
                **_PLACE_COLUMNS,
            },
            formats={"stopped_at": stamp, "entered_at": stamp},
            codes={"district": DISTRICT_CODES, "stop_type": STOP_TYPES},
            booleans={"juvenile": yes, "searched": yes},
        ),
        "rms_aliases": mapping(
            "Other names of people.",
            source={"table": "police_aliases", **source},
            dialect=csv,
            columns={
                "alias_id": "ALIAS_ID",
                "person_record_id": "NAME_ID",
                "surname": "LAST",
                "given_name": "FIRST",
                "birth_date": "DOB",
                "moniker": "MONIKER",
            },
            formats={"birth_date": "%m/%d/%Y"},
        ),
    }
    return {f"mappings/{name}.toml": content for name, content in files.items()}
