"""Which letters of a case somebody may choose from: needed now, possible now, or not yet, with what each waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casework.base.errors import CaseworkError
from casework.base.words import listed
from casework.services.letter_due import letters_due
from casework.services.letter_writing import require_possible
from casework.services.loading import context_of
from casework.services.own_letters import library_of
from casework.services.steps import forecast_case

if TYPE_CHECKING:
    from datetime import date

    from casework.correspondence.catalogue import Letter as Template
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace

Standing = Literal["needed", "possible", "not_yet"]
"""Whether a letter is to be written now, may be written now, or has to wait."""


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """A letter that can be chosen, or that has to wait.

    Args:
        template: its id.
        title: what stands over it.
        use: what somebody wants who chooses it, in plain words.
        standing: needed, possible, or not yet.
        why: what it waits for, a sentence; empty if it can be written.
        after: the steps, any one of which has to be recorded first.
        earliest: the first local date on which any step that it tells of may be taken, if that is known.
        due: by when it is to go out, a local date, where a clock runs for it.
        sent: when the newest one went out that stands, a local date; None if none did.
        waiting: the number of one that was proposed and waits; None if there is none.
    """

    template: str
    title: str
    use: str
    standing: Standing
    why: str = ""
    after: tuple[str, ...] = ()
    earliest: date | None = None
    due: date | None = None
    sent: date | None = None
    waiting: int | None = None


def possible_letters(workspace: Workspace, school: School, loaded: LoadedCase) -> list[LetterChoice]:
    """Return the letters of the case's procedure: those needed first, by date; then the others by what is said.

    A letter that tells of a step which the procedure does not have is none of it.

    Raises:
        NoAccess: this account has no key to the case.
    """
    context = context_of(workspace, school)
    wanted = {item.template: item.due for item in letters_due(loaded, context.today) if item.act == "write"}
    earliest = {item.step_id: item.earliest for item in forecast_case(workspace, school, loaded)}
    found = []
    for template in library_of(workspace, school).letters.values():
        if not any(step in loaded.policy.steps for step in template.steps):
            continue
        after, why = _after(loaded, template), ""
        try:
            require_possible(workspace, loaded, template, context)
        except CaseworkError as problem:
            titles = [f"“{loaded.policy.steps[step][1].title}”" for step in after]
            why = f"It follows on {listed(titles, 'or')}." if after else problem.message
        standing: Standing = (
            "not_yet"
            if why and template.id not in wanted
            else "needed"
            if template.id in wanted
            else "possible"
        )
        dates = [earliest[step] for step in after] if set(after) <= set(earliest) else []
        found.append(
            LetterChoice(
                template.id,
                template.title,
                template.use or template.title,
                standing,
                why,
                after,
                min(dates, default=None),
                wanted.get(template.id),
                _sent(loaded, template),
                _waiting(loaded, template),
            )
        )
    return sorted(found, key=_order)


def _after(loaded: LoadedCase, template: Template) -> tuple[str, ...]:
    """The steps of the procedure that a letter tells of, where none of them is recorded; empty if one is."""
    steps = tuple(step for step in template.steps if step in loaded.policy.steps)
    return () if loaded.case.last_step(*steps) is not None else steps


def _order(item: LetterChoice) -> tuple[bool, bool, str, bool, str, str]:
    """Needed ones by date, then possible ones, then those that wait, the soonest first; alike ones by what is said."""
    due = item.due.isoformat() if item.due else ""
    soonest = item.earliest.isoformat() if item.earliest else ""
    return item.standing != "needed", item.due is None, due, item.earliest is None, soonest, item.use


def _sent(loaded: LoadedCase, template: Template) -> date | None:
    """When the newest letter of this kind went out that stands."""
    dates = [letter.issued_on for letter in loaded.case.letters_of(template.id) if letter.issued_on]
    return max(dates, default=None)


def _waiting(loaded: LoadedCase, template: Template) -> int | None:
    """The number of a letter of this kind that was proposed, and neither issued nor withdrawn since."""
    for number, letter in enumerate(loaded.case.letters.values(), start=1):
        if letter.template == template.id and letter.issued is None and letter.withdrawn is None:
            return number
    return None
