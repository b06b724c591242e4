"""Triage of a report: answers to the policy's ordered questions, and what follows from them.

Pure. `answer_triage` says what to record: the answers as facts, the reasons as words. `route` says what follows from
answers, each point with the question, the answer and the rules that caused it. Nothing here decides anything: the band
is guidance, and the route is a person's decision, with a reason (the last question).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from casework.base.errors import Refused
from casework.base.time import Occurred
from casework.base.words import did_you_mean
from casework.cases.acts import not_in_future
from casework.cases.clocks import clock_facts
from casework.cases.model import Case
from casework.cases.request import Context, Decision
from casework.procedure.model import Policy
from casework.procedure.triage import BANDS, Band, Effect, Triage, TriageQuestion
from casework.procedure.values import FieldInvalid, clean

Kind = Literal["band", "stop", "handled_by", "opens", "letter", "task", "tag", "says"]
"""What a consequence is."""


class TriageIncomplete(Refused):
    """Questions that are always answered one by one have no answer yet, or somebody has to act first."""

    code = "triage-incomplete"


class NoTriage(FieldInvalid):
    """The policy of the case asks no triage questions."""

    code = "no-triage"


@dataclass(frozen=True, slots=True)
class TriageRequest:
    """What somebody answers: `answers` by question, `reasons` in words, `rest` the reason for "no to the rest".

    `registers` is what each register says of the employee and the case on the day: `none`, `some` or `pattern`.
    """

    answers: Mapping[str, str]
    answered_by: str
    recorded_by: str
    recorder_role: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    registers: Mapping[str, str] = field(default_factory=dict)
    occurred: Occurred | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """One thing that follows from an answer: what (`name` in the policy), in words, and which question caused it."""

    kind: Kind
    name: str
    says: str
    question: str
    number: str
    answer: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """What follows from the answers so far.

    `band` is the range of severity, None while an answer leaves it open. `stop` says that somebody has to act before
    anything more is asked. `usual` are the routes that the band usually takes, `decided` the route that was chosen, if
    one was. `open` are the questions that nobody has answered.
    """

    band: tuple[Band, Band] | None
    stop: bool
    usual: tuple[str, ...]
    decided: str | None
    follows: tuple[Follows, ...]
    open: tuple[str, ...]

    def of(self, kind: Kind) -> tuple[Follows, ...]:
        """The consequences of one kind, in the order of the questions."""
        return tuple(item for item in self.follows if item.kind == kind)

    @property
    def unusual(self) -> bool:
        """True when the route that was chosen is not one that the band usually takes."""
        return self.decided is not None and bool(self.usual) and self.decided not in self.usual


def triage_of(policy: Policy) -> Triage:
    """Return the policy's triage.

    Raises: NoTriage.
    """
    if policy.triage is None:
        raise NoTriage(
            f"The policy {policy.label} asks no triage questions.",
            remedy="Go on with the first step: `casework case next`.",
        )
    return policy.triage


def known_answers(
    case: Case, policy: Policy, registers: Mapping[str, str], *, warned: bool = False
) -> dict[str, str]:
    """Return the answers that are on record already, by question: the first known fact of each question that holds.

    Args:
        registers: what each register says.
        warned: whether a warning of the employee is live on the day.
    """
    charged = {code for item in case.standing_allegations for code in item.clauses}
    found: dict[str, str] = {}
    for name, question in triage_of(policy).questions.items():
        for known in question.known:
            subject = known.subject and case.employee and getattr(case.employee, known.subject)
            register = known.register_ and registers.get(known.register_) in known.says
            if subject or register or charged & set(known.clauses) or (known.live_warning and warned):
                found[name] = known.answer
                break
    return found


def answer_triage(case: Case, policy: Policy, request: TriageRequest, context: Context) -> Decision:
    """Answer triage questions, one by one or, once those that are always asked singly are answered, all the rest.

    An answer that was given before is replaced; both stand in the history. "No to the rest" overrides nothing: neither
    an earlier answer nor what is on record already.

    Raises: FieldInvalid for an unknown question or answer, or a missing reason, naming them all; TriageIncomplete.
    """
    triage = triage_of(policy)
    occurred = request.occurred or Occurred(context.today, None, "day")
    not_in_future(occurred, context, "The triage")
    on = occurred.date or context.today
    live = tuple(warning for warning in context.live_warnings if warning.live(on))
    known = known_answers(case, policy, request.registers, warned=bool(live))
    reasons = {name: said for name, raw in request.reasons.items() if (said := clean("The reason", raw))}
    _valid(triage, request, reasons, known)
    rest = clean("The reason for the rest", request.rest)
    answers = {name: given for name in triage.questions if (given := request.answers.get(name)) is not None}
    bulk: list[str] = []
    taken: list[str] = []
    if rest:
        held = {**{name: item.answer for name, item in case.triage.items()}, **answers}
        _may_answer_the_rest(triage, held)
        for name, question in triage.questions.items():
            if name not in held and question.rest is not None:
                (taken if name in known else bulk).append(name)
                answers[name] = known.get(name, question.rest)
    if not answers:
        raise FieldInvalid("Answer at least one question.")
    answers = {name: answers[name] for name in triage.questions if name in answers}
    after = {**{name: item.answer for name, item in case.triage.items()}, **answers}
    routed = route(policy, after, request.registers)
    party = case.parties[request.answered_by]
    facts: dict[str, Any] = {
        "kind": "triage_answered",
        "answers": answers,
        "bulk": sorted(bulk),
        "known": sorted(taken),
        "given": sorted(set(reasons) & set(answers)),
        "registers": dict(request.registers),
        "calendar": context.calendar_digest,
        "occurred": occurred.to_facts(),
        "answered_by": {"party": party.id, "role": party.roles[0] if party.roles else ""},
        "recorded_by": {"party": request.recorded_by, "role": request.recorder_role},
        "stop": routed.stop,
    }
    if routed.band is not None:
        facts["band"] = {"from": routed.band[0], "to": routed.band[1]}
    if live:
        facts["relied"] = {
            "live_warnings": [
                {"sanction": w.sanction, "from": w.live_from.isoformat(), "until": w.live_until.isoformat()}
                for w in live
            ]
        }
    facts.update(_clocks(case, policy, routed, context, on))
    words = {name: reasons[name] for name in facts["given"]}
    return Decision(facts, {**({"reasons": words} if words else {}), **({"rest": rest} if rest else {})})


def opened_before(case: Case, policy: Policy) -> frozenset[str]:
    """The matters that the answers at triage open which stand so far, by name in the policy."""
    answers = {name: item.answer for name, item in case.triage.items()}
    return frozenset(item.name for item in route(policy, answers, case.triage_registers).of("opens"))


def _clocks(case: Case, policy: Policy, routed: Routed, context: Context, on: date) -> dict[str, Any]:
    """The clocks that newly opened matters start, and those that stop because the answers open theirs no more."""
    before, now = opened_before(case, policy), {item.name for item in routed.of("opens")}
    started: list[dict[str, str]] = []
    stopped: set[str] = set()
    for matter in (name for name in triage_of(policy).opens if name in now - before):
        found = clock_facts(
            f"triage:{matter}", case=case, policy=policy, calendar=context.calendar, on=on, values={}
        )
        started += found.get("clocks", ())
        stopped |= set(found.get("stopped", ()))
    gone = {f"triage:{matter}" for matter in before - now}
    opening = {f"triage:{matter}" for matter in now}
    for clock in case.running():
        starts = set(policy.deadline_of(clock.id).starts)
        if starts & gone and not starts & opening:
            stopped.add(clock.id)
    facts: dict[str, Any] = {"clocks": started} if started else {}
    return {**facts, "stopped": sorted(stopped)} if stopped else facts


def _valid(
    triage: Triage, request: TriageRequest, reasons: Mapping[str, str], known: Mapping[str, str]
) -> None:
    """Refuse unknown questions and answers, and answers without the reason that they need; all at once."""
    wrong: list[str] = []
    bare: list[str] = []
    for name, answer in request.answers.items():
        question = triage.questions.get(name)
        if question is None:
            near = get_close_matches(name, triage.questions, n=1)
            wrong.append(f"There is no question {name!r}. {did_you_mean(near)}".rstrip())
        elif answer not in question.answers:
            wrong.append(f"“{question.text}” takes {', '.join(question.answers)}; not {answer!r}.")
        elif name not in reasons and (answer in question.reasons or known.get(name, answer) != answer):
            bare.append(name)
    if wrong:
        raise FieldInvalid(
            " ".join(wrong), remedy="`casework case triage` lists the questions and their answers."
        )
    bare = [name for name in triage.questions if name in bare]
    if bare:
        texts = " ".join(f"“{triage.questions[name].text}”" for name in bare)
        raise FieldInvalid(
            f"{'This answer needs' if len(bare) == 1 else 'These answers need'} a reason: {texts}",
            remedy="Give it after a colon, such as harmed=unclear:Because …",
            missing=bare,
        )


def _may_answer_the_rest(triage: Triage, held: Mapping[str, str]) -> None:
    unanswered = [name for name, question in triage.questions.items() if question.singly and name not in held]
    if unanswered:
        texts = " ".join(f"“{triage.questions[name].text}”" for name in unanswered)
        raise TriageIncomplete(
            f"Some questions are always answered one by one, and have no answer yet: {texts}",
            remedy="Answer each of them first; then the rest can be answered in one act.",
            missing=unanswered,
        )
    if any(effect.stop for _, _, effect in effects_of(triage, held, {})):
        raise TriageIncomplete(
            "An answer says that somebody has to act first; the rest is not answered before that.",
            remedy="Do what the answers ask for. When the danger is over, answer that question again.",
        )


def route(policy: Policy, answers: Mapping[str, str], registers: Mapping[str, str]) -> Routed:
    """Return what follows from answers: band, route, what is opened, letters due, tasks.

    Args:
        policy: of the case.
        answers: by question; questions that are missing have no answer yet.
        registers: what each register says: `none`, `some` or `pattern`.

    Raises: NoTriage.
    """
    triage = triage_of(policy)
    found = list(effects_of(triage, answers, registers))
    follows: dict[tuple[str, str], Follows] = {}
    for name, question, effect in found:
        for item in _consequences(policy, triage, name, question, answers[name], effect):
            follows.setdefault((item.kind, item.name), item)
    band = _band([effect for _, _, effect in found])
    stop = any(effect.stop for _, _, effect in found)
    span = BANDS[BANDS.index(band[0]) : BANDS.index(band[1]) + 1] if band else ()
    usual = tuple(dict.fromkeys(triage.bands[item].route for item in span if triage.bands[item].route))
    unanswered = () if stop else tuple(name for name in triage.questions if name not in answers)
    return Routed(band, stop, usual, answers.get(triage.decision), tuple(follows.values()), unanswered)


def effects_of(
    triage: Triage, answers: Mapping[str, str], registers: Mapping[str, str]
) -> Iterable[tuple[str, TriageQuestion, Effect]]:
    """The effects that hold with these answers, in the order of the questions, each with its question."""
    for name, question in triage.questions.items():
        for effect in question.effects if name in answers else ():
            also = all(
                (answers.get(other) or registers.get(other)) in wanted
                for other, wanted in effect.with_.items()
            )
            if answers[name] in effect.if_ and also:
                yield name, question, effect


def _band(effects: Sequence[Effect]) -> tuple[Band, Band] | None:
    """The range of severity: minor or none unless an answer raises it; None while one leaves it open.

    What comes first by law is never lowered, and never left open.
    """
    raised = [effect.band for effect in effects if effect.band is not None]
    low = max([BANDS.index(item[0]) for item in raised], default=0)
    high = max([BANDS.index(item[1]) for item in raised], default=1)
    high = max(high, low, 1)
    if BANDS[low] == "X":
        return "X", "X"
    if any(effect.undecided for effect in effects):
        return None
    for effect in effects:
        if effect.at_most is not None:
            high = min(high, BANDS.index(effect.at_most))
    return BANDS[min(low, high)], BANDS[high]


def _consequences(
    policy: Policy, triage: Triage, name: str, question: TriageQuestion, answer: str, effect: Effect
) -> Iterable[Follows]:
    """What one effect leads to; its rules are its own, or those of the question."""
    cites = effect.cites or question.cites

    def follows(kind: Kind, what: str, says: str, more: tuple[str, ...] = ()) -> Follows:
        every = tuple(dict.fromkeys((*cites, *more)))
        return Follows(kind, what, says, name, question.number, answer, every)

    if effect.stop:
        yield follows("stop", name, "Stop here, and act first")
    if effect.band is not None or effect.at_most is not None or effect.undecided:
        yield follows("band", f"{name}:{answer}:{_shift(effect)}", _band_says(triage, effect))
    if effect.handled_by is not None:
        yield follows("handled_by", effect.handled_by, triage.handlers[effect.handled_by])
    for matter in effect.opens:
        yield follows("opens", matter, triage.opens[matter].title)
    for letter in effect.letters:
        yield follows("letter", letter, letter.replace("-", " ").capitalize())
    for task in effect.tasks:
        yield follows("task", task, triage.tasks[task].text, triage.tasks[task].cites)
    for tag in effect.tags:
        yield follows("tag", tag, triage.tags[tag])
    if effect.says:
        yield follows("says", f"{name}:{effect.says}", effect.says)


def _shift(effect: Effect) -> str:
    return "-".join(effect.band) if effect.band else effect.at_most or "open"


def _band_says(triage: Triage, effect: Effect) -> str:
    if effect.undecided:
        return "The band stays open until this is settled"
    if effect.at_most is not None:
        return f"At most {effect.at_most}: {triage.bands[effect.at_most].title}"
    low, high = effect.band or ("S0", "S0")
    return f"{low}: {triage.bands[low].title}" if low == high else f"{low} to {high}"


def triage_request(facts: Mapping[str, Any], sealed: str) -> TriageRequest:
    """The request that led to recorded answers; `sealed` stands for every word."""
    alone = {name: a for name, a in facts["answers"].items() if name not in {*facts["bulk"], *facts["known"]}}
    return TriageRequest(
        answers=alone,
        answered_by=facts["answered_by"]["party"],
        recorded_by=facts["recorded_by"]["party"],
        recorder_role=facts["recorded_by"]["role"],
        reasons=dict.fromkeys(facts["given"], sealed),
        rest=sealed if facts["bulk"] or facts["known"] else "",
        registers=facts["registers"],
        occurred=Occurred.from_facts(facts["occurred"]),
    )
