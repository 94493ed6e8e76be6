#!/usr/bin/env python3
"""Run the suite on a machine that has nothing but Python 3.11, 3.12 or 3.13.

``python3 run.py briefing`` makes ``.venv`` beside this file, installs the pinned packages into it
once, and runs the command; later runs need no network. ``python3 run.py --help`` lists the rest.

This file keeps to what any Python understands, so that an old one can say what it needs.
"""

import os
import subprocess
import sys

SUPPORTED = ((3, 11), (3, 12), (3, 13))


def find_python():
    """Return the command words of a Python that can run the suite, or None."""
    if sys.version_info[:2] in SUPPORTED:
        return [sys.executable]
    check = "import sys, venv; sys.exit(sys.version_info[:2] not in {!r})".format(SUPPORTED)
    for version in ("3.12", "3.13", "3.11"):
        words = ["py", "-" + version] if os.name == "nt" else ["python" + version]
        with open(os.devnull, "w") as nowhere:
            try:
                fits = subprocess.call(words + ["-c", check], stdout=nowhere, stderr=nowhere) == 0
            except OSError:  # there is no such program
                fits = False
        if fits:
            return words
    return None


def main():
    """Go on under a Python that fits, or say which one to install."""
    python = find_python()
    if python is None:
        sys.stderr.write(
            "This is Python {}.{}, and the suite needs Python 3.11, 3.12 or 3.13. None was found on this machine.\n"
            "Install one of them beside this Python and run the same command again.\n".format(*sys.version_info[:2])
        )
        return 1
    if python != [sys.executable]:
        try:
            return subprocess.call(python + [os.path.abspath(__file__)] + sys.argv[1:])
        except KeyboardInterrupt:
            return 130
    from launch.commands import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
