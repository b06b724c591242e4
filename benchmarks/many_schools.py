"""Lists, what is due, and opening a case on a PostgreSQL server with up to 1,000 schools and 20,000 cases.

The adviser works for 300 of the schools (all of them where there are fewer) in a service that is warm. The cases are
invented: most are entered with a few events each, sealed and signed as any; those that are opened went further.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

from benchmarks.growth import plot
from benchmarks.postgresql import _NOW, _make_school
from casework.base.time import FixedClock
from casework.services import listing
from casework.services.loading import find_case
from casework.services.schools import School, schools
from casework.services.workspace import Workspace
from casework.store import Store
from casework.store.rows import Membership, Organisation
from tests.contract.school import School as Invented
from tests.contract.school import opened, step
from tests.support.databases import Databases
from tests.support.postgresql import NoServer, a_server

LIMIT = 0.050
"""Seconds that 99 of 100 answers may take at most."""

GROWTH = 2.0
"""How many times the median may grow from the fewest schools to the most: flat, but for a noisy machine."""

SCHOOLS = (100, 300, 1000)
CASES_OF_A_SCHOOL = 20
OF_AN_ADVISER = 300
_PAGE = 50
_RUNS = 300
_TODAY = date(2026, 3, 3)
PLOT = Path(__file__).with_name("many-schools.svg")


def run(_rounds: int) -> tuple[str, bool]:
    """Measure at each size, plot it, and return a table and whether the limits hold."""
    try:
        with (
            a_server(on_disk=True, autovacuum="on", shared_buffers="256MB") as server,
            tempfile.TemporaryDirectory() as folder,
        ):
            databases = Databases(server, "many")
            databases.prepare(Path(folder) / "template")
            with databases.empty() as name:
                databases.settings(Path(folder) / "0", name)
                return _grow(Path(folder), databases, name)
    except NoServer as problem:
        return f"Many schools on a server: not measured, because there is {problem}", True


def _grow(folder: Path, databases: Databases, name: str) -> tuple[str, bool]:
    _make_school(folder / "0", 0)
    found: dict[int, dict[str, list[float]]] = {}
    there = 1
    for size in SCHOOLS:
        _enter(folder / "0", range(there, size))
        there = size
        with databases.administrator(name) as connection:
            connection.execute("VACUUM ANALYZE")
        found[size] = _timed(folder / "0")
    return _report(found)


def _enter(folder: Path, numbers: range) -> None:
    """Enter schools with their cases; those of a school are recorded in one transaction."""
    with Workspace.open(folder, str) as workspace:
        like = schools(workspace)[0]
        for number in numbers:
            _enter_school(workspace.store, like, number, workspace.account)


def _enter_school(store: Store, like: School, number: int, adviser: str) -> None:
    """Enter a school whose cases all let the adviser in: each list then has to look at whom each lets in."""
    invented = Invented(f"school {number}".encode())
    school = replace(like, id=invented.organisation, name=f"School {number}", prefix=f"S{number}")
    limited = store.seeing(school.id)
    invented.found(limited)
    with limited.transaction() as tx:
        tx.put_organisation(Organisation(school.id, school.to_bytes(), b""))
        tx.put_membership(Membership(f"m{number}", adviser, school.id, "hr_adviser", "2020-01-01", None, b""))
        for case in range(CASES_OF_A_SCHOOL):
            stream, day = invented.new_stream(tx), 1 + (number * 7 + case) % 28
            clocks = [
                {"clock": clock, "from": "2026-02-02", "due": f"2026-03-{day:02}"}
                for clock in ("investigation_report", "suspension_review")
            ]
            begun = opened(
                f"S{number:04}-26-{case:04}",
                f"2026-0{1 + case % 2}-{day:02}",
                policy=school.policy,
                clocks=clocks,
                readers=[{"account": adviser}],
            )
            further = [step("triaged"), step("under_investigation", from_="triaged")]
            invented.record(tx, *((stream, facts) for facts in (begun, *further)))


def _timed(folder: Path) -> dict[str, list[float]]:
    """Seconds of each answer, by what was asked."""
    with Workspace.open(folder, str, clock=FixedClock(_NOW)) as workspace:
        known = schools(workspace)
        of = known[:OF_AN_ADVISER]
        workspace.work_for(*(school.id for school in of))
        own = next(school for school in known if school.name == "School 0")
        with workspace.store.read(own.id) as reader:
            rows = reader.cases(own.id)

        def page() -> None:
            found = listing.page_of_cases(workspace, of, _PAGE)
            assert len(found) == _PAGE
            listing.state_titles(workspace, found)

        def due() -> None:
            assert len(listing.list_due(workspace, of, _TODAY, first=_PAGE)) == _PAGE
            listing.list_due_in_registers(workspace, of, _NOW)

        def open_one() -> None:
            workspace.work_for(own.id)
            workspace.cases.forget(rows[0].stream)
            find_case(workspace, own, rows[0].reference)

        return {
            f"a page of {_PAGE} cases": _runs(page),
            f"the {_PAGE} that are due first": _runs(due),
            "opening a case": _runs(open_one),
        }


def _runs(ask: Callable[[], None]) -> list[float]:
    for _ in range(10):
        ask()
    found = []
    for _ in range(_RUNS):
        began = perf_counter()
        ask()
        found.append(perf_counter() - began)
    return found


def _report(found: dict[int, dict[str, list[float]]]) -> tuple[str, bool]:
    names = list(next(iter(found.values())))
    lines, good = ["Seconds for an adviser with 300 schools, in a warm service (median, and 99 of 100)"], True
    for name in names:
        medians = {size: statistics.median(asked[name]) for size, asked in found.items()}
        slowest = {size: statistics.quantiles(asked[name], n=100)[98] for size, asked in found.items()}
        lines.append(f"  {name}")
        lines += [
            f"    {size:5} schools, {size * CASES_OF_A_SCHOOL:6} cases   {medians[size]:.4f}   {slowest[size]:.4f}"
            for size in found
        ]
        full = [size for size in found if size >= OF_AN_ADVISER]
        good = good and max(slowest.values()) <= LIMIT and medians[full[-1]] <= GROWTH * medians[full[0]]
    picture = plot(
        [size * CASES_OF_A_SCHOOL for size in found],
        {name: [statistics.median(asked[name]) * 1000 for asked in found.values()] for name in names},
        title="Milliseconds to answer an adviser with 300 schools, by cases on the server",
    )
    with suppress(OSError):
        PLOT.write_text(picture, encoding="utf-8")
    lines.append(
        f"  limit: 99 of 100 within {LIMIT} s, and the median at most {GROWTH} times as long from 300 schools to 1,000"
    )
    return "\n".join(lines), good
