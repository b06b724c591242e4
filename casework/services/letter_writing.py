"""Writing a letter of a case: who signs, to whom it goes, what it says; anew, or as it was proposed.

A proposed letter is issued as it was approved. Its input is worked out again for the day of the proposal: if the case
or the school says something else by now, the letter is refused, so that nobody sends out what is no longer so. What
counts from the letter's own date is counted again, and what whoever issues it changes is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import parse_date
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.letter_acts import LetterNotReady
from casework.correspondence.compose import compose
from casework.correspondence.facts import Rewording
from casework.ledger.checkpoint import Checkpoint
from casework.services.guard import require
from casework.services.letter_facts import LetterFacts, without_nothing
from casework.services.letter_people import authority_of, parties_of, recipient_of, sender_of
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.own_letters import library_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Letter, StepRecord
    from casework.cases.request import Context
    from casework.correspondence.catalogue import Letter as Template
    from casework.correspondence.library import Library
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace

_DECIDING: Final = (
    *("decision", "accepted_without_hearing", "appeal_decision"),
    *("suspension", "suspension_lifted"),
)
"""What a step is in law if a letter makes its effect: none comes of one that was irregular (LX-17)."""

_PARTS: Final = {
    "school": "the school’s details",
    "recipient": "the name or address of whom it goes to",
    "sender": "the name or authority of who signs",
    "case": "the case’s policy",
    "allegations": "the allegations",
    "copy_to": "who gets a copy",
    "people": "the name or contact of somebody whom it names",
}
"""The parts of a letter's input beside its own fields, and how one that changed is told."""


@dataclass(frozen=True, slots=True)
class How:
    """How a letter is to be written.

    Args:
        sender: who signs, by name or role; the first of the letter's senders in the case if empty.
        recipient: by name or role; the letter's own recipient if empty.
        fields: the letter's fields that the case does not know.
        delivery: how it is planned to be served, for the dates that depend on it; by hand, or as proposed, if empty.
        own_words: paragraphs of the sender's own, plain text; those of the proposal if None.
        library: letters to write it by; those that the school has adopted if None.
        reworded: what the sender says in other words than the letter; that of the proposal if None.
        authority: on what authority the decision was taken, where that was not recorded with it.
    """

    sender: str = ""
    recipient: str = ""
    fields: Mapping[str, Any] | None = None
    delivery: str = ""
    own_words: Sequence[str] | None = None
    reworded: tuple[Rewording, ...] | None = None
    authority: str = ""
    library: Library | None = None

    @property
    def changes(self) -> bool:
        """True if something is said otherwise than a proposal has it."""
        return (
            bool(self.sender or self.recipient or self.fields or self.delivery or self.authority)
            or self.own_words is not None
            or self.reworded is not None
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A letter about to go out: its facts and input; if it was proposed, that letter, and the fields that differ."""

    facts: LetterFacts
    data: dict[str, Any]
    proposed: Letter | None
    changed: Mapping[str, Any]
    library: Library

    def html(self, *, draft: bool = False) -> str:
        """Return the letter as a page.

        Raises:
            MissingFact, WrongFact: what cannot be written yet, all at once.
        """
        return compose(self.facts.letter.id, self.data, library=self.library, draft=draft)


def write(workspace: Workspace, school: School, loaded: LoadedCase, letter: str | int, how: How) -> Written:
    """Return a letter by its template's id, written anew, or by its number, as it was proposed.

    Raises:
        UnknownLetter, UnknownPerson, UnknownItem. BadInput: another sender or recipient than it was proposed for.
        LetterNotReady: it is no open proposal, or what it says has changed since.
    """
    require(workspace, loaded, "letter")
    if isinstance(letter, int):
        return _as_proposed(workspace, school, loaded, letter, how)
    library = how.library or library_of(workspace, school)
    template, context = library.letter(letter), context_of(workspace, school)
    require_step(loaded, template)
    _require_recorded(template, how.fields or {})
    sender = sender_of(workspace, loaded, template, how.sender, context)
    facts = LetterFacts(
        workspace=workspace,
        school=school,
        loaded=loaded,
        letter=template,
        context=context,
        sender=sender,
        recipient=sender
        if template.for_the_file
        else recipient_of(workspace, loaded, template, how.recipient),
        day=context.today,
        method=how.delivery or "hand",
        given=parties_of(workspace, loaded, template.fields, how.fields or {}),
        language=library.language,
        authority=authority_of(workspace, loaded, template.steps, how.authority),
        own_words=tuple(how.own_words or ()),
        reworded=how.reworded or (),
    )
    return Written(facts, facts.data(_footer(workspace, loaded)), None, {}, library)


def revise(workspace: Workspace, school: School, loaded: LoadedCase, number: int, how: How) -> Written:
    """Return a proposed letter written anew from the case as it stands, with what was given for it and what is new.

    Raises:
        As `write`. BadInput: another recipient than it was proposed for. LetterNotReady: it is no open proposal.
    """
    require(workspace, loaded, "letter")
    item = letter_number(loaded, number)
    letter_acts.require_open(item)
    if how.recipient:
        raise BadInput(
            "To whom a proposed letter goes was settled when it was proposed.",
            remedy="Withdraw it, and propose another.",
        )
    before = body_of(workspace, loaded, item.version)
    library = how.library or library_of(workspace, school)
    recorded = authority_of(workspace, loaded, library.letter(item.template).steps)
    anew = How(
        how.sender or before.get("sender", ""),
        item.recipient,
        {**before.get("given", {}), **(how.fields or {})},
        how.delivery or before.get("delivery", ""),
        before.get("own_words", ()) if how.own_words is None else how.own_words,
        _reworded(before.get("input", {})) if how.reworded is None else how.reworded,
        how.authority or ("" if recorded else before.get("authority", "")),
    )
    written = write(workspace, school, loaded, item.template, anew)
    changed = {
        name: value
        for name, value in written.data["fields"].items()
        if before.get("input", {}).get("fields", {}).get(name) != value
    }
    if list(before.get("own_words", ())) != list(written.facts.own_words):
        changed["own_words"] = list(written.facts.own_words)
    return replace(written, proposed=item, changed=changed)


def require_possible(workspace: Workspace, loaded: LoadedCase, template: Template, context: Context) -> None:
    """Refuse a letter that could not be written now, whatever was typed: its step, signer or reader is not there.

    Raises:
        LetterNotReady, UnknownItem, UnknownPerson, BadInput: one sentence that says what it waits for.
    """
    require_step(loaded, template)
    sender_of(workspace, loaded, template, "", context)
    if not template.for_the_file:
        recipient_of(workspace, loaded, template, "")


def require_step(loaded: LoadedCase, template: Template) -> None:
    """Refuse a letter that tells of a step which was not taken, or not in order.

    Raises:
        LetterNotReady: the procedure has no such step, the step is not there (ACAS-9a), decided on another sanction
            (LX-13), or is an irregular decision (LX-17).
    """
    known = [name for name in template.steps if name in loaded.policy.steps]
    if not known:
        raise LetterNotReady(
            f"“{template.title}” tells of a step that this case’s procedure does not have.",
            remedy="Choose a letter of this procedure.",
        )
    record = loaded.case.last_step(*known)
    titles = " or ".join(f"“{loaded.policy.steps[name][1].title}”" for name in known)
    if record is None:
        raise LetterNotReady(
            f"“{template.title}” tells of {titles}, which is not recorded.", remedy="Record it first."
        )
    decided = _letters_decided(loaded.policy, record)
    if decided and template.id not in decided and template.id in _letters_of_sanctions(loaded.policy):
        raise LetterNotReady(
            f"“{template.title}” tells of another sanction than the one that was decided.",
            remedy="Write the letter of what was decided. If the record is wrong, correct the record first.",
        )
    if record.irregular and loaded.policy.steps[record.step][1].act in _DECIDING:
        raise LetterNotReady(
            f"“{template.title}” would tell of something that is on record as irregular (event {record.n}).",
            remedy="Put it right first; no letter comes of an irregular act.",
        )


def _letters_decided(policy: Policy, record: StepRecord) -> set[str | None]:
    """The letters of the sanctions that a step imposed; empty if it imposed none."""
    values = [value for value in record.values.values() if isinstance(value, str)]
    return {policy.sanctions[value].letter for value in values if value in policy.sanctions}


def _letters_of_sanctions(policy: Policy) -> set[str | None]:
    return {sanction.letter for sanction in policy.sanctions.values()}


def _require_recorded(template: Template, given: Mapping[str, Any]) -> None:
    """Refuse to be told what only the record answers.

    Raises:
        BadInput: a field that is given is worked out from the record.
    """
    told = [f"“{template.fields[name].label}”" for name in given if _is_recorded(template, name)]
    if told:
        raise BadInput(
            f"Nobody can type {' or '.join(told)}: “{template.title}” takes it from the record.",
            remedy="Leave it out. If the record is wrong, correct the record first.",
        )


def _is_recorded(template: Template, name: str) -> bool:
    return name in template.fields and template.fields[name].recorded


def kept(written: Written) -> dict[str, Any]:
    """Return what is kept of a proposed letter: its input, and what has to be known to write it again."""
    facts = written.facts
    return {
        "input": written.data,
        "title": facts.letter.title,
        "sender": facts.sender,
        "delivery": facts.method,
        "given": without_nothing(facts.given),
        **({"authority": facts.authority} if facts.authority else {}),
        **({"own_words": list(facts.own_words)} if facts.own_words else {}),
    }


def letter_number(loaded: LoadedCase, number: int) -> Letter:
    """Return letter `number` of the case, counted in the order in which they were proposed.

    Raises:
        UnknownItem: there is none of that number.
    """
    letters = list(loaded.case.letters.values())
    if not 1 <= number <= len(letters):
        raise UnknownItem(
            f"There is no letter {number} in this case; it has {len(letters)}.",
            remedy="`casework letter list` with the case lists its letters; `casework letter issue` makes one.",
        )
    return letters[number - 1]


def newest(workspace: Workspace, loaded: LoadedCase) -> Checkpoint:
    """Return the newest checkpoint of the log that the case is in."""
    with workspace.store.read() as reader:
        note = reader.newest_note(loaded.log.log) or ""
    return Checkpoint.from_text(note.partition("\n\n")[0] + "\n")


def _as_proposed(workspace: Workspace, school: School, loaded: LoadedCase, number: int, how: How) -> Written:
    item = letter_number(loaded, number)
    letter_acts.require_open(item)
    if how.sender or how.recipient or how.authority:
        raise BadInput(
            "Who signs a proposed letter, on what authority, and to whom it goes was settled when it was proposed.",
            remedy="Write it anew with `casework letter revise`, or withdraw it and propose another.",
        )
    if item.approved is not None and how.changes:
        raise LetterNotReady(
            f"Letter {number} was approved as it stands.",
            remedy="Change it with `casework letter revise`, and have it approved again.",
        )
    body, context = body_of(workspace, loaded, item.version), context_of(workspace, school)
    if "given" not in body:
        raise LetterNotReady("What was proposed is not there any more.", remedy="Propose the letter anew.")
    library = how.library or library_of(workspace, school)
    template, before = library.letter(item.template), body["input"]
    then = LetterFacts(
        workspace=workspace,
        school=school,
        loaded=loaded,
        letter=template,
        context=context,
        sender=body["sender"],
        recipient=item.recipient,
        day=parse_date(before["letter"]["date"]),
        method=body["delivery"],
        given=body["given"],
        language=library.language,
        authority=authority_of(workspace, loaded, template.steps) or body.get("authority", ""),
        own_words=tuple(body.get("own_words", ())),
        reworded=_reworded(before),
    )
    _require_recorded(template, how.fields or {})
    own = parties_of(workspace, loaded, template.fields, how.fields or {})
    _require_same((loaded.case.reference, number), before, then.data(""), own, template.fields)
    facts = replace(
        then,
        day=context.today,
        method=how.delivery or then.method,
        given={**then.given, **own},
        own_words=then.own_words if how.own_words is None else tuple(how.own_words),
    )
    data = facts.data(_footer(workspace, loaded))
    changed = {name: value for name, value in data["fields"].items() if before["fields"].get(name) != value}
    if data.get("delivery") != before.get("delivery"):
        changed["delivery"] = data.get("delivery", "")
    if facts.own_words != then.own_words:
        changed["own_words"] = list(facts.own_words)
    return Written(facts, data, item, changed, library)


def _reworded(said: Mapping[str, Any]) -> tuple[Rewording, ...]:
    """What a letter says in its sender's words, from what it was written from."""
    return tuple(Rewording.model_validate(change) for change in said.get("reworded", ()))


def _require_same(
    named: tuple[str, int],
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    own: Mapping[str, Any],
    specs: Mapping[str, Any],
) -> None:
    """Refuse a proposed letter if the case or the school says something else by now than it does."""
    reference, number = named
    differs = [words for part, words in _PARTS.items() if _part(before, part) != _part(now, part)]
    old, new = before["fields"], now["fields"]
    for name in sorted({*old, *new}):
        if name not in own and name.removeprefix("has_") not in own and old.get(name) != new.get(name):
            differs.append(f"“{specs[name].label}”" if name in specs else name)
    if differs:
        raise LetterNotReady(
            f"Since letter {number} was proposed, something that it says has changed: {'; '.join(differs)}.",
            remedy=f"Write it anew from the case as it stands: `casework letter revise {reference} {number}`.",
            changed=differs,
        )


def _part(data: Mapping[str, Any], part: str) -> Any:
    """A part of a letter's input; of the people, only those whom one of its fields names."""
    found = data.get(part)
    if part != "people" or not isinstance(found, Mapping):
        return found
    named = set(_texts(data["fields"]))
    return {party: words for party, words in found.items() if party in named}


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _footer(workspace: Workspace, loaded: LoadedCase) -> str:
    """The newest checkpoint known, short enough for a footer: every copy of the letter is a witness."""
    head = newest(workspace, loaded)
    return f"{head.size}-{head.root.hex()[:16]}"
