"""Briefings: frames made into fragments, and fragments into one page that opens with no network.

A function of this subject takes frames and gives a :class:`Fragment`; JupyterLab shows it, and
:func:`page` puts the fragments of a notebook together. Everything that comes from a record is
escaped, and :func:`check_page` refuses a page that would fetch anything.
"""

from pcanalytics.briefing.blocks import data_line, headline_block, masthead, note
from pcanalytics.briefing.charts import group_charts, trend_chart
from pcanalytics.briefing.check import check_page
from pcanalytics.briefing.fragment import AUDIENCES, MIME, Audience, Fragment, from_bundle
from pcanalytics.briefing.index import index_page
from pcanalytics.briefing.maps import offense_map
from pcanalytics.briefing.page import STATUS_END, STATUS_MARK, page, page_slug
from pcanalytics.briefing.shown import SHOWN_COLUMNS, shown_table
from pcanalytics.briefing.tables import address_table, area_table, count_table, hour_table, supervision_table
from pcanalytics.briefing.twins import csv_name, csv_text, workbook

__all__ = [
    "AUDIENCES",
    "MIME",
    "SHOWN_COLUMNS",
    "STATUS_END",
    "STATUS_MARK",
    "Audience",
    "Fragment",
    "address_table",
    "area_table",
    "check_page",
    "count_table",
    "csv_name",
    "csv_text",
    "data_line",
    "from_bundle",
    "group_charts",
    "headline_block",
    "hour_table",
    "index_page",
    "masthead",
    "note",
    "offense_map",
    "page",
    "page_slug",
    "shown_table",
    "supervision_table",
    "trend_chart",
    "workbook",
]
