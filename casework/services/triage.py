"""Triage of a report: what the registers say, the answers on record, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred, describe_date
from casework.cases.model import TriageAnswer
from casework.cases.triage import (
    Routed,
    TriageRequest,
    answer_triage,
    effects_of,
    known_answers,
    route,
    triage_of,
)
from casework.cases.triage_answers import answers_of, fills
from casework.registers.lookup import Asked, Found, look
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.loading import LoadedCase, body_of, context_of, people_of, warnings_of
from casework.services.recorder import Receipt, already_recorded
from casework.services.registers import LoadedRegister, register_called, registers_of
from casework.services.schools import School
from casework.services.triage_opens import Openings, openings

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RegisterSays:
    """What one register says about a case: none, some or pattern; in a sentence; with the numbers of the entries."""

    register: str
    number: str
    title: str
    status: str
    says: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Triaged:
    """What follows from all the answers that stand, what the registers say, the receipt, and what it opened."""

    routed: Routed
    registers: tuple[RegisterSays, ...]
    receipt: Receipt
    opened: tuple[str, ...] = ()


def day_of(loaded: LoadedCase) -> date | None:
    """The day that the registers are asked about: the first day of the first allegation, else the day of the report."""
    periods = [item.period for item in loaded.case.standing_allegations if item.period is not None]
    return min(period[0] for period in periods) if periods else loaded.case.opened


def registers_say(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    day: date | None = None,
    account: int | None = None,
) -> tuple[RegisterSays, ...]:
    """Return what the school's registers say about the employee and the case.

    Args:
        day: the day that matters; the first day of the first allegation, or of the report, if None.
        account: the number of the school account in its register; any of them if None.

    Raises:
        UnknownEntry: there is no such account. NoAccess: this account cannot open the case.
    """
    on = day or day_of(loaded) or context_of(workspace, school).today
    employee = loaded.case.employee
    words = people_of(workspace, loaded)[employee.id] if employee else {}
    which = register_called(workspace, school, "accounts").book.entry(account) if account else None
    asked = Asked(str(words.get("person", "")), loaded.stream, on, which.id if which else "")
    name = str(words.get("name", "the employee"))
    said = []
    for item in registers_of(workspace, school).values():
        if item.register.triage is not None:
            found = _look(workspace, school, item, asked)
            said.append(_says(item, found, name, on, account))
    return tuple(said)


def _look(workspace: Workspace, school: School, item: LoadedRegister, asked: Asked) -> Found:
    pattern, policy = item.register.pattern, workspace.policy(school.policy)
    if pattern is None:
        return look(item.register, item.book, asked)
    entries, months = policy.days(pattern.entries), policy.days(pattern.months)
    return look(item.register, item.book, asked, entries=entries, months=months)


def _says(item: LoadedRegister, found: Found, name: str, on: date, account: int | None) -> RegisterSays:
    triage, pattern = item.register.triage, item.register.pattern
    numbers = tuple(entry.number for entry in found.entries)
    template = "" if triage is None else triage.none if found.status == "none" else triage.some
    sentence = template.format(
        person=name,
        day=describe_date(on),
        account=f"account {account}" if account else "any account of the school",
        entries=", ".join(map(str, numbers)),
    )
    if found.status == "pattern" and pattern is not None:
        sentence = f"{sentence} {pattern.says}"
    return RegisterSays(item.name, item.register.number, item.register.title, found.status, sentence, numbers)


def known_now(
    workspace: Workspace, school: School, loaded: LoadedCase, says: tuple[RegisterSays, ...]
) -> dict[str, str]:
    """Return the answers that are on record already, before anybody is asked."""
    today = context_of(workspace, school).today
    warned = any(item.live(today) for item in _warnings(workspace, loaded))
    return known_answers(loaded.case, loaded.policy, _statuses(says), warned=warned)


def triage(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    answers: Mapping[str, str],
    reasons: Mapping[str, str] | None = None,
    rest: str = "",
    answered_by: str = "",
    occurred: Occurred | None = None,
    day: date | None = None,
    account: int | None = None,
    command: str = "",
) -> Triaged:
    """Record answers to triage questions, and return what follows from all that stand.

    Args:
        answers: by question; `reasons` are their words, `rest` the reason for "no to the rest".
        answered_by: the name of the person who answers; the signed-in person if empty.
        day, account: as in `registers_say`.

    Raises:
        FieldInvalid, TriageIncomplete, NoTriage, UnknownPerson. CaseMoved: somebody else recorded first.
    """
    says = registers_say(workspace, school, loaded, day=day, account=account)
    repeated = already_recorded(workspace, command, loaded.stream) if command else None
    done: tuple[str, ...] = ()
    if repeated is None:
        recorder = recorder_of(workspace, school, loaded)
        request = TriageRequest(
            answers=answers,
            answered_by=party_named(workspace, loaded, answered_by) if answered_by else recorder["party"],
            recorded_by=recorder["party"],
            recorder_role=recorder["role"],
            reasons=reasons or {},
            rest=rest,
            registers=_statuses(says),
            occurred=occurred,
        )
        context = context_of(workspace, school, _warnings(workspace, loaded))
        decision = answer_triage(loaded.case, loaded.policy, request, context)
        opened = openings(workspace, school, loaded, decision, request, context)
        repeated = record_in_case(
            workspace,
            loaded,
            [decision, *opened.steps],
            command,
            others=[item.entry for item in opened.begun],
            prepare=opened.enter,
        )
        done = _told(loaded, opened)
    return Triaged(routed_now(loaded), says, repeated, done)


def _told(loaded: LoadedCase, opened: Openings) -> tuple[str, ...]:
    """What was opened in the same act, in words."""
    strands = loaded.policy.strands
    steps = [
        f"{strands[item.facts['strand']].title}: {strands[item.facts['strand']].states[item.facts['to']].title}"
        for item in opened.steps
    ]
    return (
        *steps,
        *(f"Entry {item.number} of the register {item.name}, to be completed" for item in opened.begun),
    )


def routed_now(loaded: LoadedCase) -> Routed:
    """Return what follows from every answer that stands in the case, those of its steps included.

    Raises:
        NoTriage: the policy of the case asks no triage questions.
    """
    answers = answers_of(loaded.case, loaded.policy)
    return route(loaded.policy, answers, loaded.case.triage_registers)


def filled_in(workspace: Workspace, loaded: LoadedCase, step: str) -> dict[str, Any]:
    """Return the fields of a step that triage has answered, with their reasons, as a face gives them.

    Raises:
        NoAccess: this account has no key to the case.
    """
    if loaded.policy.triage is None:
        return {}
    questions = triage_of(loaded.policy).questions
    found: dict[str, Any] = {}
    named = {(item.fills or ""): name for name, item in questions.items()}
    for field, given in fills(loaded.case, loaded.policy, step).items():
        if isinstance(given, TriageAnswer):
            found[field] = questions[named[field]].takes.get(given.answer, given.answer)
            continue
        found[field] = {
            entry: _with_reason(workspace, loaded, named[f"{field}.{entry}"], answer)
            for entry, answer in given.items()
        }
    fields = loaded.policy.steps[step][1].fields
    for name, question in questions.items():
        told, words = loaded.case.triage.get(name), question.reason_fills
        if told is None or words not in fields or not _leads_to(loaded, name, told.answer, step):
            continue
        if reason := reason_of(workspace, loaded, name, told):
            found[str(words)] = reason
    return {field: found[field] for field in fields if field in found}


def _leads_to(loaded: LoadedCase, question: str, answer: str, step: str) -> bool:
    """Whether an answer speaks for a step: the reason for one route is none for another."""
    chosen = triage_of(loaded.policy)
    return question != chosen.decision or chosen.routes[answer].step == step


def worth_showing(loaded: LoadedCase, says: tuple[RegisterSays, ...]) -> tuple[RegisterSays, ...]:
    """Return what of the registers bears on the case: what is there, and what is missing if an answer turns on it."""
    answers = answers_of(loaded.case, loaded.policy)
    held = effects_of(triage_of(loaded.policy), answers, _statuses(says))
    turned_on = {name for _, _, effect in held for name in effect.with_}
    return tuple(item for item in says if item.status != "none" or item.register in turned_on)


def reason_of(workspace: Workspace, loaded: LoadedCase, question: str, answer: TriageAnswer) -> str:
    """Return the words that were given for an answer; those for the rest, where it was one of them."""
    body = body_of(workspace, loaded, answer.n)
    if answer.worded:
        return str(body.get("reasons", {}).get(question, ""))
    return str(body.get("rest", "")) if answer.bulk else ""


def _with_reason(workspace: Workspace, loaded: LoadedCase, question: str, answer: TriageAnswer) -> str:
    reason = reason_of(workspace, loaded, question, answer) if not answer.bulk else ""
    if answer.known and not reason:
        reason = "On record already."
    return f"{answer.answer}:{reason}" if reason else answer.answer


def _statuses(says: tuple[RegisterSays, ...]) -> dict[str, str]:
    return {item.register: item.status for item in says}


def _warnings(workspace: Workspace, loaded: LoadedCase) -> Any:
    employee = loaded.case.employee
    person = str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""
    return warnings_of(workspace, person) if person else ()
