"""A web geocoder is off, refuses what must not leave, and says no address; no test here uses a network."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import traceback
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQuotaExceeded, GeocoderTimedOut

from pcanalytics.errors import InputRejected, MappingError, NotAllowed, PcanalyticsError
from pcanalytics.store import open_workspace, sample_workspace
from pcanalytics.store.reference_file import read_reference_file
from pcanalytics.store.web_settings import WebService
from pcanalytics.workflows.web_geocoding import may_leave, web_geocode

ROOT = Path(__file__).resolve().parents[2]
CANARY = "1417 QUILLFEATHER LN"
CENSUS = WebService("census", "Fairview Police", seconds_between=0)


def records(*addresses: str, **marks: object) -> pd.DataFrame:
    """Give incidents that may leave, unless a mark says otherwise."""
    columns = {"confidential_address": False, "domestic": False, "unlisted": False} | marks
    return pd.DataFrame({"address": list(addresses), **columns}, index=range(500, 500 + len(addresses)))


class Answers:
    """Makes adapters that answer from memory and remember what they were asked."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[dict[str, list[str]]] = []
        self.hosts: list[str] = []
        self.agents: list[str] = []

    def __call__(self, **options: object) -> BaseSyncAdapter:
        outer = self

        class FromMemory(BaseSyncAdapter):
            def get_text(self, url, *, timeout, headers):
                raise AssertionError("every service answers in JSON")

            def get_json(self, url, *, timeout, headers):
                parts = urlsplit(url)
                outer.hosts.append(parts.netloc)
                outer.asked.append(parse_qs(parts.query))
                outer.agents.append(headers["User-Agent"])
                if isinstance(outer.answer, Exception):
                    logging.getLogger("geopy").warning("asked %s", url)
                    raise outer.answer
                return outer.answer

        return FromMemory(**options)


def census(*places: tuple[float, float]) -> dict[str, object]:
    """Answer as the Census Bureau does."""
    matches = [{"matchedAddress": "1 OAK ST", "coordinates": {"x": x, "y": y}} for x, y in places]
    return {"result": {"addressMatches": matches}}


def nominatim(**address: str) -> list[dict[str, object]]:
    """Answer as Nominatim does."""
    return [{"lat": "41.5", "lon": "-93.5", "display_name": "1, Oak Street", "address": address}]


def pelias(layer: str) -> dict[str, object]:
    """Answer as Pelias does."""
    properties = {"name": "1 Oak Street", "layer": layer}
    return {"features": [{"geometry": {"coordinates": [-93.5, 41.5]}, "properties": properties}]}


# ---------------------------------------------------------------------------------- what is refused


def test_off_unless_named():
    with pytest.raises(NotAllowed, match=r"agency.toml has no \[geocoding.web\]") as caught:
        web_geocode(records("1 OAK ST"), None, source="incidents")
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("source", ["residences", "supervision", "releases", "landmarks", "counted_offenses"])
def test_only_police_tables(source):
    answers = Answers(census((-93.5, 41.5)))
    with pytest.raises(NotAllowed, match=f"No address of {source} may be sent"):
        web_geocode(records("1 OAK ST"), CENSUS, source=source, adapter=answers)
    assert answers.asked == []


@pytest.mark.parametrize("mark", ["confidential_address", "domestic", "unlisted"])
@pytest.mark.parametrize("said", [True, None, "not there"])
def test_one_record_that_may_not_leave_refuses_all(mark, said):
    rows = records("2 ELM ST", CANARY)
    rows[mark] = pd.array([False, said], dtype="boolean") if said != "not there" else False
    rows = rows.drop(columns=mark) if said == "not there" else rows
    answers = Answers(census((-93.5, 41.5)))
    with pytest.raises(NotAllowed, match="Nothing was sent") as caught:
        web_geocode(rows, CENSUS, source="incidents", adapter=answers)
    assert caught.value.exit_code == 5
    assert answers.asked == []
    assert "QUILLFEATHER" not in str(caught.value)
    assert caught.value.problems[0].rows == (2 if said == "not there" else 1)


@pytest.mark.parametrize(
    "address", ["1414 BIRCH LN (confidential)", "SAFE AT HOME PO BOX 846", "ACP PO BOX 3", "WOMENS SHELTER", None]
)
def test_an_address_that_says_it_is_confidential_stays(address):
    assert may_leave(records("1 OAK ST", address)).tolist() == [True, False]


def test_an_address_that_one_record_protects_stays_whoever_else_was_there():
    rows = records("14 Birch Ln", "14 BIRCH LN APT 2", "16 BIRCH LN", "14 BIRCH LN.")
    rows["confidential_address"] = [False, True, False, False]
    assert may_leave(rows).tolist() == [False, False, True, False]
    with pytest.raises(NotAllowed, match="Nothing was sent") as caught:
        web_geocode(rows, CENSUS, source="incidents", adapter=Answers(census((-93.5, 41.5))))
    assert caught.value.problems[0].rows == 3


# -------------------------------------------------------------------------------------- what is sent


def test_each_different_address_is_asked_once_and_the_index_kept():
    answers = Answers(census((-93.5, 41.5)))
    seen: list[tuple[int, int]] = []
    service = WebService("census", "Fairview Police", add=", Fairview, IA", seconds_between=0)
    found = web_geocode(
        records("1 OAK ST", " 1 OAK ST", "2 ELM ST"),
        service,
        source="incidents",
        adapter=answers,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [one["address"] for one in answers.asked] == [["1 OAK ST, Fairview, IA"], ["2 ELM ST, Fairview, IA"]]
    assert answers.hosts[0] == "geocoding.geo.census.gov"
    assert answers.agents[0] == "Fairview Police"
    assert seen == [(1, 2), (2, 2)]
    assert found.index.tolist() == [500, 501, 502]
    assert found[["status", "lon", "lat", "service"]].values.tolist() == [["M", -93.5, 41.5, "census"]] * 3


def test_nothing_else_of_a_record_is_sent():
    answers = Answers(census())
    rows = records("1 OAK ST").assign(incident_id="Q-77", offense="robbery")
    web_geocode(rows, CENSUS, source="incidents", adapter=answers)
    assert answers.asked == [{"address": ["1 OAK ST"], "benchmark": ["Public_AR_Current"], "format": ["json"]}]


def test_ties_stay_ties_and_nothing_is_no_hit():
    far, near = census((-93.5, 41.5), (-93.9, 41.5)), census((-93.5, 41.5), (-93.5001, 41.5))
    for answer, status in ((far, "T"), (near, "M"), (census(), "U"), ({}, "U")):
        found = web_geocode(records("1 OAK ST"), CENSUS, source="incidents", adapter=Answers(answer))
        assert found["status"].tolist() == [status]
        assert found["lon"].notna().tolist() == [status == "M"]


@pytest.mark.parametrize(
    ("service", "answer", "status"),
    [
        ("nominatim", nominatim(house_number="1", road="Oak Street"), "M"),
        ("nominatim", nominatim(road="Oak Street"), "U"),
        ("nominatim", nominatim(city="Fairview"), "U"),
        ("nominatim", [], "U"),
        ("pelias", pelias("address"), "M"),
        ("pelias", pelias("venue"), "M"),
        ("pelias", pelias("street"), "U"),
        ("pelias", pelias("locality"), "U"),
        ("pelias", pelias("postalcode"), "U"),
    ],
)
def test_a_street_a_zip_code_or_a_city_is_never_a_hit(service, answer, status):
    chosen = WebService(service, "Fairview Police", domain="maps.example", seconds_between=0)
    answers = Answers(answer)
    found = web_geocode(records("1 OAK ST"), chosen, source="calls", adapter=answers)
    assert found["status"].tolist() == [status]
    assert answers.hosts == ["maps.example"]


@pytest.mark.parametrize("failure", [GeocoderTimedOut(CANARY), GeocoderQuotaExceeded(CANARY)])
def test_a_failure_names_no_address_anywhere(failure, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PcanalyticsError, match="The web geocoder failed .Geocoder") as caught:
        web_geocode(records(CANARY), CENSUS, source="incidents", adapter=Answers(failure))
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "QUILLFEATHER" not in said
    assert logging.getLogger("geopy").level == logging.NOTSET


# ---------------------------------------------------------------------------------------- settings


def workspace(tmp_path: Path, web: str):
    """Open a workspace that says something of a web geocoder."""
    head = 'name = "Fairview Police"\ntime_zone = "America/Chicago"\ncrs = "EPSG:26915"\n'
    (tmp_path / "agency.toml").write_text(head + web, encoding="utf-8")
    return open_workspace(tmp_path)


def test_a_workspace_names_none_unless_it_does(tmp_path):
    assert open_workspace(sample_workspace()).web is None
    assert workspace(tmp_path, "").web is None
    chosen = workspace(tmp_path, '[geocoding.web]\nservice = "census"\nadd = ", Fairview, IA"\n')
    assert chosen.web == WebService("census", "Fairview Police", add=", Fairview, IA")
    assert chosen.geocoding is None, "and what addresses are matched against stays what it was"


def test_the_key_of_a_server_is_read_late_and_never_shown(tmp_path):
    (tmp_path / "pelias.key").write_text("SECRET-77\n", encoding="utf-8")
    web = '[geocoding.web]\nservice = "pelias"\ndomain = "maps.example"\nkey_file = "pelias.key"\nseconds_between = 0\n'
    chosen = workspace(tmp_path, web)
    answers = Answers(pelias("address"))
    web_geocode(records("1 OAK ST"), chosen.web, source="incidents", adapter=answers)
    assert answers.asked[0]["api_key"] == ["SECRET-77"]
    assert "SECRET" not in repr(chosen)
    assert "pelias.key" not in repr(chosen)


@pytest.mark.parametrize(
    ("web", "problem"),
    [
        ("", r"\[geocoding.web\] service is missing"),
        ('service = "nominatin"', "service is not known. Expected: did you mean 'nominatim'"),
        ('service = "pelias"', "domain is missing. Expected: the host of the Pelias server"),
        ('service = "nominatim"\nseconds_between = 0.1', "seconds_between is too short. Expected: 1 or more"),
        ('service = "census"\nseconds_between = -1', "seconds_between is too short. Expected: 0 or more"),
        ('service = "census"\nad = ", Fairview"', "ad is not a known key. Expected: did you mean 'add'"),
        ('service = "pelias"\ndomain = "a"\nkey_file = "../key"', "key_file leaves the workspace"),
    ],
)
def test_settings_are_read_strictly(tmp_path, web, problem):
    with pytest.raises(MappingError, match=problem):
        workspace(tmp_path, f"[geocoding.web]\n{web}\n")


def test_no_reference_file_may_name_one(tmp_path):
    (tmp_path / "roads.csv").write_text("street,left_from\n", encoding="utf-8")
    (tmp_path / "city.toml").write_text(
        '[[streets]]\npath = "roads.csv"\n[web]\nservice = "census"\n', encoding="utf-8"
    )
    with pytest.raises(InputRejected, match="web is not a known key"):
        read_reference_file(tmp_path / "city.toml")


# ------------------------------------------------------------------------------------------- house


def test_geopy_is_imported_in_one_place_only():
    importing = re.compile(r"^\s*(?:import|from)\s+geopy\b", re.M)
    files = [*(ROOT / "pcanalytics").rglob("*.py"), *(ROOT / "launch").rglob("*.py")]
    found = [path.name for path in files if importing.search(path.read_text(encoding="utf-8"))]
    assert found == ["web_services.py"]


def test_the_suite_runs_without_geopy_and_says_what_is_missing():
    code = """
import sys
sys.modules["geopy"] = None
import pandas as pd, pcanalytics.cli, pcanalytics.workflows
from pcanalytics.errors import UsageError
from pcanalytics.store.web_settings import WebService
from pcanalytics.workflows.web_geocoding import web_geocode
rows = pd.DataFrame({"address": ["1 OAK ST"], "confidential_address": False, "domestic": False, "unlisted": False})
try:
    web_geocode(rows, WebService("census", "x"), source="incidents")
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "A web geocoder needs the extra `web`: pip install -r locks/web.lock.\n"
