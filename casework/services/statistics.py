"""Figures of a school, from facts alone: no key is needed, and nobody is named.

Outcomes by characteristic need the monitoring key besides, and nothing that opens a name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casework.base.time import describe_date, local_date
from casework.cases.replay import FactsMissing
from casework.records.by_characteristic import by_characteristic
from casework.records.history import record_of
from casework.records.statistics import CaseFigures, Statistics, case_figures, statistics_of
from casework.services.history import history_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.records.monitoring import Answers
    from casework.services.audit_tools import Member, Tell
    from casework.services.schools import School
    from casework.services.workspace import Workspace


def school_statistics(
    workspace: Workspace,
    school: School,
    cases: Sequence[Member],
    *,
    first: str = "",
    last: str = "",
    answers: Mapping[str, Answers] | None = None,
    tell: Tell | None = None,
) -> tuple[Statistics, int]:
    """Return the figures of these cases, and of how many the facts were erased, so that they are not counted.

    Args:
        cases: from `casework.services.audit_tools.population`.
        first: the local day of opening from which they were chosen, and `last` until which; for the title.
        answers: to equality monitoring, by the stream of their case; None leaves outcomes by characteristic out.
        tell: told how many cases are done.
    """
    found: list[tuple[CaseFigures, Answers]] = []
    for done, case in enumerate(cases, start=1):
        try:
            found.append(
                (case_in_figures(workspace, school, case.stream), (answers or {}).get(case.stream, {}))
            )
        except FactsMissing:
            continue
        finally:
            workspace.cases.forget(case.stream)
        if tell is not None:
            tell(done, len(cases))
    made = describe_date(local_date(workspace.clock.now()))
    figures = statistics_of(
        [case for case, _ in found], school=school.name, made=made, first=first, last=last
    )
    if answers is not None:
        figures = replace(figures, characteristics=by_characteristic(found))
    return figures, len(cases) - len(found)


def case_in_figures(workspace: Workspace, school: School, stream: str) -> CaseFigures:
    """Return what is counted of one case. Raises FactsMissing: its facts were erased."""
    loaded = workspace.cases.load(stream)
    waived = sum(
        len(event.facts.get("waived", ())) for event in loaded.history if event.n not in loaded.case.annulled
    )
    return case_figures(record_of(history_input(workspace, school, loaded, words=False)), waived)
