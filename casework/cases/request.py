"""What is asked of the core, what it relies on, and what it answers.

Everything is handed in: the present instant, the calendar, live warnings. What was relied on is recorded with
the
step, so that a later replay needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from casework.base.errors import BadInput, Refused
from casework.base.time import Occurred, describe_date, local_date
from casework.cases.dated import DatedTruths
from casework.cases.model import LiveWarning, Status, Value
from casework.procedure.calendar import Calendar
from casework.procedure.working import Working

Basis = Literal["own_act", "minute", "email", "signed_form", "scheme", "other"]
"""What proves that the person with authority took the step."""


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""Of what an assessment names by field: none."""


class NoSuchStep(BadInput):
    """The policy has no step of that name."""

    code = "no-such-step"


@dataclass(frozen=True, slots=True)
class WaiverRequest:
    """A decision-maker's waiver of one requirement: who, why, and HR's advice beside it.

    `by` is a party id; faces give a name, and the services put the id in its place.
    """

    requirement: str
    by: str
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class StepRequest:
    """A step as somebody asks for it.

    `values` holds every field by name, words included: typed as the policy's fields, dates and times as ISO text,
    party fields as party ids. `irregular` is the reason why a fact that broke a `must` is recorded all the same.
    """

    step: str
    occurred: Occurred | None
    taken_by: str
    recorded_by: str
    recorder_role: str
    basis: Basis = "own_act"
    authority: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    waivers: tuple[WaiverRequest, ...] = ()
    irregular: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """That comparable decisions were shown before a decision (ACAS-4b): how many, and the SHA-256 of their outlines."""

    shown: int
    digest: str

    def to_facts(self) -> dict[str, Any]:
        """As facts hold it."""
        return {"shown": self.shown, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision relies on beside the case: the instant (aware UTC), calendar and digest, live warnings, the
    school as it is on each date, and the comparable decisions that were shown (None: they were not).
    """

    now: datetime
    calendar: Calendar
    calendar_digest: str
    live_warnings: tuple[LiveWarning, ...] = ()
    school: DatedTruths = field(default_factory=DatedTruths)
    compared: Compared | None = None

    @property
    def today(self) -> date:
        """The local date in London at `now`."""
        return local_date(self.now)

    @property
    def occurred_today(self) -> Occurred:
        """When a thing happened of which nobody said when: today, at an unknown time."""
        return Occurred(self.today, None, "day")


class Assessment(NamedTuple):
    """How one requirement stands for one step, with everything that a refusal or a review says about it.

    A tuple, because replaying a record makes one for each requirement of each step, and tuples are made fastest.

    `earliest` is the earliest lawful local date where a date is concerned, `working` how it was counted;
    `waivable_by` are the roles that may waive it here, `waiver_needs` the fields without which nobody can; `fix`
    holds field values that would put it right, and `instead` the answers that were not good, each with those that
    would be (none where that cannot be said), for the corrected command. A question of a checklist is
    `FIELD:QUESTION` there. `cause` is what is not in order, without why that matters: several requirements may have the
    same.
    """

    requirement: str
    kind: str
    strength: Literal["must", "should"]
    status: Status
    says: str
    remedy: str = ""
    cites: tuple[str, ...] = ()
    waivable_by: tuple[str, ...] = ()
    waiver_needs: tuple[str, ...] = ()
    events: tuple[int, ...] = ()
    earliest: date | None = None
    working: Working | None = None
    fix: Mapping[str, Value] = NOTHING
    instead: Mapping[str, tuple[bool | int | str, ...]] = NOTHING
    cause: str = ""

    @property
    def unmet(self) -> bool:
        """True when the step may not be taken as things stand: neither met, waived nor out of reach."""
        return self.status in ("breached", "not_shown")

    def as_json(self) -> dict[str, Any]:
        """The assessment as plain data, for `--json`; absent parts are left out."""
        shown: dict[str, Any] = {
            "requirement": self.requirement,
            "kind": self.kind,
            "strength": self.strength,
            "status": self.status,
            "says": self.says,
            "remedy": self.remedy,
            "cites": list(self.cites),
            "waivable_by": list(self.waivable_by),
            "waiver_needs": list(self.waiver_needs),
            "events": list(self.events),
        }
        if self.earliest is not None:
            shown["earliest"] = self.earliest.isoformat()
        if self.working is not None:
            shown["working"] = self.working.sentence()
        if self.fix:
            shown["fix"] = dict(self.fix)
        if self.instead:
            shown["instead"] = {name: list(values) for name, values in self.instead.items()}
        return shown


class StepRefused(Refused):
    """A step that the policy does not allow as asked; names every unmet requirement at once.

    `out_of_place` says that the case has not come to the step yet, or has left it behind: then nothing else is named.
    """

    code = "step-refused"

    def __init__(self, title: str, step: str, unmet: tuple[Assessment, ...]) -> None:
        self.step = step
        self.title = title
        self.unmet = unmet
        self.out_of_place = any(item.kind == "state" for item in unmet)
        super().__init__(
            f"“{title}” cannot be recorded now."
            if self.out_of_place
            else f"“{title}” cannot be recorded yet: {self._counted()}.",
            step=step,
            unmet=[item.as_json() for item in unmet],
        )

    @property
    def missing(self) -> tuple[Assessment, ...]:
        """The answers that were not given."""
        return tuple(item for item in self.unmet if item.kind == "field")

    @property
    def causes(self) -> tuple[tuple[Assessment, ...], ...]:
        """What else is not in order: the requirements that are unmet, those together that have the same cause."""
        found: dict[tuple[str, str], list[Assessment]] = {}
        for item in self.unmet:
            if item.kind != "field":
                found.setdefault((item.cause or item.says, item.remedy), []).append(item)
        return tuple(tuple(items) for items in found.values())

    def _counted(self) -> str:
        """How much is not in order, in words."""
        answers, others = len(self.missing), len(self.causes)
        parts = []
        if answers:
            parts.append("one answer is missing" if answers == 1 else f"{answers} answers are missing")
        if others:
            parts.append("one thing is not in order" if others == 1 else f"{others} things are not in order")
        return ", and ".join(parts)

    @property
    def earliest(self) -> date | None:
        """The earliest date at which every unmet date requirement would hold, if any concerns a date."""
        return max((item.earliest for item in self.unmet if item.earliest), default=None)

    @property
    def fix(self) -> dict[str, Value]:
        """Field values that together would put the dates right."""
        return {name: value for item in self.unmet for name, value in item.fix.items()}

    def __str__(self) -> str:
        """The sentence, then one line for each unmet requirement."""
        lines = [self.message]
        for item in self.unmet:
            when = f" Earliest lawful date: {describe_date(item.earliest)}." if item.earliest else ""
            lines.append(f"- {item.says}{when}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be recorded: facts (readable, typed), body (words, to be sealed), and the assessments."""

    facts: Mapping[str, Any]
    body: Mapping[str, Any]
    assessments: tuple[Assessment, ...] = ()
