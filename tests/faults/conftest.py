"""One planted person, and a reader that proves the person is never shown.

Every fault of intake is planted in a file that holds this person. Whatever intake says about it, in an
error, a traceback, a warning, a representation, a log or on the terminal, is collected and searched.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd
import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.intake import Batch, Extract, Manifest, read_extract, read_mapping

SURNAME, GIVEN, SSN = "Quillfeather", "Zephyrine", "900-55-1234"
BIRTH_DATE = "03/14/1987"
CANARIES = (SURNAME, GIVEN, SSN, SSN.replace("-", ""), BIRTH_DATE, "1987-03-14", "Mar 14 1987")

HEADER = "DOC,SURNAME,GIVEN,DOB,SSN,RACE,GANG,RECORDED"
PERSON = f"D001,{SURNAME},{GIVEN},{BIRTH_DATE},{SSN},W,,01/05/2026 09:30:00"

MAPPING = """
[source]
table = "corrections_people"
agency = "STATE-DOC"
[dialect]
format = ["delimited"]
[columns]
doc_id = "DOC"
surname = "SURNAME"
given_name = "GIVEN"
birth_date = "DOB"
ssn = "SSN"
race = "RACE"
security_threat_group = "GANG"
recorded_at = "RECORDED"
[formats]
birth_date = "%m/%d/%Y"
recorded_at = "%m/%d/%Y %H:%M:%S"
[codes.race]
W = "white"
B = "black"
NA = "american_indian"
"""


def people(*more: str, header: str = HEADER) -> str:
    """Give a file of people as text: the planted person first, then the lines given."""
    return "\n".join([header, PERSON, *more]) + "\n"


@dataclass
class Read:
    """What came of a file."""

    frame: pd.DataFrame
    set_aside: pd.DataFrame
    extract: Extract

    @property
    def warnings(self) -> dict[str | None, int | None]:
        """Rows by warning code."""
        return {problem.code: problem.rows for problem in self.extract.summary.warnings}


@dataclass
class Intake:
    """Reads files that hold the planted person, and keeps whatever is said about them."""

    said: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def _extract(self, data: bytes, dialect: str, changes: dict[str, str], **options: object) -> Extract:
        text = MAPPING.replace('format = ["delimited"]', f'format = ["delimited"]\n{dialect}')
        for given, right in changes.items():
            assert given in text, f"the mapping has no {given!r}"
            text = text.replace(given, right)
        mapping = read_mapping(text, name="people.toml")
        extract = read_extract(io.BytesIO(data), mapping, file_name="people.csv", **options)  # type: ignore[arg-type]
        self.said.append(repr(extract))
        return extract

    def read(
        self, data: bytes | str, dialect: str = "", changes: dict[str, str] | None = None, **options: object
    ) -> Read:
        """Read a file to its end."""
        extract = self._extract(data.encode() if isinstance(data, str) else data, dialect, changes or {}, **options)
        batches = list(extract)
        summary = extract.summary
        self.said += [repr(extract), repr(batches), str(summary), repr(summary)]
        self.said += [str(problem) for problem in (*summary.warnings, *summary.asides)]
        assert summary.read == summary.loaded + sum(summary.set_aside.values()) + sum(summary.rejected.values())
        assert summary.read == sum(batch.read for batch in batches)
        frame = pd.concat([batch.frame for batch in batches], ignore_index=True) if batches else pd.DataFrame()
        aside = pd.concat([batch.set_aside for batch in batches], ignore_index=True) if batches else pd.DataFrame()
        assert SSN not in aside.to_csv(), "a value of class X was kept with a row set aside"
        return Read(frame, aside, extract)

    def refuse(
        self,
        data: bytes | str,
        dialect: str = "",
        changes: dict[str, str] | None = None,
        *,
        match: str,
        kind: type[InputRejected] = InputRejected,
        **options: object,
    ) -> InputRejected:
        """Read a file that must be rejected, and give the error."""
        self.batches = []
        with pytest.raises(kind, match=match) as caught:
            extract = self._extract(data.encode() if isinstance(data, str) else data, dialect, changes or {}, **options)
            for batch in extract:
                self.batches.append(batch)
        error = caught.value
        assert error.exit_code == 3
        assert error.problems, "an error lists what is wrong"
        assert all(problem.code for problem in error.problems)
        self.said += [str(error), repr(error), "".join(traceback.format_exception(error))]
        self.said += [repr(problem) for problem in error.problems]
        return error


@pytest.fixture
def intake(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[Intake]:
    """Give a reader; afterwards nothing said about its files may show the planted person."""
    reader = Intake()
    yield reader
    out, err = capsys.readouterr()
    said = "\n".join([*reader.said, caplog.text, out, err])
    assert reader.said, "nothing was read"
    shown = [canary for canary in CANARIES if canary.lower() in said.lower()]
    assert not shown, f"{len(shown)} planted values were shown"


__all__ = ["Manifest", "people"]
