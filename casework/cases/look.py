"""What an assessment looks at: the case, the policy, the calendar, and the step as it is being attempted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from casework.base.time import Occurred
from casework.base.words import listed as listed
from casework.cases.fields import FieldValues
from casework.cases.model import Case, Status, StepRecord, Value
from casework.cases.request import NOTHING, Context
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy, Step
from casework.procedure.working import Working

SITTINGS = ("hearing", "accepted_without_hearing", "decision", "appeal_hearing", "appeal_decision")
"""Acts in which a case is heard or decided by whoever has a part in it then."""


@dataclass(frozen=True, slots=True)
class Look:
    """One step being attempted on one case. `on` is the local date of the step; None when it is unknown."""

    case: Case
    policy: Policy
    context: Context
    strand: str
    step_id: str
    step: Step
    fields: FieldValues
    occurred: Occurred
    taken_by: str
    role: str
    assigned: Mapping[str, tuple[str, ...]]
    _held: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _steps: list[tuple[StepRecord, Step]] = field(default_factory=list, compare=False, repr=False)

    @property
    def on(self) -> date | None:
        """The local date of the step, or None when it is unknown."""
        return self.occurred.date

    @property
    def calendar(self) -> Calendar:
        """The calendar of the present day, counting what the policy of the case means by a day."""
        return self.context.calendar.counting(self.policy.policy_day)

    def holds(self, role: str) -> frozenset[str]:
        """Everybody who holds `role` now, counting those whom this step assigns."""
        new = {party for party, roles in self.assigned.items() if role in roles}
        return frozenset(party.id for party in self.case.holders(role)) | new

    def holders(self, role: str) -> frozenset[str]:
        """Everybody who holds `role`, has acted in it, or held it when the case was heard or decided.

        A part once played stays played: a member of the panel cannot leave it to hear the appeal (ACAS-27).
        """
        if role not in self._held:
            sat = [self.case.held_at(role, record.n) for record, step in self._taken if step.act in SITTINGS]
            acting = {self.taken_by} if self.taken_by and role == self.role else set()
            self._held[role] = self.holds(role).union(
                self.case.acted_as(role), acting, self._in_the_place_of(role), *sat
            )
        return self._held[role]

    @property
    def _taken(self) -> list[tuple[StepRecord, Step]]:
        """The steps on record that the policy knows, looked up once."""
        if not self._steps:
            steps = self.policy.steps
            self._steps.extend(
                (record, steps[record.step][1]) for record in self.case.steps if record.step in steps
            )
        return self._steps

    def _in_the_place_of(self, role: str) -> frozenset[str]:
        """Everybody who did irregularly what only `role` may do: who interviewed has acted as investigator (ACAS-6)."""
        return frozenset(
            record.taken_by
            for record, step in self._taken
            if (record.irregular or record.on_paper) and step.by == (role,) and record.role != role
        )

    def barred(self, role: str) -> bool:
        """Whether nobody acts in the role in this case: the head teacher in a case about the head (SSR-HT)."""
        found, employee = self.policy.roles.get(role), self.case.employee
        return bool(found and found.not_about and employee and getattr(employee, found.not_about))

    def title(self, role: str) -> str:
        """A role's name in the policy, such as “investigating officer”."""
        found = self.policy.roles.get(role)
        return inline(found.title) if found else role.replace("_", " ")

    def titles(self, roles: tuple[str, ...] | frozenset[str] | list[str]) -> str:
        """Role names as a list in words: “head teacher, clerk or HR adviser”."""
        return listed([self.title(role) for role in roles], "or")

    def naming(self, parties: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The fields of this step that name one of these people, each with those whom it names beside them."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.fields.values.items():
            if self.step.fields[name].type in ("party", "parties"):
                named = value if isinstance(value, list | tuple) else (value,)
                if set(named) & set(parties):
                    found[name] = tuple(party for party in named if party not in parties)
        return found

    def field_value(self, name: str) -> Any:
        """The value of a field in this step, else the newest one given in the same strand."""
        if name in self.fields.values:
            return self.fields.values[name]
        return self.case.value(name, self.strand)

    def plain_values(self) -> dict[str, Any]:
        """The typed values as facts hold them."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in self.fields.values.items()}

    def sanction(self, named: str | None) -> str | None:
        """The sanction that this step imposes: the one in its field, or its fixed one."""
        if named is not None:
            value = self.fields.values.get(named)
            return str(value) if value is not None else None
        imposes = self.step.imposes
        if imposes is None:
            return None
        if imposes.startswith("field:"):
            return self.sanction(imposes.removeprefix("field:"))
        return imposes

    def other_sanctions(
        self, named: str | None, allowed: Callable[[str], bool]
    ) -> dict[str, tuple[str, ...]]:
        """The field that says which sanction this step imposes, with those that would be allowed; nothing without one.

        Args:
            named: the field, if the rule names it; else the one by which the step imposes its sanction.
            allowed: whether a sanction would do.
        """
        imposes = self.step.imposes or ""
        field_name = named or (imposes.removeprefix("field:") if imposes.startswith("field:") else "")
        asked = self.step.fields.get(field_name)
        if asked is None:
            return {}
        return {field_name: tuple(name for name in asked.options or self.policy.sanctions if allowed(name))}


class Found(NamedTuple):
    """What an assessment found; the requirement around it adds strength, citations and waivers.

    `instead` names the answers of this step that were not good, each with those that would be: none where that cannot
    be said. One question of a checklist is named `FIELD:QUESTION`.
    """

    status: Status
    says: str
    remedy: str = ""
    events: tuple[int, ...] = ()
    earliest: date | None = None
    working: Working | None = None
    fix: Mapping[str, Value] = NOTHING
    instead: Mapping[str, tuple[bool | int | str, ...]] = NOTHING


def inline(title: str) -> str:
    """A title inside a sentence: “Head teacher” becomes “head teacher”, “HR adviser” stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
