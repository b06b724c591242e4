"""Many cases in the lists alone: rows of the read tables with nothing behind them. For lists, and how fast they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta

from casework.services.folder import DATABASE
from casework.services.workspace import Workspace

_STATES = (("reported", "reported"), ("under_investigation", "investigated"), ("closed", "outcome"))
_CLOCKS = ("triage", "lado_contact", "suspension_review")


def enter_cases(workspace: Workspace, number: int) -> list[str]:
    """Enter so many cases of the first school, which the account of the folder reads; return their references.

    Every third is closed; those whose number ends in 5 are suspended; two of three have a deadline that runs.
    """
    with closing(sqlite3.connect(workspace.folder / DATABASE)) as db, db:
        log, school, policy = db.execute("SELECT log, organisation, policy FROM cases").fetchone()
        for at in range(number):
            stream, reference = f"{at:08d}-0000-4000-8000-000000000000", f"ASH-26-{at:04d}"
            opened = date(2026, 3, 1) - timedelta(days=at % 200)
            state, stage = _STATES[at % 3]
            row = (stream, log, school, reference, policy, str(opened), state, stage, at % 3 == 2, 3)
            db.execute(
                "INSERT INTO cases VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (*row, "2026-03-01T10:00:00.000Z", str(opened)),
            )
            for strand, stands in (
                ("procedure", state),
                ("suspension", "suspended" if at % 10 == 5 else "not_suspended"),
            ):
                db.execute(
                    "INSERT INTO strand_states VALUES (?,?,?,?,?)", (stream, strand, stands, str(opened), 1)
                )
            if at % 3 < 2:
                due = date(2026, 3, 11) + timedelta(days=at % 7 - 3)
                clock = (stream, _CLOCKS[at % 2], 1, str(opened), str(due), None, None)
                db.execute("INSERT INTO clocks VALUES (?,?,?,?,?,?,?)", clock)
            db.execute(
                "INSERT INTO readers VALUES (?,?,?,?,?,?)", (stream, workspace.account, False, None, None, 1)
            )
    return [f"ASH-26-{at:04d}" for at in range(number)]
