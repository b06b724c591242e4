"""What a policy makes weaker than the policy that it extends: a school may be stricter than the law, never milder.

A `must`, and everything that cites a HARD rule, may only be made stricter. Numbers of notice and of people may grow,
lists of what is allowed may shrink, lists of who is kept apart may grow, a condition may be taken away. Where it is not
plain that a change makes something stricter, it counts as weaker: say it in a step or requirement of your own instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from casework.procedure.compare_requirements import parameter_effect
from casework.procedure.model import Condition, Deadline, Policy, Requirement, Setting, Step, StepField
from casework.procedure.problem import Problem, in_step
from casework.procedure.requirements import Days


def weakened(policy: Policy, extended: Policy) -> list[Problem]:
    """Return everything in which `policy` is weaker than `extended`, which it extends; an empty list if it is not."""
    compare = _Compare(policy, extended)
    return [
        *compare.settings(),
        *compare.roles(),
        *compare.sanctions(),
        *compare.checklists(),
        *compare.deadlines(),
        *compare.steps(),
        *compare.retention(),
    ]


class _Compare:
    def __init__(self, ours: Policy, theirs: Policy) -> None:
        self.ours, self.theirs = ours, theirs

    def _hard(self, cites: Iterable[str]) -> list[str]:
        return [
            rule for rule in cites if rule in self.theirs.rules and self.theirs.rules[rule].strength == "HARD"
        ]

    def _problem(self, where: str, cites: Collection[str], what: str) -> Problem:
        rules = ", ".join(self._hard(cites) or cites) or f"what {self.theirs.label} fixes"
        remedy = f"Leave it as it is in {self.theirs.label}, or make it stricter."
        return Problem("weakens-hard-rule", f"This weakens {rules}: {what}", where, remedy)

    def settings(self) -> Iterator[Problem]:
        """Fixed values stay, and limits of what a HARD rule rests on only grow narrower."""
        for name, theirs in self.theirs.settings.items():
            ours = self.ours.settings.get(name)
            if theirs.hard or self._hard(theirs.cites):
                says = "it is left out." if ours is None else _weaker_setting(ours, theirs)
                if says:
                    yield self._problem(f"settings.yaml: settings.{name}", theirs.cites, says)

    def roles(self) -> Iterator[Problem]:
        """Who may waive only in some schools waives in no others."""
        for name, theirs in self.theirs.roles.items():
            ours = self.ours.roles.get(name)
            if ours is None or theirs.waives_when is None:
                continue
            if ours.waives_when is None or not _as_wide(theirs.waives_when, ours.waives_when):
                where = f"roles.yaml: roles.{name}.waives_when"
                yield self._problem(where, (), "it could waive in more cases.")

    def sanctions(self) -> Iterator[Problem]:
        """Who decides, and what a sanction is, stay."""
        for name, theirs in self.theirs.sanctions.items():
            ours = self.ours.sanctions.get(name)
            where = f"sanctions.yaml: sanctions.{name}"
            if ours is None:
                yield self._problem(where, theirs.cites, "the sanction is left out.")
                continue
            if more := _more(ours.decided_by, theirs.decided_by):
                yield self._problem(f"{where}.decided_by", theirs.cites, f"{more} may decide it too.")
            for part in ("level", "dismissal", "summary", "power"):
                if getattr(ours, part) != getattr(theirs, part):
                    yield self._problem(f"{where}.{part}", theirs.cites, f"its `{part}` is another.")

    def checklists(self) -> Iterator[Problem]:
        """Every question that a HARD rule asks stays, with the answers that need a reason."""
        for name, theirs in self.theirs.checklists.items():
            held = self.ours.checklists.get(name)
            for key, question in theirs.questions.items():
                where = f"checklists.yaml: checklists.{name}.questions.{key}"
                ours = held.questions.get(key) if held is not None else None
                if not self._hard(question.cites):
                    continue
                if ours is None:
                    yield self._problem(where, question.cites, "the question is left out.")
                elif _more(question.reasons, ours.reasons) or _more(ours.answers, question.answers):
                    yield self._problem(
                        where, question.cites, "an answer that needs a reason would need none."
                    )

    def deadlines(self) -> Iterator[Problem]:
        """What a HARD rule gives a time for is not due later, or less often."""
        for name, theirs in self.theirs.deadlines.items():
            ours = self.ours.deadlines.get(name)
            if self._hard(theirs.cites):
                says = "the clock is left out." if ours is None else self._later(ours, theirs)
                if says:
                    yield self._problem(f"deadlines.yaml: deadlines.{name}", theirs.cites, says)

    def _later(self, ours: Deadline, theirs: Deadline) -> str:
        if ours.days != theirs.days and self._longer(ours.days, theirs.days, turned=True):
            return f"it would be due after {self.ours.days(ours.days)} days, not {self.theirs.days(theirs.days)}."
        for part in ("unit", "count", "counted_from"):
            if getattr(ours, part) != getattr(theirs, part):
                return f"its days would be counted in another way (`{part}`)."
        if _more(theirs.starts, ours.starts) or _more(ours.stops, theirs.stops):
            return "it would start in fewer cases, or stop in more."
        if ours.owed_if != theirs.owed_if and not _as_wide(ours.owed_if, theirs.owed_if):
            return "it would be about nothing in more cases."
        return "" if _as_wide(ours.when, theirs.when) else "it would run in fewer cases."

    def retention(self) -> Iterator[Problem]:
        """What a HARD rule keeps is not destroyed sooner, and what it takes out of a file still leaves it."""
        theirs, ours = self.theirs.retention, self.ours.retention
        if theirs is None:
            return
        where = "retention.yaml: retention"
        if ours is None or not set(theirs.also) <= set(ours.also) or ours.claim != theirs.claim:
            yield self._problem(where, theirs.claim.cites, "a record could be destroyed sooner.")
            return
        if not set(theirs.leaves_personnel_file) <= set(ours.leaves_personnel_file):
            yield self._problem(where, theirs.leaves_cites, "an allegation could stay in a personnel file.")
        for name, kept in theirs.classes.items():
            held = ours.classes.get(name)
            if self._hard(kept.cites) and held != kept:
                yield self._problem(f"{where}.classes.{name}", kept.cites, "its time is another.")

    def steps(self) -> Iterator[Problem]:
        """Who may take a step, what it is in law, what it asks for and what it needs."""
        for name, (_, theirs) in self.theirs.steps.items():
            found = self.ours.steps.get(name)
            if found is None:
                if self._hard(theirs.cites):
                    yield self._problem("policy.yaml", theirs.cites, f"the step {name} is left out.")
                continue
            ours, where = found[1], in_step(self.ours, name)
            yield from self._step(ours, theirs, where)
            for key, field in theirs.fields.items():
                says = _weaker_field(ours.fields.get(key), field) if self._hard(field.cites) else ""
                if says:
                    yield self._problem(f"{where}.fields.{key}", field.cites, says)
            held = {item.id: item for item in ours.requires}
            for item in theirs.requires:
                if item.strength == "must" or self._hard(item.cites):
                    yield from self._requirement(held.get(item.id), item, f"{where}.requires.{item.id}")

    def _step(self, ours: Step, theirs: Step, where: str) -> Iterator[Problem]:
        cites = self._hard(theirs.cites)
        if cites and (more := _more(ours.by, theirs.by)):
            yield self._problem(f"{where}.by", cites, f"{more} may take the step too.")
        if theirs.act and (more := _more(ours.from_, theirs.from_)):
            yield self._problem(f"{where}.from", theirs.cites, f"the step could be taken from {more} too.")
        for part in ("act", "imposes", "appeal_outcome"):
            if getattr(theirs, part) is not None and getattr(ours, part) != getattr(theirs, part):
                yield self._problem(f"{where}.{part}", theirs.cites, f"its `{part}` is another.")

    def _requirement(self, ours: Requirement | None, theirs: Requirement, where: str) -> Iterator[Problem]:
        if ours is None:
            yield self._problem(where, theirs.cites, "the requirement is left out.")
            return
        if theirs.strength == "must" and ours.strength == "should":
            yield self._problem(where, theirs.cites, "a must is turned into a should.")
        if more := _more(ours.waivable_by, theirs.waivable_by):
            yield self._problem(f"{where}.waivable_by", theirs.cites, f"{more} may waive it too.")
        if ours.waivable_by and (lost := _more(theirs.waiver_needs, ours.waiver_needs)):
            yield self._problem(f"{where}.waiver_needs", theirs.cites, f"a waiver would not say {lost}.")
        if not _as_wide(ours.when, theirs.when):
            yield self._problem(f"{where}.when", theirs.cites, "it would apply in fewer cases.")
        if lost := _more(self._hard(theirs.cites), ours.cites):
            yield self._problem(f"{where}.cites", theirs.cites, f"it no longer cites {lost}.")
        yield from self._rule(ours, theirs, where)

    def _rule(self, ours: Requirement, theirs: Requirement, where: str) -> Iterator[Problem]:
        if ours.rule.kind != theirs.rule.kind:
            yield self._problem(
                where, theirs.cites, f"it asks for `{ours.rule.kind}`, not `{theirs.rule.kind}`."
            )
            return
        for name in type(theirs.rule).model_fields:
            mine, yours = getattr(ours.rule, name), getattr(theirs.rule, name)
            if mine == yours:
                continue  # where the same setting has another value, that is said of the setting
            effect = parameter_effect(self.theirs, self.ours, (theirs.rule.kind, name), yours, mine)
            if effect is not None and effect < 1:
                shown = f"`{name}` is {_shown(mine)}, not {_shown(yours)}."
                yield self._problem(f"{where}.{name}", theirs.cites, shown)

    def _longer(self, one: Days, other: Days, *, turned: bool = False) -> bool:
        """True if one number of days is more than another; a name that leads nowhere is the check's to report."""
        first, second = (self.ours, self.theirs) if turned else (self.theirs, self.ours)
        if any(isinstance(n, str) and n not in p.settings for n, p in ((one, first), (other, second))):
            return False
        return first.days(one) > second.days(other)


def _weaker_setting(ours: Setting, theirs: Setting) -> str:
    """How a setting is weaker than the one that it changes; empty if it is not."""
    if ours.type != theirs.type or (theirs.hard and not ours.hard):
        return "what the law fixes would be left to the school."
    if theirs.hard and theirs.type != "integer" and ours.value != theirs.value:
        return f"the law fixes it at {_shown(theirs.value)}."
    if theirs.minimum is not None and (ours.minimum is None or ours.minimum < theirs.minimum):
        return f"its minimum is {_shown(ours.minimum)}, not {theirs.minimum}."
    if theirs.maximum is not None and (ours.maximum is None or ours.maximum > theirs.maximum):
        return f"its maximum is {_shown(ours.maximum)}, not {theirs.maximum}."
    more = _more(ours.options, theirs.options)
    return f"{more} could be chosen too." if more else ""


def _weaker_field(ours: StepField | None, theirs: StepField) -> str:
    """How a field is weaker than the one that it changes; empty if it is not."""
    if ours is None:
        return "the field is left out."
    if ours.optional and not theirs.optional:
        return "it need not be answered any more."
    if not _as_wide(ours.when, theirs.when):
        return "it would be asked for in fewer cases."
    for part in ("type", "each", "checklist", "assigns", "must_be", "occurrence", "names"):
        if getattr(theirs, part) and getattr(ours, part) != getattr(theirs, part):
            return f"its `{part}` is another."
    return ""


def _as_wide(ours: Condition | None, theirs: Condition | None) -> bool:
    """True if the first condition holds wherever the second does."""
    if ours is None or theirs is None:
        return ours is None
    same = (ours.field, ours.setting, ours.subject) == (theirs.field, theirs.setting, theirs.subject)
    return same and set(theirs.is_) <= set(ours.is_)


def _more(ours: Collection[str] | Mapping[str, str], theirs: Collection[str] | Mapping[str, str]) -> str:
    """What the first names and the second does not, as words; empty if nothing."""
    return ", ".join(str(item) for item in ours if item not in theirs)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if value is None:
        return "not given"
    return str(value).lower() if isinstance(value, bool) else str(value)
