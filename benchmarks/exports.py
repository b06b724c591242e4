"""Exporting every event of every case (`casework audit export`): seconds for each case, and memory, as a school grows.

    python -m benchmarks.exports --cases 1000 10000 [--folder FOLDER] [--plot FILE.svg]

The ledgers are those of `benchmarks.ledger`, a hundred entries for each case; a folder that has one is used as it is.
Each export is a command of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import run as run_command

from benchmarks.growth import plot
from benchmarks.ledger import build

LINEAR, FLAT = 1.3, 1.5
"""The limits: how many times what the smallest takes the largest may take, for each case and in memory."""


@dataclass(frozen=True, slots=True)
class Export:
    """What one export took: processor seconds, memory and length of the file in MiB."""

    form: str
    cases: int
    seconds: float
    memory: float
    size: float

    def told(self) -> str:
        """Return the figures, for people."""
        return (
            f"  {self.form:5} of {self.cases:6,} cases {self.seconds:9.1f} s {1000 * self.seconds / self.cases:7.1f} ms"
            f" for each {self.memory:6.0f} MiB of memory {self.size:7.1f} MiB"
        )


def run(rounds: int) -> tuple[str, bool]:
    """Measure small ledgers, for the suite of all benchmarks; ten thousand cases take a run of their own."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), (50, 200))
    return told(found), holds(found)


def measured(folder: Path, sizes: tuple[int, ...], form: str = "csv") -> list[Export]:
    """Build ledgers where there are none, and export each."""
    found = []
    for cases in sorted(sizes):
        data = folder / f"ledger-{cases}"
        if not data.exists():
            build(data, cases)
        with ProcessPoolExecutor(
            1, mp_context=get_context("spawn")
        ) as fresh:  # for its children's figures alone
            found.append(fresh.submit(_export, data, cases, form).result())
        print(found[-1].told(), file=sys.stderr, flush=True)
    return found


def _export(data: Path, cases: int, form: str) -> Export:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / f"events.{form}"
        words = ("--format", form, "--out", str(out), "--to", "Nobody", "--purpose", "To be measured")
        command = [sys.executable, "-m", "casework", "--data", str(data), "audit", "export", *words]
        run_command(command, check=True, capture_output=True)
        used = getrusage(RUSAGE_CHILDREN)
        return Export(
            form, cases, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.stat().st_size / 2**20
        )


def holds(found: list[Export]) -> bool:
    """Whether time grows in proportion, and memory hardly."""
    first, last = found[0], found[-1]
    linear = last.seconds / last.cases <= LINEAR * first.seconds / first.cases
    return linear and last.memory <= FLAT * first.memory


def told(found: list[Export]) -> str:
    """Return the figures of several exports, for people."""
    return "\n".join(["Exporting every event of every case", *(one.told() for one in found)])


def main() -> int:
    """Measure, and draw if asked; 0 when the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--cases", type=int, nargs="+", default=[100, 1000], help="how many; several for the plot"
    )
    parser.add_argument("--format", dest="form", choices=("csv", "xlsx", "xes"), default="csv")
    parser.add_argument("--folder", type=Path, help="where; kept afterwards")
    parser.add_argument("--plot", type=Path, help="draw growth with size into this SVG file")
    given = parser.parse_args()
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as temporary:
        found = measured(given.folder or Path(temporary), tuple(given.cases), given.form)
    print(f"{told(found)}\n  {'held' if holds(found) else 'NOT HELD'}")
    if given.plot:
        lines = {f"audit export, {given.form}": [one.seconds for one in found]}
        given.plot.write_text(plot([100 * one.cases for one in found], lines), encoding="utf-8")
    return 0 if holds(found) else 1


if __name__ == "__main__":
    sys.exit(main())
