"""Proving a policy before a school adopts it: every problem at once, with its place, its way out and, where there is
one, the path of steps that shows it.

| property | how it is proved |
| --- | --- |
| every name leads somewhere, every citation resolves, every field has the right type | look-up |
| every state can be reached, and from every state the strand can end | all paths |
| no sanction without hearing (or signed acceptance), notice, specified allegations and evidence | all paths |
| no dismissal without authority; none without notice for what was not called gross misconduct | each step |
| every sanction can be appealed, from wherever it leads, and the appeal can be decided | all paths |
| who investigates never decides; who did either never hears the appeal | all paths |
| no appeal increases a sanction | each step |
| every clock starts, is stopped before everything is over, and leads somewhere; late blocks no cure | all paths |
| every letter passes its check, fits the policy and can be there in time | each letter |
| strands never block one another for ever; no strand waits for what was passed by | all combinations |

Strand states and the steps that were taken are exact. Settings and traits of the employee are tried in every value
where strands wait for each other. Everything else is assumed possible, so a policy that passes holds in every case; a
path that is reported may need an unusual one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from casework.procedure.check_deadlines import check_deadlines
from casework.procedure.check_impartiality import check_impartiality
from casework.procedure.check_letters import check_letters
from casework.procedure.check_paths import check_paths
from casework.procedure.check_references import check_catalogues, check_references
from casework.procedure.check_registers import check_registers
from casework.procedure.check_retention import check_retention
from casework.procedure.check_strands import check_strands
from casework.procedure.check_triage import check_card, check_triage
from casework.procedure.letters import KnownLetter
from casework.procedure.model import Catalogue, Policy
from casework.procedure.names import Names
from casework.procedure.problem import Problem
from casework.procedure.tally import Tally

__all__ = ["KnownLetter", "Problem", "Tally", "check"]


def check(
    policy: Policy,
    catalogues: Iterable[Catalogue],
    letter_ids: Collection[str],
    *,
    letters: Mapping[str, KnownLetter] | None = None,
    tally: Tally | None = None,
) -> list[Problem]:
    """Return everything that is wrong with the policy and the catalogues; an empty list means that it may be adopted.

    Args:
        policy: as loaded, with the school's settings or without.
        catalogues: the breach catalogues that cases under it may charge from.
        letter_ids: the letters that there are.
        letters: what is known of them beside their names; without it, nothing but the names is proved of them.
        tally: counts what was looked at.
    """
    charged = tuple(catalogues)
    counted = tally or Tally()
    _count(policy, counted)
    known = dict(letters or {})
    spelt = Names(policy, frozenset(letter_ids))
    codes = {code for catalogue in charged for code in catalogue.by_code}
    names = [
        *check_references(policy, letter_ids),
        *check_registers(spelt, codes),
        *check_triage(spelt, codes),
        *check_card(spelt),
        *check_retention(spelt),
        *check_catalogues(charged, policy),
    ]
    if any(problem.code == "unknown-state" for problem in names):
        return names  # a way that leads nowhere makes everything behind it look unreachable
    return [
        *names,
        *check_paths(policy),
        *check_impartiality(policy),
        *check_deadlines(policy, known),
        *check_letters(policy, known),
        *check_strands(policy, counted),
    ]


def _count(policy: Policy, tally: Tally) -> None:
    tally.strands += len(policy.strands)
    tally.states += sum(len(strand.states) for strand in policy.strands.values())
    tally.steps += len(policy.steps)
    tally.requirements += sum(len(step.requires) for _, step in policy.steps.values())
    tally.clocks += len(policy.deadlines)
    tally.letters += len({letter for _, step in policy.steps.values() for letter in step.letters})
