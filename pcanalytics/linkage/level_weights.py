"""What each way of comparing says for or against one person, as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.linkage.model import LinkModel

__all__ = ["level_weights"]


def level_weights(model: LinkModel) -> pd.DataFrame:
    """Give the match weight of every level of a model.

    Parameters
    ----------
    model : LinkModel
        Trained.

    Returns
    -------
    pandas.DataFrame
        One row a level, in the order of the model, the strongest agreement first: ``comparison``, ``level`` (its number in scored pairs),
        ``words``, ``m`` (share of one person's pairs at this level), ``u`` (of two strangers' pairs), ``match_weight`` (bits, base 2
        logarithm of m over u). A missing value weighs nothing and has no row. ``adjusted`` says whether a rare value counts for more
        than this and a common one for less. A level that was never seen has no weight: missing.

    Examples
    --------
    >>> levels = [
    ...     {"label_for_charts": "missing", "is_null_level": True, "sql_condition": ""},
    ...     {"label_for_charts": "same sex", "m_probability": 0.98, "u_probability": 0.49, "sql_condition": ""},
    ...     {"label_for_charts": "different", "m_probability": 0.02, "u_probability": 0.51, "sql_condition": ""},
    ... ]
    >>> settings = {"comparisons": [{"output_column_name": "sex", "comparison_levels": levels}]}
    >>> weights = level_weights(LinkModel(settings, {}, None, {}, (), 0.01, ""))
    >>> weights[["words", "level"]].values.tolist(), weights["match_weight"].round(1).tolist()
    ([['same sex', 1], ['different', 0]], [1.0, -4.7])
    """
    rows = []
    for comparison in model.settings["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        for place, one in enumerate(levels):
            m, u = (float(one.get(f"{name}_probability") or np.nan) for name in ("m", "u"))
            rows.append(
                {
                    "comparison": str(comparison["output_column_name"]),
                    "level": len(levels) - 1 - place,
                    "words": str(one.get("label_for_charts", "")),
                    "m": m,
                    "u": u,
                    "match_weight": float(np.log2(m / u)),
                    "adjusted": bool(one.get("tf_adjustment_column")),
                }
            )
    return pd.DataFrame(rows, columns=["comparison", "level", "words", "m", "u", "match_weight", "adjusted"])
