"""Ask for known vulnerabilities of every library, at the version that is tested (scripts/constraints.txt).

Run: python scripts/dependency_audit.py [--must]. Exits with 1 if one is known. Where the database of vulnerabilities
cannot be reached, or does not know the libraries, it says so; with --must that is a failure too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent / "constraints.txt"
PATIENCE = 120
"""Seconds for the whole question."""


def main() -> int:
    """Ask, and say what is known."""
    must = "--must" in sys.argv[1:]
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    command += ["--timeout", "10", "--format", "json", "--requirement", str(CONSTRAINTS)]
    try:
        asked = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, text=True, timeout=PATIENCE
        )
        libraries = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        print("NOT AUDITED: the database of vulnerabilities cannot be reached from here.")
        return int(must)
    known = [library for library in libraries if "skip_reason" not in library]
    for library in known:
        for one in library["vulns"]:
            mended = ", ".join(one["fix_versions"]) or "none yet"
            print(f"{library['name']} {library['version']}: {one['id']}; mended in: {mended}")
    bad = sum(bool(library["vulns"]) for library in known)
    unknown = len(libraries) - len(known)
    if unknown:
        print(
            f"NOT AUDITED: {unknown} of {len(libraries)} libraries, which the database reached from here does not know."
        )
    print(f"{len(known)} libraries looked up: {bad or 'none'} with a known vulnerability.")
    return int(bool(bad) or (must and bool(unknown)))


if __name__ == "__main__":
    sys.exit(main())
