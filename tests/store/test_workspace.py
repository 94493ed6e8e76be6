"""A workspace is read strictly, and nothing in it leads out of it."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics.compstat.rules import FigureRule, SeriesBreak, SignalRule
from pcanalytics.errors import MappingError, UsageError
from pcanalytics.store import Places, Source, Workspace, init_workspace_files, open_workspace, sample_workspace
from pcanalytics.store.workspace import leaves
from tests.store.city import SETTINGS, make_workspace

ROOT = Path(__file__).resolve().parents[2]

SETTINGS_OF = (Workspace, Source, Places, SignalRule, SeriesBreak, FigureRule)

SOURCE = '[[sources]]\nname = "rms"\npath = "extracts/*.csv"\nmapping = "rms.toml"\n'


def codes(folder: Path, settings: str) -> list[str | None]:
    with pytest.raises(MappingError, match=r"agency\.toml") as caught:
        make_workspace(folder, settings)
    return [problem.code for problem in caught.value.problems]


def test_a_workspace_is_opened_by_its_folder_or_its_file(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    assert workspace == open_workspace(tmp_path / "agency.toml")
    assert (workspace.name, workspace.week_starts, workspace.root) == ("Testville", "monday", tmp_path)
    assert workspace.agreement == tmp_path / "agreement.toml"
    assert (workspace.state, workspace.reports) == (tmp_path / ".pcanalytics", tmp_path / "reports")


def test_everything_a_workspace_can_say(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    for name in ("rms.toml", "beats.csv", "extracts/b.csv", "extracts/a.csv", "extracts/a.csv.manifest.json"):
        (tmp_path / name).write_text("", encoding="utf-8")
    settings = (
        SETTINGS
        + 'week_starts = "sunday"\n'
        + SOURCE
        + '[places]\nbeats = "beats.csv"\n[offense_groups]\n"Guns" = ["weapons", "robbery"]\n'
        + '[offense_notes]\n"Guns" = "Two offenses."\n'
    )
    workspace = make_workspace(tmp_path, settings)
    assert workspace.week_starts == "sunday"
    assert workspace.places.beats == tmp_path / "beats.csv" and workspace.places.streets is None
    assert workspace.offense_groups == {"Guns": ("weapons", "robbery")}
    assert workspace.offense_notes == {"Guns": "Two offenses."}
    assert [path.name for path in workspace.files(workspace.source("rms"))] == ["a.csv", "b.csv"]
    with pytest.raises(UsageError, match="no source 'rsm': did you mean 'rms'"):
        workspace.source("rsm")


def test_everything_a_workspace_can_say_of_what_people_write(tmp_path: Path) -> None:
    for name in ("weights.csv", "actions.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    settings = (
        SETTINGS
        + 'harm_weights = "weights.csv"\nactions = "actions.csv"\ncomments = "comments"\n'
        + 'shifts = ["23:00", "07:00", "15:30"]\n'
        + "[signals]\nwatch = 0.05\nfalse_discovery = 0.1\nminimum_count = 5\n"
        + '[[series_breaks]]\non = 2024-06-01\nreason = "NIBRS"\noffense_groups = ["Guns"]\n'
        + '[[series_breaks]]\non = 2024-01-01\nreason = "new records system"\n'
        + '[[figures]]\nlabel = "Press"\nplaced_by = "reported"\nunit = "incident"\nattempted = false\n'
        + 'unfounded = true\noffenses = { Guns = ["weapons"] }\n[[figures]]\nlabel = "NIBRS"\nunit = "victim"\n'
        + '[offense_groups]\n"Guns" = ["weapons", "robbery"]\n'
    )
    workspace = make_workspace(tmp_path, settings)
    assert workspace.signals == SignalRule(watch=0.05, false_discovery=0.1, minimum_count=5)
    assert workspace.series_breaks == (
        SeriesBreak(pd.Timestamp("2024-01-01"), "new records system"),
        SeriesBreak(pd.Timestamp("2024-06-01"), "NIBRS", ("Guns",)),
    )
    assert workspace.figures == (
        FigureRule("Press", "reported", "incident", False, True, {"Guns": ("weapons",)}),
        FigureRule("NIBRS", unit="victim"),
    )
    assert workspace.shifts == (420, 930, 1380)
    assert workspace.harm_weights == tmp_path / "weights.csv" and workspace.actions == tmp_path / "actions.csv"
    assert workspace.comments == tmp_path / "comments" and not workspace.comments.exists()


def test_a_workspace_that_says_nothing_of_signals_has_their_defaults(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    assert (workspace.signals, workspace.series_breaks, workspace.figures) == (SignalRule(), (), ())
    assert (workspace.shifts, workspace.harm_weights, workspace.actions, workspace.comments) == ((), None, None, None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[signals]\nwach = 0.1\n", ["[signals] wach is not a known key", "did you mean 'watch'"]),
        ('[signals]\nwatch = "often"\n', ["[signals] watch is not of the right kind", "a number, such as 0.01"]),
        ("[signals]\nwatch = true\n", ["[signals] watch is not of the right kind"]),
        ("[signals]\nwatch = nan\n", ["[signals] watch is not of the right kind"]),
        ("[signals]\nwatch = 0.001\n", ["alert not above watch"]),
        (
            "[signals]\nwindow_days = 30\nbaseline_years = 0\n",
            ["window_days must be 7", "baseline_years must be from 1"],
        ),
        ("[signals]\nfalse_discovery = 10\nminimum_count = 0\n", ["false_discovery must be", "minimum_count must be"]),
        ('[[series_breaks]]\non = "2024-01-01"\n', ["on is not of the right kind", "reason is missing"]),
        (
            '[[series_breaks]]\non = 2024-01-01\nreason = "x"\noffense_groups = ["Gun"]\n',
            ["[[series_breaks]] number 1 offense_groups: 'Gun' is no offense group", "did you mean 'Guns'"],
        ),
        ('[[figures]]\nlabel = "A"\nunit = "ofense"\n', ["[[figures]] number 1 unit is not known", "'offense'"]),
        ('[[figures]]\nlabel = "A"\nplaced_by = "enterd"\n', ["placed_by is not known", "'entered'"]),
        ('[[figures]]\nlabel = "A"\nattempted = "no"\n', ["attempted is not of the right kind"]),
        ('[[figures]]\nlabel = "A"\n[[figures]]\nlabel = "A"\n', ["[[figures]] number 2 label is used twice"]),
        ("[[figures]]\nunit = 'victim'\n", ["[[figures]] number 1 label is missing"]),
        (
            "[[figures]]\nlabel = 'A'\noffenses = { Gun = ['weapon'] }\n",
            ["'Gun' is no offense group", "'weapon' is no declared offense", "did you mean 'weapons'"],
        ),
    ],
)
def test_each_fault_of_the_rules_is_named(tmp_path: Path, settings: str, said: list[str]) -> None:
    with pytest.raises(MappingError, match=r"agency\.toml") as caught:
        make_workspace(tmp_path, SETTINGS + settings + '[offense_groups]\n"Guns" = ["weapons"]\n')
    assert [words for words in said if words not in str(caught.value)] == []


@pytest.mark.parametrize("time", ["7:00", "24:00", "07:60", "0700", "07:00:00", "noon", "٠٧:٠٠"])
def test_a_shift_starts_at_a_time_of_day(tmp_path: Path, time: str) -> None:
    assert codes(tmp_path, SETTINGS + f'shifts = ["15:00", "{time}"]\n') == ["wrong_kind"]
    assert codes(tmp_path, SETTINGS + 'shifts = ["15:00", "15:00"]\n') == ["wrong_kind"]


def test_what_people_write_lies_in_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("", encoding="utf-8")
    assert codes(tmp_path, SETTINGS + 'comments = "notes"\n') == ["no_folder"]
    assert codes(tmp_path, SETTINGS + 'comments = "../notes"\n') == ["path_outside"]
    assert codes(tmp_path, SETTINGS + 'actions = "none.csv"\nharm_weights = "/etc/passwd"\n') == [
        "path_outside",
        "no_file",
    ]


def test_problems_of_the_rules_are_listed_with_all_others(tmp_path: Path) -> None:
    settings = SETTINGS.replace("Chicago", "Chikago") + 'shifts = ["7"]\n[signals]\nwatch = 1.0\nminimum_count = 0\n'
    found = codes(tmp_path, settings + "[[figures]]\n[[series_breaks]]\n")
    assert sorted(map(str, found)) == ["missing_key"] * 3 + ["out_of_range"] * 2 + ["unknown_name", "wrong_kind"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (SETTINGS.replace("name =", "nmae ="), "unknown_key"),
        (SETTINGS.replace('name = "Testville"', ""), "missing_key"),
        (SETTINGS.replace("Chicago", "Chikago"), "unknown_name"),
        (SETTINGS.replace("America/Chicago", "../../etc/passwd"), "unknown_name"),
        (SETTINGS.replace("26915", "4326"), "wrong_crs"),
        (SETTINGS.replace("EPSG:26915", "UTM"), "wrong_crs"),
        (SETTINGS.replace("agreement.toml", "agrement.toml"), "no_file"),
        (SETTINGS + 'week_starts = "munday"\n', "unknown_name"),
        (SETTINGS + '[offense_groups]\n"Guns" = ["weapon"]\n', "unknown_name"),
        (SETTINGS + '[offense_notes]\n"Guns" = "none such"\n', "unknown_name"),
        (SETTINGS + '[[sources]]\nname = "rms"\n', "missing_key"),
        (SETTINGS + '[places]\nbeets = "x.csv"\n', "unknown_key"),
    ],
)
def test_c62_each_fault_of_the_settings_is_named(tmp_path: Path, settings: str, code: str) -> None:
    assert code in codes(tmp_path, settings)


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    found = codes(tmp_path, 'nmae = "x"\ncrs = "EPSG:4326"\n[[sources]]\npth = "x"\n')
    assert sorted(map(str, found)) == ["missing_key"] * 5 + ["unknown_key"] * 2 + ["wrong_crs"]


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rms.toml").write_text("", encoding="utf-8")
    assert codes(tmp_path, SETTINGS + SOURCE + SOURCE) == ["duplicate_name"]


def test_settings_that_are_no_toml_or_no_utf8(tmp_path: Path) -> None:
    assert codes(tmp_path, 'name = "a"\nname = "b"\n') == ["not_toml"]
    (tmp_path / "agency.toml").write_bytes('name = "Zoë"'.encode("latin-1"))
    with pytest.raises(MappingError, match="not written in UTF-8"):
        open_workspace(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x.csv",
        "a/../../x.csv",
        "C:/x.csv",
        "C:x.csv",
        "..\\x.csv",
        "\\\\host\\x.csv",
        "~/x.csv",
        "a\0b",
    ],
)
def test_c63_no_path_leaves_the_workspace(tmp_path: Path, path: str) -> None:
    assert leaves(path)
    written = path.replace("\\", "\\\\").replace("\0", "\\u0000")
    assert codes(tmp_path, SETTINGS + f'[places]\nbeats = "{written}"\n') == ["path_outside"]
    assert "path_outside" in codes(tmp_path, SETTINGS + SOURCE.replace("extracts/*.csv", written))


def test_c63_no_link_leaves_the_workspace(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("", encoding="utf-8")
    city = tmp_path / "city"
    city.mkdir()
    try:
        (city / "beats.csv").symlink_to(outside)
    except OSError:
        pytest.skip("this system lets no ordinary user make links")
    assert codes(city, SETTINGS + '[places]\nbeats = "beats.csv"\n') == ["path_outside"]
    workspace = make_workspace(city)
    with pytest.raises(UsageError, match="link that leads out"):
        workspace.files(Source("beats", "*.csv", city))
    with pytest.raises(UsageError, match="leads out of the workspace"):
        workspace.files(Source("beats", "../*.csv", city))


def test_a_pattern_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    pattern = Source("rms", "extracts/a**.csv", tmp_path)
    if sys.version_info >= (3, 13):
        assert workspace.files(pattern) == []
    else:
        with pytest.raises(UsageError, match="source 'rms' is no pattern"):
            workspace.files(pattern)


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pcanalytics init"):
        open_workspace(tmp_path)


def test_the_sample_keeps_its_store_out_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data" / "sample"
    make_workspace(folder)
    monkeypatch.setenv("PCANALYTICS_SAMPLE", str(folder))
    workspace = open_workspace(sample_workspace())
    assert (workspace.state, workspace.reports) == (tmp_path / ".pcanalytics", tmp_path / "reports")


def test_another_folder_called_data_sample_keeps_its_own_store(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "data" / "sample")
    assert workspace.state == tmp_path / "data" / "sample" / ".pcanalytics"


def test_a_sample_that_is_not_there_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PCANALYTICS_SAMPLE", str(tmp_path))
    with pytest.raises(UsageError, match="PCANALYTICS_SAMPLE"):
        sample_workspace()


def test_a_new_workspace_opens_as_it_is_written(tmp_path: Path) -> None:
    for path, text in init_workspace_files('Fair"view\\Zoë', crs="EPSG:32615").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    assert (workspace.name, workspace.crs, workspace.agreement) == ('Fair"view\\Zoë', "EPSG:32615", None)
    assert [source.name for source in workspace.sources] == ["incidents", "offenses"]
    with_agreement = (tmp_path / "agency.toml").read_text(encoding="utf-8").replace('# agreement = "', 'agreement = "')
    (tmp_path / "agency.toml").write_text(with_agreement, encoding="utf-8")
    assert open_workspace(tmp_path).agreement == tmp_path / "agreement.toml"


def test_a_new_workspace_shows_every_key_and_each_works_once_its_mark_is_taken_out(tmp_path: Path) -> None:
    files = init_workspace_files("Fairview")
    settings = files["agency.toml"]
    keys = {field.name for kind in SETTINGS_OF for field in dataclasses.fields(kind)} - {"root", "home"}
    shown = set(re.findall(r"^(?:# )?\[{0,2}(\w+)(?:\]{1,2}| =)", settings, flags=re.MULTILINE))
    assert sorted(keys - shown) == ["store"]  # not built yet
    marked = re.compile(r"^# (?=\w+ = |\[)", flags=re.MULTILINE)
    opened = marked.sub("", settings)
    for path in ("actions.csv", "agreement.toml", "mappings/incidents.toml", "mappings/incident_offenses.toml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(files[path], encoding="utf-8")
    for name in re.findall(r'"((?:places/)?[a-z_0-9]+\.(?:geojson|csv|zip))"', opened):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "agency.toml").write_text(opened, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    assert workspace.signals == dataclasses.replace(SignalRule(), false_discovery=0.1)
    assert (len(workspace.series_breaks), len(workspace.figures), len(workspace.shifts)) == (1, 1, 3)
    assert workspace.harm_weights == tmp_path / "harm_weights.csv"
    assert [layer.layout for layer in workspace.geocoding.layers] == ["tiger_addrfeat"]
    assert open_workspace(tmp_path).actions == tmp_path / "actions.csv"


def test_a_new_workspaces_agreement_and_mappings_are_read_without_a_problem() -> None:
    from pcanalytics.exchange import read_agreement
    from pcanalytics.intake import read_mapping

    files = init_workspace_files("Fairview")
    assert read_agreement(files["agreement.toml"], name="agreement.toml").version == 1
    for path in ("mappings/incidents.toml", "mappings/incident_offenses.toml"):
        assert read_mapping(files[path], name=path).agency == "Fairview"


def test_a_new_workspace_needs_a_name() -> None:
    with pytest.raises(UsageError, match="needs a name"):
        init_workspace_files(" ")


def test_every_key_of_agency_toml_is_documented() -> None:
    page = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
    keys = {field.name for kind in SETTINGS_OF for field in dataclasses.fields(kind)} - {"root", "home"}
    assert sorted(key for key in keys if f"`{key}`" not in page) == []
