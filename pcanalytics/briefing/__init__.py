"""Briefings: frames made into fragments, and fragments into one page that opens with no network.

A function of this subject takes frames and gives a :class:`Fragment`; JupyterLab shows it, and
:func:`page` puts the fragments of a notebook together. Everything that comes from a record is
escaped, and :func:`check_page` refuses a page that would fetch anything.
"""

from pcanalytics.briefing.bands import band_chart, band_charts
from pcanalytics.briefing.blocks import headline_block, masthead, note
from pcanalytics.briefing.check import check_page
from pcanalytics.briefing.fragment import AUDIENCES, MIME, Audience, Fragment, from_bundle
from pcanalytics.briefing.funnel import funnel_chart
from pcanalytics.briefing.geocoding import (
    geocoding_head,
    held_table,
    miss_note,
    pile_up_table,
    rate_table,
    reason_table,
    review_table,
)
from pcanalytics.briefing.grids import signal_grid
from pcanalytics.briefing.hours import hour_table
from pcanalytics.briefing.index import index_page
from pcanalytics.briefing.ledgers import bridge_table, harm_table, reclassification_line, restatement_table
from pcanalytics.briefing.levels import row_anchor
from pcanalytics.briefing.link_charts import frontier_chart, group_errors_chart, weight_chart
from pcanalytics.briefing.linkage import counted_table, linkage_head, quality_table, queue_table
from pcanalytics.briefing.lists import address_table, supervision_table
from pcanalytics.briefing.maps import offense_map
from pcanalytics.briefing.page import STATUS_END, STATUS_MARK, page, page_slug
from pcanalytics.briefing.register import action_register, comment_block
from pcanalytics.briefing.seasons import seasonal_chart
from pcanalytics.briefing.shown import SHOWN_COLUMNS, shown_table
from pcanalytics.briefing.sources import data_line
from pcanalytics.briefing.tables import area_table, count_table, measures_table
from pcanalytics.briefing.twins import csv_name, csv_text, workbook

__all__ = [
    "AUDIENCES",
    "MIME",
    "SHOWN_COLUMNS",
    "STATUS_END",
    "STATUS_MARK",
    "Audience",
    "Fragment",
    "action_register",
    "address_table",
    "area_table",
    "band_chart",
    "band_charts",
    "bridge_table",
    "check_page",
    "comment_block",
    "count_table",
    "counted_table",
    "csv_name",
    "csv_text",
    "data_line",
    "from_bundle",
    "frontier_chart",
    "funnel_chart",
    "geocoding_head",
    "group_errors_chart",
    "harm_table",
    "headline_block",
    "held_table",
    "hour_table",
    "index_page",
    "linkage_head",
    "masthead",
    "measures_table",
    "miss_note",
    "note",
    "offense_map",
    "page",
    "page_slug",
    "pile_up_table",
    "quality_table",
    "queue_table",
    "rate_table",
    "reason_table",
    "reclassification_line",
    "restatement_table",
    "review_table",
    "row_anchor",
    "seasonal_chart",
    "shown_table",
    "signal_grid",
    "supervision_table",
    "weight_chart",
    "workbook",
]
