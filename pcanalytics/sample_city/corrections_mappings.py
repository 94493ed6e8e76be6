"""The mapping files of the corrections extracts."""

from __future__ import annotations

from typing import Any

from pcanalytics.sample_city import custody_files as held
from pcanalytics.sample_city import styles as sent
from pcanalytics.sample_city.conditions import CONDITIONS
from pcanalytics.sample_city.corrections import DOC, SCCC, SCJ
from pcanalytics.sample_city.lives import OUTCOMES, VIOLATIONS
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.styles import STYLES, Style

_YES = {"true": ["Y"], "false": ["N"]}


def _inverse(words: dict[str, str]) -> dict[str, str]:
    return {code: meaning for meaning, code in words.items()}


def _person_columns() -> dict[str, str]:
    return {
        "doc_id": "OFFENDER_ID",
        "surname": "LAST_NM",
        "given_name": "FIRST_NM",
        "middle_name": "MIDDLE_NM",
        "suffix": "SUFFIX",
        "birth_date": "DOB",
        "sex": "SEX",
        "race": "RACE",
        "ethnicity": "ETHNIC",
        "sid": "SID",
        "fbi_number": "FBI",
        "height_cm": "HEIGHT_CM",
        "weight_kg": "WEIGHT_KG",
        "eye_color": "EYES",
        "hair_color": "HAIR",
        "security_threat_group": "STG",
        "recorded_at": "FIRST_SEEN",
    }


def _tables(style: Style) -> dict[str, dict]:
    """For each table: columns, days, times, columns with a day that means no end, codes, booleans, remark."""
    conditions = {one.code: one for one in CONDITIONS}
    return {
        "people": {
            "table": "corrections_people",
            "columns": _person_columns(),
            "days": ("birth_date",),
            "times": ("recorded_at",),
            "codes": {
                "sex": sent.SEX,
                "race": _inverse(sent.RACES),
                "ethnicity": {"HISP": "hispanic", "NON": "not_hispanic"},
            },
        },
        "supervision": {
            "table": "supervision",
            "days": ("start", "end", "ended_on"),
            "times": ("entered_at",),
            "ends": ("ended_on",),
            "columns": {
                "supervision_id": "SUPV_ID",
                "doc_id": "OFFENDER_ID",
                "supervision_type": "SUPV_TYPE",
                "level": "SUPV_LEVEL",
                "status": "STATUS",
                "start": "START_DT",
                "end": "EXPIRE_DT",
                "ended_on": "CLOSE_DT",
                "officer_id": "AGENT",
                "offense": "OFFENSE",
                "program": "PROGRAM",
                "entered_at": "UPDATED",
            },
            "codes": {
                "supervision_type": _inverse(sent.TYPE_CODES),
                "level": _inverse(sent.LEVEL_CODES),
                "status": _inverse(sent.STATUS_CODES),
                "offense": sent.OFFENSE_CODES,
            },
        },
        "conditions": {
            "table": "conditions",
            "days": ("issued_on", "ends_on"),
            "columns": {
                "condition_id": "COND_ID",
                "supervision_id": "SUPV_ID",
                "condition_type": "COND_CD",
                "verbatim": "COND_TEXT",
                "plain_words": "COND_CD",
                "identifies_victim": "COND_CD",
                "issuing_authority": "ORDERED_BY",
                "issued_on": "ORDERED_DT",
                "ends_on": "ENDS_DT",
            },
            "codes": {
                "condition_type": {code: one.kind for code, one in conditions.items()},
                "plain_words": {code: one.plain for code, one in conditions.items()},
            },
            "booleans": {
                "identifies_victim": {"true": ["NCV"], "false": [code for code in conditions if code != "NCV"]}
            },
        },
        "residences": {
            "table": "residences",
            "days": ("start", "end", "verified_on"),
            "times": ("entered_at",),
            "ends": ("end",),
            "columns": {
                "residence_id": "ADDR_ID",
                "doc_id": "OFFENDER_ID",
                "address": "ADDRESS",
                "residence_type": "ADDR_TYPE",
                "start": "FROM_DT",
                "end": "TO_DT",
                "verified": "VERIFIED",
                "verified_on": "VERIFIED_DT",
                "confidential_address": "ACP",
                "entered_at": "UPDATED",
            },
            "codes": {"residence_type": _inverse(sent.RESIDENCE_CODES)},
            "booleans": {"verified": _YES, "confidential_address": _YES},
        },
        "employment": {
            "table": "employment",
            "days": ("start", "end"),
            "ends": ("end",),
            "columns": {
                "employment_id": "EMP_ID",
                "doc_id": "OFFENDER_ID",
                "employer": "EMPLOYER",
                "shift": "SHIFT",
                "start": "FROM_DT",
                "end": "TO_DT",
            },
        },
        "violations": {
            "table": "violations",
            "days": ("occurred_on", "decided_on"),
            "times": ("entered_at",),
            "columns": {
                "violation_id": "VIOL_ID",
                "supervision_id": "SUPV_ID",
                "occurred_on": "VIOL_DT",
                "violation_type": "VIOL_CD",
                "outcome": "OUTCOME",
                "decided_on": "DECIDED_DT",
                "entered_at": "UPDATED",
            },
            "codes": {
                "violation_type": {word.upper(): word for word in VIOLATIONS},
                "outcome": {word.upper(): word for word in OUTCOMES},
            },
        },
        "contacts": {
            "table": "supervision_contacts",
            "times": ("contacted_at",),
            "columns": {
                "supervision_contact_id": "CONTACT_ID",
                "supervision_id": "SUPV_ID",
                "contacted_at": "CONTACT_DT",
                "contact_type": "CONTACT_CD",
                "kept": "MET",
            },
            "codes": {"contact_type": {word.upper(): word for word in sent.CONTACT_CODES}},
            "booleans": {"kept": _YES},
        },
        "assessments": {
            "table": "assessments",
            "days": ("assessed_on",),
            "columns": {
                "assessment_id": "ASMT_ID",
                "doc_id": "OFFENDER_ID",
                "tool": "TOOL",
                "tool_version": "VERSION",
                "assessed_on": "ASMT_DT",
                "score": "SCORE",
                "band": "BAND",
            },
        },
    }


def _one(style: Style, name: str, spec: dict) -> bytes:
    dialect = {
        "format": "delimited",
        "encoding": style.encoding,
        "separator": "‡",
        "terminator": style.terminator,
        "quote": "",
        "nulls": ["", style.null],
    }
    if name == "people":
        dialect["ignored_columns"] = ["SSN"]
    formats = {column: style.day_format for column in spec.get("days", ())} | {
        column: style.stamp_format for column in spec.get("times", ())
    }
    parts: dict[str, dict[str, Any]] = {
        "source": {"table": spec["table"], "agency": style.agency, "extract": "full"},
        "dialect": dialect,
        "columns": spec["columns"],
    }
    if formats:
        parts["formats"] = formats
    if "ends" in spec:
        parts["sentinels"] = {column: [style.no_end] for column in spec["ends"]}
    parts |= {key: spec[key] for key in ("codes", "booleans") if key in spec}
    return mapping(
        f"{name.capitalize()} from {'county community corrections' if style.agency == SCCC else 'the state Department of Corrections'}.",
        **parts,
    )


def _widths(widths: dict[str, int]) -> dict[str, list[int]]:
    starts, at = {}, 0
    for name, width in widths.items():
        starts[name] = [at, at + width]
        at += width
    return starts


def corrections_mappings() -> dict[str, bytes]:
    """Write every mapping file of the corrections extracts."""
    files = {
        f"mappings/{style.folder}_{name}.toml": _one(style, name, spec)
        for style in STYLES.values()
        for name, spec in _tables(style).items()
    }
    state = STYLES[DOC]
    lines = {"format": "delimited", "encoding": "utf-8", "separator": "‡", "quote": "", "nulls": ["", "NULL"]}
    files["mappings/doc_custody.toml"] = mapping(
        "Prison stays from the state Department of Corrections; the last line counts them.",
        source={"table": "custody_stays", "agency": DOC, "extract": "full"},
        dialect={**lines, "trailer": "^TRAILER‡([0-9]+)$"},
        columns={
            "stay_id": "STAY_ID",
            "doc_id": "OFFENDER_ID",
            "facility": "FACILITY",
            "booked_at": "ADMIT_DT",
            "released_at": "RELEASE_DT",
            "stay_reason": "ADMIT_CD",
            "release_reason": "RELEASE_CD",
        },
        formats={"booked_at": state.stamp_format, "released_at": state.stamp_format},
        sentinels={"released_at": [state.no_end]},
        codes={"stay_reason": _inverse(sent.STAY_CODES), "release_reason": _inverse(sent.RELEASE_CODES)},
    )
    files["mappings/doc_aliases.toml"] = mapping(
        "Other names known to the state Department of Corrections.",
        source={"table": "corrections_aliases", "agency": DOC, "extract": "full"},
        dialect=lines,
        columns={"alias_id": "ALIAS_ID", "doc_id": "OFFENDER_ID", "surname": "LAST_NM", "given_name": "FIRST_NM"},
    )
    columns = {
        "release_id": "REL_ID",
        "doc_id": "OFFENDER_ID",
        "stay_id": "STAY_ID",
        "facility": "FACILITY",
        "projected_on": "PROJ_DT",
        "released_on": "ACT_DT",
        "release_type": "REL_CD",
        "release_address": "REL_ADDR",
        "detainer": "DETAINER",
        "entered_at": "UPDATED",
    }
    parts: dict[str, dict[str, Any]] = {
        "columns": columns,
        "formats": {"projected_on": "%Y-%m-%d", "released_on": "%Y-%m-%d", "entered_at": "%Y-%m-%d %H:%M:%S"},
        "sentinels": {"released_on": ["9999-12-31"]},
        "codes": {"release_type": _inverse(sent.RELEASE_TYPES)},
        "booleans": {"detainer": _YES},
    }
    files["mappings/doc_releases.toml"] = mapping(
        "Releases from prison, done and planned; UTF-16.",
        source={"table": "releases", "agency": DOC, "extract": "full"},
        dialect={"format": "delimited", "encoding": "utf-16", "separator": "|", "quote": ""},
        **parts,
    )
    files["mappings/scj_releases.toml"] = mapping(
        "Planned releases from the county jail.",
        source={"table": "releases", "agency": SCJ, "extract": "full"},
        dialect={"format": "delimited", "encoding": "utf-8", "separator": ",", "quote": '"'},
        **parts,
    )
    files["mappings/scj_people.toml"] = mapping(
        "People booked into the county jail; fixed width.",
        source={"table": "corrections_people", "agency": SCJ, "extract": "full"},
        dialect={"format": "fixed", "encoding": "ascii", "widths": _widths(held.JAIL_PEOPLE_WIDTHS)},
        columns={
            "doc_id": "PERSON_NO",
            "surname": "LAST",
            "given_name": "FIRST",
            "middle_name": "MIDDLE",
            "suffix": "SUF",
            "birth_date": "DOB",
            "sex": "SEX",
            "race": "RACE",
            "sid": "SID",
            "fbi_number": "FBI",
            "recorded_at": "SEEN",
        },
        formats={"birth_date": "%Y%m%d", "recorded_at": "%Y%m%d%H%M"},
        codes={"sex": sent.SEX, "race": _inverse(held.JAIL_RACES)},
    )
    files["mappings/scj_bookings.toml"] = mapping(
        "Bookings into the county jail; fixed width, blank while in custody.",
        source={"table": "custody_stays", "agency": SCJ, "extract": "full"},
        dialect={"format": "fixed", "encoding": "ascii", "widths": _widths(held.JAIL_STAY_WIDTHS)},
        columns={
            "stay_id": "BOOKING",
            "doc_id": "PERSON_NO",
            "booked_at": "BOOKED",
            "released_at": "RELEASED",
            "stay_reason": "REASON",
            "release_reason": "OUT",
        },
        formats={"booked_at": "%Y%m%d%H%M", "released_at": "%Y%m%d%H%M"},
        codes={"stay_reason": _inverse(sent.STAY_CODES), "release_reason": _inverse(sent.RELEASE_CODES)},
        constants={"facility": "SORREL COUNTY JAIL"},
    )
    files["mappings/officers.toml"] = mapping(
        "Supervision staff of both agencies: a workbook with three rows above the header.",
        source={"table": "supervising_officers", "extract": "full"},
        dialect={"format": "xlsx", "sheet": "Staff", "skip_rows": 3},
        columns={
            "officer_id": "Staff No",
            "agency": "Agency",
            "name": "Name",
            "unit": "Unit",
            "phone": "Phone",
            "after_hours_phone": "After hours",
            "email": "E-mail",
        },
    )
    return files
