"""``python -m pcanalytics`` runs the command line."""

import sys

from pcanalytics.cli import main

__all__: list[str] = []

sys.exit(main())
