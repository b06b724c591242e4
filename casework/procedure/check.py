"""Proving a policy before a school adopts it: every problem at once, with its place, its way out and, where there is
one, the path of steps that shows it.

| property | how it is proved |
| --- | --- |
| every name leads somewhere, every citation resolves, every field has the right type | look-up |
| every state can be reached, and from every state the strand can end | all paths |
| no sanction without hearing (or signed acceptance), notice, specified allegations and evidence | all paths |
| no dismissal without authority; none without notice for what was not called gross misconduct | each step |
| every sanction can be appealed, from wherever it leads | all paths |
| who investigates never decides; who did either never hears the appeal | all paths |
| no appeal increases a sanction | each step |
| every clock starts, stops and leads somewhere | look-up and all paths |
| strands never block one another for ever | all combinations of strand states |

Strand states are exact. Conditions on fields, settings and people are assumed possible, so a policy that passes
holds in every case; a path that is reported may need an unusual one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from casework.procedure.check_paths import check_paths
from casework.procedure.check_references import check_catalogues, check_references
from casework.procedure.check_registers import check_registers
from casework.procedure.check_strands import check_strands
from casework.procedure.check_triage import check_card, check_triage
from casework.procedure.model import Catalogue, Policy
from casework.procedure.names import Names
from casework.procedure.problem import Problem

__all__ = ["Problem", "check"]


def check(policy: Policy, catalogues: Iterable[Catalogue], letter_ids: Collection[str]) -> list[Problem]:
    """Return everything that is wrong with the policy and the catalogues; an empty list means that it may be adopted.

    Args:
        policy: as loaded, with the school's settings or without.
        catalogues: the breach catalogues that cases under it may charge from.
        letter_ids: the letters that there are.
    """
    charged = tuple(catalogues)
    codes = {code for catalogue in charged for code in catalogue.by_code}
    known = Names(policy, frozenset(letter_ids))
    names = [
        *check_references(policy, letter_ids),
        *check_registers(known, codes),
        *check_triage(known, codes),
        *check_card(known),
        *check_catalogues(charged, policy),
    ]
    if any(problem.code == "unknown-state" for problem in names):
        return names  # a way that leads nowhere makes everything behind it look unreachable
    return [*names, *check_paths(policy), *check_strands(policy)]
