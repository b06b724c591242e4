"""How a scenario begins: its clock, its school, its people, and the case that is opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from casework.base.ids import SeededDice
from casework.base.time import LONDON, parse_occurred
from casework.scenario.model import Scenario
from casework.scenario.played import Played
from casework.services import cases
from casework.services.directory import add_person, find_person
from casework.services.setup import NewSchool, create_workspace


class ScenarioClock:
    """A clock that the scenario sets; it never goes back."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        """Return the moment that the scenario has reached, aware, in UTC."""
        return self._now.astimezone(UTC)

    def set(self, local: datetime) -> None:
        """Move on to a local moment."""
        self._now = max(self._now, local.replace(tzinfo=LONDON).astimezone(UTC))


def begin(scenario: Scenario, folder: Path, clock: ScenarioClock) -> Played:
    """Set up the scenario's school in a new data folder, enter its people, and open its case."""
    me = scenario.people[scenario.recorder]
    details = {**scenario.school.details}
    workspace, school = create_workspace(
        folder,
        NewSchool(
            name=scenario.school.name,
            prefix=scenario.school.prefix,
            adviser=me.name,
            adviser_title=me.title,
            adviser_phone=me.phone,
            adviser_email=me.email,
            policy=scenario.school.policy,
            catalogues=scenario.school.catalogues,
            settings=scenario.school.settings,
            clauses=scenario.school.clauses,
            procedure_date=scenario.school.procedure_date,
            details=details,
        ),
        passphrase=None,
        recovery_file=folder / "recovery.key",
        clock=clock,
        dice=SeededDice(scenario.seed.encode()),
    )
    for key, person in scenario.people.items():
        if key != scenario.recorder:
            flags = {"teacher": person.teacher, "union_rep": person.union_rep, "head": person.head}
            words = person.model_dump(exclude={"teacher", "union_rep", "head"})
            add_person(workspace, school, **words, flags=flags)
    parties = [
        (find_person(workspace, school, scenario.people[key].name), roles)
        for key, roles in scenario.case.roles.items()
    ]
    opened = cases.open_case(
        workspace,
        school,
        reported=parse_occurred(scenario.case.reported),
        summary=scenario.case.summary,
        people=parties,
    )
    return Played(scenario, workspace, school, opened.reference)
