"""`python -m benchmarks [SUITE ...] [--rounds N]`: measure, print, and say whether the limits hold."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys

SUITES = (
    "steps",
    "startup",
    "letters",
    "printing",
    "packs",
    "ledger",
    "exports",
    "postgresql",
    "many_schools",
    "pages",
)


def main() -> int:
    """Run the suites that are named, or all; 0 when every limit holds, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all if none is named"
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds; five at least for a figure to quote")
    given = parser.parse_args()
    if unknown := [name for name in given.suites if name not in SUITES]:
        parser.error(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    held = True
    for name in given.suites or SUITES:
        text, good = importlib.import_module(f"benchmarks.{name}").run(given.rounds)
        print(f"{text}\n  {'held' if good else 'NOT HELD'}\n", flush=True)
        held = held and good
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
