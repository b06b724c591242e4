"""Who may do what, when: the steps that each role may take in each state. A reviewer signs this table off.

Requirements are not part of it: it says what a role has the power to do, not what a case is ready for.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from casework.procedure.graph import onward
from casework.procedure.model import Policy

HEADINGS = ("strand", "state", "role", "steps")
"""The columns of the CSV form."""


@dataclass(frozen=True, slots=True)
class Row:
    """The steps that one role may take in one state, by id, in the order of the policy's files."""

    strand: str
    state: str
    role: str
    steps: tuple[str, ...]


def permitted(policy: Policy) -> list[Row]:
    """Every role x state with at least one permitted step; strands, states and roles in the order of the files.

    The main strand comes first. A state in which nobody may do anything has no row.
    """
    names = sorted(policy.strands, key=lambda name: name != policy.main_strand)
    return [
        Row(name, state, role, steps)
        for name in names
        for state, out in onward(policy.strands[name]).items()
        for role in policy.roles
        if (steps := tuple(edge.step_id for edge in out if role in edge.step.by))
    ]


def table_csv(policy: Policy) -> str:
    """The table as CSV: a heading, then one line for each row; several steps are parted by spaces."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in permitted(policy):
        writer.writerow((row.strand, row.state, row.role, " ".join(row.steps)))
    return out.getvalue()
