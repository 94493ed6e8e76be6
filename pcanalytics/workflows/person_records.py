"""The records of people in both agencies as linkage takes them: one frame, read under the agreement for linkage alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pcanalytics.compstat import normalize_address
from pcanalytics.errors import NotAllowed
from pcanalytics.linkage.records import SIDES
from pcanalytics.store import Store
from pcanalytics.workflows.protected import protected_addresses, stands_at

__all__ = ["KEY_COLUMNS", "NEEDED", "PURPOSE", "AGENCY_SIDES", "PersonRecords", "person_records", "record_key"]

#: What the records are read for.
PURPOSE = "linkage"

#: What linkage calls left and right.
AGENCY_SIDES = dict(zip(SIDES, ("police", "corrections"), strict=True))

#: What names a record in the declared tables of links.
KEY_COLUMNS = ["side", "agency", "record_id"]

#: Without these columns of corrections nothing can be linked; without any other it can, if less well.
NEEDED = ("agency", "doc_id", "surname", "given_name", "birth_date")

#: What stands for the agency of a police record that names none, and before the number of every police record.
_POLICE = "police"

_NAMES = ["surname", "given_name", "middle_name"]
_PERSON = [*_NAMES, "suffix", "birth_date", "sex", "race", "ethnicity", "sid", "fbi_number", "driver_license"] + [
    "height_cm",
    "weight_kg",
    "eye_color",
    "hair_color",
    "recorded_at",
    "entered_at",
]


@dataclass(frozen=True)
class PersonRecords:
    """What is compared.

    Parameters
    ----------
    people : DataFrame
        One row a record, as :func:`pcanalytics.linkage.records.check_people` wants it.
    aliases : DataFrame
        Other names of these records.
    addresses : DataFrame
        Where their people lived, and when.
    places : DataFrame
        By ``record_key``: ``side`` (police or corrections), ``agency``, ``record_id`` and ``is_protected``, whether no address
        of the record may stand on a list.
    as_of : pandas.Timestamp
        Residences were read as they were known before it.
    left_out : tuple of str
        What the agreement does not open, in words.
    """

    people: pd.DataFrame
    aliases: pd.DataFrame
    addresses: pd.DataFrame
    places: pd.DataFrame
    as_of: pd.Timestamp
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Give counts, never a value."""
        return f"PersonRecords({len(self.people):,} records, {len(self.aliases):,} aliases)"


def record_key(side: pd.Series, agency: pd.Series, record_id: pd.Series) -> pd.Series:
    """Name records as linkage does: ``police|`` or the corrections agency, then the record's own number.

    Parameters
    ----------
    side : Series
        ``police`` or ``corrections``.
    agency, record_id : Series
        As the declared tables have them. A police record's number is its own whatever its agency.

    Examples
    --------
    >>> record_key(pd.Series(["police", "corrections"]), pd.Series(["APD", "DOC"]), pd.Series(["N1", "7"])).tolist()
    ['police|N1', 'DOC|7']
    """
    holder = agency.where(side.ne(_POLICE), _POLICE)
    return holder.astype("str") + "|" + record_id.astype("str")


def person_records(store: Store, *, as_of: pd.Timestamp) -> PersonRecords:
    """Read the records of people that are compared, for the purpose ``linkage``.

    People and their aliases are read as they stand. Residences, which the agreement limits to people as of a day, are read as of
    ``as_of``.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp
        Local midnight.

    Returns
    -------
    PersonRecords
        Police records on the left, corrections' on the right. Without leave for aliases, residences or a column that can be done
        without it has none of them, and says so; a missing value stays missing.

    Raises
    ------
    NotAllowed
        When the agreement does not let :data:`NEEDED` of people of corrections be read for linkage.

    Examples
    --------
    >>> records = person_records(store, as_of=pd.Timestamp("2026-11-23"))  # doctest: +SKIP
    """
    left_out: list[str] = []
    police = _police(store)
    corrections = _corrections(store, left_out)
    corrections = corrections.assign(side=AGENCY_SIDES["right"], record_id=corrections["doc_id"])
    corrections["record_key"] = record_key(corrections["side"], corrections["agency"], corrections["record_id"])
    residences = _residences(store, as_of, left_out)
    people = pd.concat([police, _at_latest_address(corrections, residences)], ignore_index=True)
    protected = _protected(store, police, corrections, residences)
    return PersonRecords(
        people=_as_people(people),
        aliases=_aliases(store, left_out),
        addresses=_addresses(police, residences),
        places=people.set_index("record_key")[KEY_COLUMNS].assign(
            is_protected=people["record_key"].isin(protected).to_numpy()
        ),
        as_of=as_of,
        left_out=tuple(left_out),
    )


def _police(store: Store) -> pd.DataFrame:
    own = ["person_record_id", "agency", "local_id", "address", "confidential_address"]
    police = store.read("police_people", purpose=PURPOSE, columns=[*own, *_PERSON])
    police = police.assign(side=_POLICE, record_id=police["person_record_id"], agency=police["agency"].fillna(_POLICE))
    return police.assign(record_key=record_key(police["side"], police["agency"], police["record_id"]))


def _corrections(store: Store, left_out: list[str]) -> pd.DataFrame:
    """Read people of corrections; a column that can be done without and is not opened is left out, which is said."""
    try:
        return store.read("corrections_people", purpose=PURPOSE, columns=["agency", "doc_id", *_PERSON])
    except NotAllowed:
        records = store.read("corrections_people", purpose=PURPOSE, columns=list(NEEDED))
    closed = []
    for name in (one for one in _PERSON if one not in NEEDED):
        column = _if_allowed(store, "corrections_people", ["agency", "doc_id", name], None, [])
        if column is None:
            closed.append(name)
        else:
            records = records.merge(column, on=["agency", "doc_id"], how="left", validate="one_to_one")
    left_out.append(f"Linked without {', '.join(closed)} of corrections people: the agreement does not open that.")
    return records


def _as_people(records: pd.DataFrame) -> pd.DataFrame:
    """Give the records the columns and words of linkage."""
    sides = {name: side for side, name in AGENCY_SIDES.items()}
    known_at = records["entered_at"].fillna(records["recorded_at"])
    made = records.assign(side=records["side"].map(sides), source=records["agency"], known_at=known_at)
    if "doc_id" in made:
        made = made.assign(person_number=made["doc_id"])
    own = ["record_key", "side", "source", "known_at", "local_id", "address", "person_number"]
    return made[[*own, *(name for name in _PERSON if not name.endswith("_at"))]]


def _aliases(store: Store, left_out: list[str]) -> pd.DataFrame:
    """Read other names of either side."""
    names = ["surname", "given_name", "birth_date"]
    police = store.read("police_aliases", purpose=PURPOSE, columns=["person_record_id", *names])
    found = [police.assign(record_key=_POLICE + "|" + police["person_record_id"].astype("str"))]
    corrections = _if_allowed(store, "corrections_aliases", ["agency", "doc_id", *names], None, left_out)
    if corrections is not None:
        found.append(corrections.assign(record_key=_right_key(corrections)))
    return pd.concat(found, ignore_index=True)[["record_key", *names]]


def _residences(store: Store, as_of: pd.Timestamp, left_out: list[str]) -> pd.DataFrame:
    """Read where corrections say that people live; ``confidential_address`` is missing where it may not be read."""
    columns = ["residence_id", "agency", "doc_id", "address", "start", "end"]
    residences = _if_allowed(store, "residences", columns, as_of, left_out)
    if residences is None:
        return pd.DataFrame(columns=[*columns, "record_key", "confidential_address"])
    marked = _if_allowed(store, "residences", ["agency", "residence_id", "confidential_address"], as_of, [])
    if marked is None:
        residences = residences.assign(confidential_address=True)
    else:
        residences = residences.merge(marked, on=["agency", "residence_id"], how="left", validate="one_to_one")
    return residences.assign(record_key=_right_key(residences))


def _if_allowed(
    store: Store, table: str, columns: Sequence[str], as_of: pd.Timestamp | None, left_out: list[str]
) -> pd.DataFrame | None:
    try:
        return store.read(table, purpose=PURPOSE, as_of=as_of, columns=columns)
    except NotAllowed as error:
        left_out.append(f"Linked without {table.replace('_', ' ')}: {error.summary}")
        return None


def _right_key(rows: pd.DataFrame) -> pd.Series:
    return record_key(pd.Series("corrections", index=rows.index), rows["agency"], rows["doc_id"])


def _at_latest_address(corrections: pd.DataFrame, residences: pd.DataFrame) -> pd.DataFrame:
    """Give each record of corrections the address of its latest residence."""
    ordered = residences.dropna(subset=["address"]).sort_values(
        ["start", "residence_id"], na_position="first", kind="stable"
    )
    latest = ordered.drop_duplicates("record_key", keep="last").set_index("record_key")["address"]
    return corrections.assign(address=corrections["record_key"].map(latest).astype("str"))


def _addresses(police: pd.DataFrame, residences: pd.DataFrame) -> pd.DataFrame:
    """Give where people lived when: corrections' periods, and for a police record the day of the record."""
    columns = ["record_key", "address", "start", "end"]
    own = police.assign(start=police["recorded_at"], end=police["recorded_at"])
    found = [frame[columns] for frame in (own, residences) if len(frame)]
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True).dropna(subset=["address"]).reset_index(drop=True)


def _protected(
    store: Store, police: pd.DataFrame, corrections: pd.DataFrame, residences: pd.DataFrame
) -> frozenset[str]:
    """Name the records none of whose addresses may stand on a list: marked themselves, or at an address marked anywhere.

    An address that one agency protects is protected in the other's records too: it would be shown there otherwise.
    """
    try:
        marked = store.read("corrections_people", purpose=PURPOSE, columns=["agency", "doc_id", "confidential_address"])
        marked = marked[marked["confidential_address"].fillna(value=False).astype("bool")]
        people = set(_right_key(marked))
    except NotAllowed:  # who is protected may not be read: everybody is treated as if
        people = set(corrections["record_key"])
    owns = [
        frame["confidential_address"].fillna(value=False).astype("bool") | frame["record_key"].isin(people)
        for frame in (police, residences)
    ]
    addresses = pd.concat([frame.loc[own, "address"] for frame, own in zip((police, residences), owns, strict=True)])
    shared = protected_addresses(store, purpose=PURPOSE) | frozenset(normalize_address(addresses.dropna()).dropna())
    for frame, own in zip((police, residences), owns, strict=True):
        people |= set(frame.loc[own | stands_at(frame["address"], shared), "record_key"])
    return frozenset(people)
