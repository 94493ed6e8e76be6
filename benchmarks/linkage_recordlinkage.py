"""The same sets through recordlinkage, run by `linkage.py` with an interpreter that has pandas before 3.

    PYTHON linkage_recordlinkage.py FOLDER SET

Reads `records.csv`, writes `links.csv` (left, right), prints the seconds between.
"""

import sys
import time
from pathlib import Path

import pandas as pd
import recordlinkage

BLOCKS = {
    "febrl4": [["given_name"], ["surname"], ["birth_date"], ["zip"]],
    "historical": [["surname", "given_name"], ["birth_date"], ["zip"], ["surname", "year"], ["given_name", "year"]],
    "pc20k": [["birth_date"], ["given_name", "surname"], ["sid"]],
}
EXACT = {"febrl4": ["zip", "state"], "historical": ["zip", "birth_place", "occupation"], "pc20k": ["sid"]}
TEXT = {"febrl4": ["address", "locality"], "historical": [], "pc20k": []}


def main() -> None:
    """Link one set."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    records = pd.read_csv(folder / "records.csv", dtype=str).set_index("record_key")
    start = time.perf_counter()
    records["year"] = records["birth_date"].str[:4]
    left, right = (records[records["side"] == side] for side in ("left", "right"))
    frames = (left, right) if len(right) else (left,)
    index = recordlinkage.Index()
    for columns in BLOCKS[name]:
        index.block(columns)
    candidates = index.index(*frames)
    compare = recordlinkage.Compare()
    for column, least in (
        ("given_name", 0.85),
        ("surname", 0.85),
        ("birth_date", 0.9),
        *((one, 0.85) for one in TEXT[name]),
    ):
        compare.string(column, column, method="jarowinkler", threshold=least)
    for column in EXACT[name]:
        compare.exact(column, column)
    likeness = compare.compute(candidates, *frames)
    links = recordlinkage.ECMClassifier(use_col_names=False).fit_predict(likeness)
    seconds = time.perf_counter() - start
    ends = links.to_frame(index=False)
    ends.columns = ["left", "right"]
    ends.to_csv(folder / "links.csv", index=False)
    print(seconds)


if __name__ == "__main__":
    main()
