"""Which letters of a case are to be written, approved, issued or delivered next; told from facts, so no key is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from casework.cases.letter_approval import needs_approval

if TYPE_CHECKING:
    from casework.cases.model import Clock, Letter, StepRecord
    from casework.procedure.model import Policy
    from casework.services.loading import LoadedCase

Act = Literal["write", "approve", "issue", "deliver"]
"""What is to be done: `approve` and `issue` are for a letter that was proposed, `deliver` for one that was issued."""


@dataclass(frozen=True, slots=True)
class LetterDue:
    """A letter with which something is to be done next.

    Args:
        template: which letter it is.
        act: what is to be done.
        number: its number in the case; None if it is not written yet.
        due: by when, a local date; None if no clock runs for it.
    """

    template: str
    act: Act
    number: int | None = None
    due: date | None = None


def letters_due(loaded: LoadedCase, today: date) -> list[LetterDue]:
    """Return the letters with which something is to be done next on a local date: those with a date first, by date."""
    deadlines = loaded.policy.deadline_of
    clocks = [
        clock for clock in loaded.case.running() if clock.due >= today or not deadlines(clock.id).lapses
    ]
    wanted = _wanted(loaded, clocks, today)
    found = []
    for number, letter in enumerate(loaded.case.letters.values(), start=1):
        act = _act(loaded, letter)
        if act is not None:
            told = (letter.template, *letter.covers)
            dates = [due for name in told if (due := wanted.pop(name, None)) is not None]
            again = [clock.due for clock in clocks if letter.undelivered and clock.id == "deliver_again"]
            found.append(LetterDue(letter.template, act, number, min([*dates, *again], default=None)))
    found += [LetterDue(name, "write", None, due) for name, due in wanted.items()]
    return sorted(found, key=lambda item: (item.due is None, item.due or today))


def _act(loaded: LoadedCase, letter: Letter) -> Act | None:
    """What is to be done with a letter that has been written; None if nothing is."""
    if letter.withdrawn is not None or letter.superseded is not None:
        return None
    if letter.issued is None:
        wants = needs_approval(loaded.policy, letter.template) and letter.approved is None
        return "approve" if wants else "issue"
    signed = loaded.history[letter.issued - 1].facts.get("sender", {}).get("party")
    to_nobody = letter.recipient == signed  # a note for the file
    delivered = letter.earliest_service is not None and not letter.undelivered
    return None if to_nobody or delivered else "deliver"


def _wanted(loaded: LoadedCase, clocks: Sequence[Clock], today: date) -> dict[str, date | None]:
    """The letters that are to be written, each with the day by which its clock wants it."""
    case, policy = loaded.case, loaded.policy
    told = {name for record in case.steps if _lawful(record, policy) for name in _letters(record, loaded)}
    beginning = {name for _, step in policy.steps.values() for name in step.letters}
    found: dict[str, date | None] = {}
    for clock in sorted(clocks, key=lambda item: item.due):
        deadline = policy.deadline_of(clock.id)
        stopped_by = {trigger.partition(":")[2] for trigger in deadline.stops if trigger.startswith("letter")}
        names = [deadline.letter] if deadline.letter else sorted(stopped_by & told)
        if stopped_by & set(found) or len(names) != 1:
            continue
        # A letter that follows on no step follows on a date: that a warning has ended.
        follows = names[0] in told if names[0] in beginning else clock.counted_from < today
        if follows and not _issued_since(loaded, names[0]):
            found[names[0]] = clock.due if names[0] in stopped_by else None
    for name in _of_newest(loaded):
        found.setdefault(name, None)
    return found


def _of_newest(loaded: LoadedCase) -> Iterator[str]:
    """The letters of the newest step of each strand that have not been issued since, where it leads to one alone."""
    newest = {record.strand: record for record in loaded.case.steps}
    for record in newest.values():
        letters = _letters(record, loaded)
        if len(letters) == 1 and _lawful(record, loaded.policy) and not _issued_since(loaded, letters[0]):
            yield letters[0]


def _issued_since(loaded: LoadedCase, name: str) -> bool:
    """Whether a letter has been issued since the newest step that it tells of, and stands."""
    told = [record.n for record in loaded.case.steps if name in loaded.policy.steps[record.step][1].letters]
    return any((letter.issued or 0) > max(told, default=0) for letter in loaded.case.letters_of(name))


def _letters(record: StepRecord, loaded: LoadedCase) -> tuple[str, ...]:
    """The letters of a step as it was taken: of several sanctions, the letter of the one that was imposed."""
    policy = loaded.policy
    letters = policy.steps[record.step][1].letters
    values = (value for value in record.values.values() if isinstance(value, str))
    imposed = [policy.sanctions[value].letter for value in values if value in policy.sanctions]
    return tuple(name for name in letters if name in imposed) or letters


def _lawful(record: StepRecord, policy: Policy) -> bool:
    """Whether a letter may come of a step: of an irregular one that decides none does (LX-17)."""
    return not (record.irregular and policy.steps[record.step][1].act is not None)
