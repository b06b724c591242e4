"""Walking a case at random: steps with plausible answers, letters, people, days, mistakes and their mending.

Each act draws from a random generator of its own, seeded by one number, so that a walk is a list of numbers: it can be
shortened act by act, and played again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from casework.base.errors import BadInput, Refused
from casework.base.time import Occurred
from casework.cases import letter_acts
from casework.cases.decide import decide
from casework.cases.fields import applies
from casework.cases.possible import Possible, possible_steps
from casework.cases.request import Decision, StepRefused, StepRequest, WaiverRequest
from casework.procedure.model import Step, StepField
from casework.procedure.service import METHODS
from tests.support import telling
from tests.support.core import Core

Watch = Callable[[Core, StepRequest, Decision], None]
"""Is told each step that was decided, before it is recorded."""

RARE = (
    "record_resignation",
    "withdraw_case",
    "withdraw_appeal",
    "take_informal_action",
    "take_no_action",
    "find_no_case_to_answer",
    "close_case",
)
"""Steps that end a walk early; taken less often than the others."""

KINDS = {"step": 60, "letter": 18, "serve": 6, "evidence": 8, "roles": 3, "allegation": 3, "mend": 6}
"""What can be done, and how often it is."""


class Walk:
    """A random walk through the shipped policy.

    Args:
        decided: is told each step that was decided.
        refused: is told each step that was refused, with its request.
        core: the case to go on with; a new one if not given.
        mends: whether mistakes are corrected and annulled on the way.
        careless: how often people are chosen without a look at what they did before.
    """

    def __init__(
        self,
        decided: Watch = lambda *_: None,
        refused: Callable[[Core, StepRequest, StepRefused], None] = lambda *_: None,
        *,
        core: Core | None = None,
        mends: bool = True,
        careless: float = 0.05,
    ) -> None:
        self.core = core or telling.opened()
        self._decided, self._refused = decided, refused
        self._mends, self._careless = mends, careless

    def act(self, seed: int) -> None:
        """Do one thing, drawn from `seed`."""
        random = Random(seed)
        kinds = (
            dict(KINDS) if self._mends else {kind: often for kind, often in KINDS.items() if kind != "mend"}
        )
        if random.random() < 0.4:
            self.wait(random.randint(1, 5))
        (kind,) = random.choices(list(kinds), list(kinds.values()))
        self.do(kind, random)

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.core.on((self.core.context.today + timedelta(days=days)).isoformat())

    def do(self, kind: str, random: Random) -> None:
        """Do one thing of this kind."""
        does: dict[str, Callable[[Random], None]] = {
            "step": self._step,
            "letter": self._letter,
            "serve": self._serve,
            "evidence": self._evidence,
            "roles": self._roles,
            "allegation": self._allegation,
            "mend": self._mend,
        }
        with suppress(BadInput, Refused):  # nothing is recorded of what cannot be
            does[kind](random)

    # --- Steps ---

    def _step(self, random: Random) -> None:
        core = self.core
        possible = possible_steps(core.case, core.policy, core.context)
        if not possible:
            return
        (chosen,) = random.choices(possible, [_weight(item) for item in possible])
        request = self.request(chosen.step_id, random)
        for _ in range(4):
            try:
                decision = decide(core.case, core.policy, request, core.context)
            except StepRefused as refused:
                self._refused(core, request, refused)
                mended = self._mended(request, refused, random)
                if mended is None:
                    return
                request = mended
            else:
                self._decided(core, request, decision)
                core.record(decision)
                if random.random() < 0.8:
                    self._letter(random)
                return

    def request(self, step_id: str, random: Random) -> StepRequest:
        """A step as somebody might ask for it."""
        core, step = self.core, self.core.policy.steps[step_id][1]
        holders = [party.id for role in step.by for party in core.case.holders(role)]
        by = (
            random.choice(holders)
            if holders and random.random() < 0.93
            else random.choice(list(core.case.parties))
        )
        self._wait_for_the_meeting(step, random)
        values = self.values(step, random)
        occurred = None
        if random.random() < 0.1:
            occurred = Occurred(core.context.today - timedelta(days=random.randint(0, 3)), None, "day")
        return StepRequest(step_id, occurred, by, *core.recorder, values=values)

    def _wait_for_the_meeting(self, step: Step, random: Random) -> None:
        arranged = {"hold_hearing": "hearing_at", "hold_appeal_hearing": "appeal_at"}
        for name, field in arranged.items():
            at = self.core.case.value(field, "procedure")
            if step is self.core.policy.steps[name][1] and isinstance(at, str) and random.random() < 0.8:
                self.core.on(at)

    def values(self, step: Step, random: Random) -> dict[str, Any]:
        """Plausible answers to a step's fields; now and then one is left out."""
        core = self.core
        wanted = {
            requirement.rule.field: requirement.rule.values
            for requirement in step.requires
            if requirement.rule.kind == "value_is" and random.random() < 1 - 2 * self._careless
        }
        values: dict[str, Any] = {}
        for name, field in step.fields.items():
            known = {key: _typed(value) for key, value in values.items()}
            if not applies(field.when, known, core.case, core.policy) or random.random() < 0.01:
                continue
            if field.optional and random.random() < 0.7:
                continue
            values[name] = self.value(field, random, wanted.get(name, ()), _named(values))
        return values

    def value(
        self,
        field: StepField,
        random: Random,
        wanted: tuple[Any, ...] = (),
        named: frozenset[str] = frozenset(),
    ) -> Any:
        """A plausible answer to one field; people in `named` have a part in the step already."""
        if field.each == "allegation":
            standing = self.core.case.standing_allegations
            given = [item for item in standing if random.random() < 0.99]
            return {str(item.number): self._one(field, random, wanted) for item in given}
        if field.type in ("party", "parties"):
            return self._people(field, random, named)
        return self._one(field, random, wanted)

    def _people(self, field: StepField, random: Random, named: frozenset[str]) -> Any:
        core = self.core
        holders = [party.id for party in core.case.holders(field.assigns or "")]
        if field.type == "party" and holders and random.random() < 0.7:
            return random.choice(holders)
        people = [name for name in core.case.parties if name not in (core.recorder[0], "jordan", "sam")]
        free = [name for name in people if not core.case.parties[name].roles and name not in named]
        pool = free if len(free) > 1 and random.random() >= self._careless else people
        if field.type == "party":
            return random.choice(pool)
        return random.sample(pool, min(len(pool), random.choice([1, 2, 2, 2, 3])))

    def _one(self, field: StepField, random: Random, wanted: tuple[Any, ...]) -> Any:
        policy = self.core.policy
        if field.type == "evidence":
            numbers = [str(item.number) for item in self.core.case.evidence.values()]
            return (
                ",".join(numbers[: random.choice([1, 2])]) if numbers and random.random() < 0.95 else "none"
            )
        if field.type == "text":
            return random.choice(["So it was.", "Für das Protokoll: “ja”.", "None."])
        if field.type == "enum" and "panel" in field.options and random.random() < 1 - 4 * self._careless:
            return "panel"
        if field.type in ("enum", "sanction"):
            return random.choice(list(wanted) or list(field.options) or list(policy.sanctions))
        if field.type == "boolean":
            return random.choice(list(wanted) or [True, False])
        if field.type == "integer":
            return random.randint(field.minimum or 0, field.maximum or 9)
        if field.type == "checklist":
            questions = policy.checklists[field.checklist or ""].questions
            return {
                name: self._question(name, question.answers, random) for name, question in questions.items()
            }
        return self._date(field, random)

    def _question(self, name: str, answers: tuple[str, ...], random: Random) -> str:
        usual = next(
            (answer for answer in answers if answer in ("no", "would_not_work", "answered")), answers[0]
        )
        answer = usual if random.random() < 0.93 else random.choice(list(answers))
        return answer if answer == "no" or random.random() < 0.02 else f"{answer}: Looked at."

    def _date(self, field: StepField, random: Random) -> str:
        today = self.core.context.today
        if field.must_be == "after":
            day = today + timedelta(days=random.choice([3, 10, 14, 16, 18, 20, 25, 30]))
        elif field.occurrence or field.must_be == "on_or_before":
            day = today - timedelta(days=random.choice([0, 0, 0, 0, 1, 2]))
        else:
            day = today + timedelta(days=random.randint(-2, 30))
        hour = random.choice([9, 10, 11, 14])
        return day.isoformat() if field.type == "date" else f"{day.isoformat()}T{hour:02d}:00"

    def _mended(self, request: StepRequest, refused: StepRefused, random: Random) -> StepRequest | None:
        """The request with what can be done about its refusal: dates put right, waivers, or recorded as it happened."""
        core, chance = self.core, random.random()
        if chance < 0.12:
            return replace(request, irregular="It happened all the same.", waivers=())
        waivers = {item.requirement: item for item in request.waivers}
        for item in refused.unmet:
            holders = [party.id for role in item.waivable_by for party in core.case.holders(role)]
            if item.waivable_by:
                by = (
                    random.choice(holders)
                    if holders and chance < 0.9
                    else random.choice(list(core.case.parties))
                )
                waivers[item.requirement] = WaiverRequest(item.requirement, by, "For a good reason.")
        said = {name: "So it was." for item in refused.unmet for name in item.waiver_needs}
        values = {**request.values, **said, **{name: value for name, value in refused.fix.items() if value}}
        if values == request.values and tuple(waivers.values()) == request.waivers:
            return None
        self._wait_until(values, core.policy.steps[request.step][1])
        return replace(request, values=values, waivers=tuple(waivers.values()))

    def _wait_until(self, values: Mapping[str, Any], step: Step) -> None:
        for name, field in step.fields.items():
            if field.occurrence and isinstance(values.get(name), str):
                self.core.on(values[name])

    # --- Beside steps ---

    def _letter(self, random: Random) -> None:
        taken = [record.step for record in self.core.case.steps[-3:]]
        letters = [name for step in taken for name in self.core.policy.steps[step][1].letters]
        if not letters:
            return
        template = random.choice(letters)
        standing = self.core.case.letters_of(template)
        if standing and random.random() < 0.6:
            return
        covers = ()
        if template == "allegation-and-investigation":
            covers = ("allegation-received", "investigation-notice", "investigation-meeting")
        letter = self.core.letter(
            template,
            supersedes=standing[-1].id if standing and random.random() < 0.8 else None,
            covers=covers,
        )
        if random.random() < 0.8:
            self.core.serve(letter, self.core.context.today.isoformat(), random.choice(METHODS))

    def _serve(self, random: Random) -> None:
        standing = [letter.id for letter in self.core.case.letters.values() if letter.stands]
        if not standing:
            return
        letter = random.choice(standing)
        if random.random() < 0.15:
            core = self.core
            reason = "It was wrong."
            core.record(
                letter_acts.withdraw_letter(
                    core.case, letter=letter, reason=reason, policy=core.policy, recorder=core.by
                )
            )
            return
        self.core.serve(letter, self.core.context.today.isoformat(), random.choice(METHODS))

    def _evidence(self, random: Random) -> None:
        core = self.core
        items = [item.id for item in core.case.evidence.values() if item.disclosed is None]
        if items and random.random() < 0.6:
            core.disclose(
                *random.sample(items, random.randint(1, len(items))),
                how=random.choice(["disclosed", "withheld"]),
            )
        else:
            core.evidence(points=random.choice(["for", "against", "neutral"]))

    def _roles(self, random: Random) -> None:
        core = self.core
        party = random.choice(
            [name for name in core.case.parties if name not in (core.recorder[0], "jordan")]
        )
        core.roles(party, *random.sample(list(core.policy.roles), random.choice([0, 1, 1, 2])))

    def _allegation(self, random: Random) -> None:
        standing = self.core.case.standing_allegations
        if len(standing) > 1 and random.random() < 0.3:
            self.core.withdraw_allegation(random.choice(standing).id)
        elif standing and random.random() < 0.6:
            self.core.allege(random.choice(standing).id, gross=random.random() < 0.5)
        elif len(self.core.case.allegations) < 4:
            self.core.allege()

    def _mend(self, random: Random) -> None:
        core = self.core
        steps = core.case.steps
        if random.random() < 0.4 or not steps:
            core.annul(random.randint(max(1, core.case.n - 6), core.case.n))
            return
        record = random.choice(steps)
        step = core.policy.steps[record.step][1]
        if not step.fields or random.random() < 0.2:
            core.correct(
                record.n, on=(core.context.today - timedelta(days=random.randint(0, 20))).isoformat()
            )
            return
        name, field = random.choice(list(step.fields.items()))
        core.correct(record.n, **{name: self.value(field, random)})


def _weight(item: Possible) -> float:
    if item.step_id in RARE:
        return 0.05
    if item.strand != "procedure":
        return 0.5
    return (12 if item.ready else 4) if item.step.to else 1


def _typed(value: Any) -> Any:
    """An answer as facts would hold it, for conditions on it."""
    if isinstance(value, Mapping):
        return {key: str(item).partition(":")[0] for key, item in value.items()}
    return value


def _named(values: Mapping[str, Any]) -> frozenset[str]:
    """Everybody whom the answers name so far; words that are no names do no harm."""
    people: set[str] = set()
    for value in values.values():
        people.update([value] if isinstance(value, str) else value if isinstance(value, list) else [])
    return frozenset(people)
