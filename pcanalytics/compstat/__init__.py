"""CompStat: counts of a week, 28 days and a year to date, when and where, in words that claim no more.

Every function takes a frame and an ``as_of`` and gives a frame. What is counted and when is explained
in ``docs/methods/compstat_counts.md``.
"""

from pcanalytics.compstat.addresses import juvenile_incidents, normalize_address, repeat_addresses
from pcanalytics.compstat.areas import NO_LONGER_DRAWN, beat_successors, current_areas
from pcanalytics.compstat.bridge import number_bridge
from pcanalytics.compstat.compare import compare
from pcanalytics.compstat.compared import ALL_GROUPS, BASELINES, COMPARED, compared_periods, period_notes
from pcanalytics.compstat.coverage import covered_from
from pcanalytics.compstat.harm import harm_totals
from pcanalytics.compstat.headline import headline
from pcanalytics.compstat.incidents import gravest
from pcanalytics.compstat.lag import completeness
from pcanalytics.compstat.ledger import UNLISTED_OFFENSES, counted_offenses
from pcanalytics.compstat.measures import CLEARED, MEASURES, clearance_rates, measure_frames, measures
from pcanalytics.compstat.restatement import RESTATED, reclassifications, restatement
from pcanalytics.compstat.rules import FigureRule, SeriesBreak, SignalRule
from pcanalytics.compstat.series import seasonal_series, weekly_series
from pcanalytics.compstat.signals import bands, power_in_words, signals
from pcanalytics.compstat.supervision import supervision_counts
from pcanalytics.compstat.suppression import ALL_DISTRICTS, KEPT_BACK, SHOWN_PUBLICLY, public_victims
from pcanalytics.compstat.tempo import WEEKDAYS, hour_by_weekday

__all__ = [
    "ALL_DISTRICTS",
    "ALL_GROUPS",
    "BASELINES",
    "CLEARED",
    "COMPARED",
    "KEPT_BACK",
    "MEASURES",
    "NO_LONGER_DRAWN",
    "RESTATED",
    "SHOWN_PUBLICLY",
    "UNLISTED_OFFENSES",
    "WEEKDAYS",
    "FigureRule",
    "SeriesBreak",
    "SignalRule",
    "bands",
    "beat_successors",
    "clearance_rates",
    "compare",
    "compared_periods",
    "completeness",
    "counted_offenses",
    "covered_from",
    "current_areas",
    "harm_totals",
    "headline",
    "gravest",
    "hour_by_weekday",
    "juvenile_incidents",
    "measure_frames",
    "measures",
    "normalize_address",
    "number_bridge",
    "period_notes",
    "power_in_words",
    "public_victims",
    "reclassifications",
    "repeat_addresses",
    "restatement",
    "seasonal_series",
    "signals",
    "supervision_counts",
    "weekly_series",
]
