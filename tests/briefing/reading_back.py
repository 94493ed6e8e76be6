"""What a page says of levels, read back from its markup."""

import re

from pcanalytics.briefing.levels import LEVELS

WORDS = {level: LEVELS[level] for level in ("alert", "watch")}


def tagged(html):
    """The level and direction that a tag says, by its word; the class must say the same."""
    found = re.search(r'<span class="lv (\w+)( \w+)?"><b>(\w+)</b>(?:<span class="hide">)?( \w+)?', html)
    if found is None:
        said = re.search(r'<span class="lv none">([\w ]+)</span>', html)
        return (next(level for level, word in LEVELS.items() if word == said[1]), "") if said else None
    kind, way, word, said_way = found.groups()
    assert WORDS[kind] == word
    assert way == said_way
    return kind, (way or "").strip()


def table_rows(html):
    return {anchor: row for anchor, row in re.findall(r'<tr id="(row-[\w-]+)"[^>]*>(.*?)</tr>', html, re.DOTALL)}


def cards(html):
    return re.findall(r'<div class="card"><h4>(.*?)</h4>(.*?)</svg></div>', html, re.DOTALL)


def expected_of(row):
    return row["level"], row["direction"] if row["level"] in WORDS else ""
