"""Every name in a policy means something: roles, states, sanctions, letters, clocks, settings, rules, catalogues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from casework.procedure.check_steps import check_step
from casework.procedure.model import Catalogue, Deadline, Policy, Strand
from casework.procedure.names import Names
from casework.procedure.problem import Problem, in_step, in_strand

_TRIGGER: Final = re.compile(
    r"case_opened|delivery_failed|letter_delivered|(step|letter_issued|letter_served|triage):([a-z0-9_-]+)"
)
_REGISTER: Final = re.compile(r"REG-[0-9]+")


def check_references(policy: Policy, letter_ids: Collection[str]) -> Iterator[Problem]:
    """Every reference of the policy that leads nowhere, file by file."""
    names = Names(policy, frozenset(letter_ids))
    yield from names.each("strand", [policy.main_strand], "policy.yaml: main_strand")
    for name, setting in policy.settings.items():
        yield from names.each("rule", setting.cites, f"settings.yaml: settings.{name}.cites")
    for name, role in policy.roles.items():
        yield from names.condition(role.waives_when, {}, f"roles.yaml: roles.{name}.waives_when")
    for name, power in policy.powers.items():
        yield from names.each("rule", power.cites, f"powers.yaml: powers.{name}.cites")
    yield from _sanctions(names)
    yield from _checklists(names)
    for name, elsewhere in policy.counted_elsewhere.items():
        where = f"deadlines.yaml: counted_elsewhere.{name}.cites"
        yield from names.each("rule", elsewhere.cites, where)
    for name, deadline in policy.deadlines.items():
        yield from _deadline(names, f"deadlines.yaml: deadlines.{name}", deadline)
    for name, strand in policy.strands.items():
        yield from _strand(names, name, strand)


def check_catalogues(catalogues: Iterable[Catalogue], policy: Policy) -> Iterator[Problem]:
    """Codes are unique, what can be charged has a severity, and what a clause implies exists."""
    numbers = {register.number for register in policy.registers.values()}
    for catalogue in catalogues:
        where = f"conduct/{catalogue.id}/catalogue.yaml: clauses"
        for code, count in Counter(clause.code for clause in catalogue.clauses).items():
            if count > 1:
                yield Problem(
                    "code-twice", f"The code {code} stands here {count} times.", where, "Give each its own."
                )
        for clause in catalogue.clauses:
            here = f"{where}.{clause.code}"
            if clause.chargeable and not set(clause.bands) - {"S0"}:
                message = "The clause can be charged, but has no severity."
                yield Problem("charge-without-band", message, here, "Give its `bands`.")
            for implied in clause.implies:
                # A policy that keeps no registers cannot say which there are.
                register = implied in numbers or (not numbers and _REGISTER.fullmatch(implied))
                if implied not in policy.rules and not register:
                    message = f"{implied} is neither a rule nor a register."
                    yield Problem(
                        "unknown-rule", message, here, "Name a rule of rules.yaml, or a register REG-n."
                    )


def _sanctions(names: Names) -> Iterator[Problem]:
    for name, sanction in names.policy.sanctions.items():
        where = f"sanctions.yaml: sanctions.{name}"
        yield from names.each("role", sanction.decided_by, f"{where}.decided_by")
        yield from names.each("letter", [sanction.letter], f"{where}.letter")
        yield from names.each("sanction", sanction.follows, f"{where}.follows")
        yield from names.each("power", [sanction.power], f"{where}.power")
        yield from names.each("rule", sanction.cites, f"{where}.cites")
        yield from names.days(sanction.live_months, f"{where}.live_months")
        yield from names.days(sanction.kept_months, f"{where}.kept_months")


def _checklists(names: Names) -> Iterator[Problem]:
    for name, checklist in names.policy.checklists.items():
        for question_id, question in checklist.questions.items():
            where = f"checklists.yaml: checklists.{name}.questions.{question_id}"
            yield from names.each("rule", question.cites, f"{where}.cites")
            for answer in question.reasons:
                if answer not in question.answers:
                    message = f"{answer} needs a reason, but is no answer."
                    yield Problem(
                        "impossible-value",
                        message,
                        f"{where}.reasons",
                        f"There are: {', '.join(question.answers)}.",
                    )


def _owed(names: Names, deadline: Deadline, where: str) -> Iterator[Problem]:
    """What says that nothing was due is a field of a step that stops the clock."""
    stops = [trigger.removeprefix("step:") for trigger in deadline.stops]
    steps = [names.policy.steps[name][1] for name in stops if name in names.policy.steps]
    fields = {name: field for step in steps for name, field in step.fields.items()}
    yield from names.condition(deadline.owed_if, fields, f"{where}.owed_if")


def _deadline(names: Names, where: str, deadline: Deadline) -> Iterator[Problem]:
    policy = names.policy
    yield from names.days(deadline.days, f"{where}.days")
    yield from names.each("role", deadline.act_by, f"{where}.act_by")
    yield from names.each("role", deadline.changed_by, f"{where}.changed_by")
    if deadline.extend_days is not None:
        yield from names.days(deadline.extend_days, f"{where}.extend_days")
    yield from names.each("letter", [deadline.letter], f"{where}.letter")
    if deadline.owed_if is not None:
        yield from _owed(names, deadline, where)
    yield from names.each("rule", deadline.cites, f"{where}.cites")
    for part, triggers in (("starts", deadline.starts), ("stops", deadline.stops)):
        for trigger in triggers:
            yield from _trigger(names, trigger, f"{where}.{part}")
    for trigger in deadline.starts:
        step_id = trigger.removeprefix("step:")
        fields = policy.steps[step_id][1].fields if step_id in policy.steps else {}
        if step_id in policy.steps:
            yield from names.condition(deadline.when, fields, where)
            counted = fields.get(deadline.counted_from)
            told = deadline.counted_from == "live_until" and policy.steps[step_id][1].act == "outcome_letter"
            if not (deadline.counted_from == "occurred" or told) and (
                counted is None or counted.type not in ("date", "datetime")
            ):
                message = f"The step {step_id} has no date field {deadline.counted_from}."
                yield Problem(
                    "unknown-field", message, f"{where}.counted_from", "Name one, or write `occurred`."
                )


def _trigger(names: Names, trigger: str, where: str) -> Iterator[Problem]:
    found = _TRIGGER.fullmatch(trigger)
    if not found:
        remedy = (
            "Write case_opened, step:ID, letter_issued:ID, letter_served:ID, triage:MATTER, delivery_failed or "
            "letter_delivered."
        )
        yield Problem("unknown-trigger", f"{trigger} is no trigger.", where, remedy)
    elif found[1] == "triage":
        matters = names.policy.triage.opens if names.policy.triage else ()
        yield from names.each("matter", [found[2]], where, matters)
    elif found[1] is not None:
        yield from names.each("step" if found[1] == "step" else "letter", [found[2]], where)


def _strand(names: Names, name: str, strand: Strand) -> Iterator[Problem]:
    yield from names.each("state", [strand.initial], in_strand(name, "initial"), strand.states)
    if name == names.policy.main_strand:
        for state_id, state in strand.states.items():
            if state.stage is None and not state.final:
                message = f"The state {state_id} belongs to no stage."
                remedy = "Give its `stage`."
                yield Problem("no-stage", message, in_strand(name, f"states.{state_id}"), remedy)
    yield from _ordinary_path(names, name, strand)
    for step_id, step in strand.steps.items():
        if names.policy.steps[step_id][0] != name:
            message = f"The strand {names.policy.steps[step_id][0]} has a step {step_id}, too."
            yield Problem(
                "step-twice", message, in_strand(name, f"steps.{step_id}"), "Give one another name."
            )
            continue
        where = in_step(names.policy, step_id)
        yield from names.each("state", [*step.from_, step.to], where, strand.states)
        yield from check_step(names, strand, step, where)


def _ordinary_path(names: Names, name: str, strand: Strand) -> Iterator[Problem]:
    """The ordinary path consists of steps of the strand, each starting where the one before it led to."""
    where = in_strand(name, "ordinary_path")
    yield from names.each("step", strand.ordinary_path, where, strand.steps)
    state = strand.initial
    way: list[str] = []
    for step_id in strand.ordinary_path:
        step = strand.steps.get(step_id)
        if step is None:
            return
        if state not in step.from_:
            message = f"The step {step_id} does not start from {state}."
            yield Problem("broken-path", message, where, "Name the step that comes between.", tuple(way))
            return
        state = step.to or state
        way.append(step_id)
