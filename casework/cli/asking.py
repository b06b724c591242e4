"""Asking for what was left out: on a terminal, one question at a time; elsewhere, an error that names the option."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from casework.base.errors import BadInput, CaseworkError
from casework.base.time import Occurred
from casework.cli.output import harmless, say
from casework.cli.session import Session
from casework.cli.values import as_typed, typed_when

if TYPE_CHECKING:
    from casework.services.directory import Person

T = TypeVar("T")

Check: TypeAlias = Callable[[Any], object]
"""Raises a `CaseworkError` if an answer cannot be, so that only that answer is asked for again."""


def ask(
    session: Session,
    given: T | None,
    question: str,
    option: str,
    *,
    type: Any = None,
    check: Check | None = None,
) -> T:
    """Return what was given, or ask for it until the answer can be.

    What is answered is kept, so that a command that then fails can say what to type instead of asking anew.

    Raises:
        click.UsageError: it is missing and nobody can be asked.
    """
    if given is not None and given != "":
        return given
    if not session.interactive:
        raise missing(option, question)
    answered: T = prompt(question, type=type, check=check)
    session.answered(option, typed_answer(answered))
    return answered


def missing(option: str, question: str) -> click.UsageError:
    """Return the error that names the option for a question that nobody can be asked."""
    return click.UsageError(f"Missing option {option!r}: {question[:1].lower()}{question[1:]}.")


def ask_if_asked(
    session: Session, given: str, question: str, option: str, *, type: Any = None, check: Check | None = None
) -> str:
    """Return what was given, or on a terminal ask for it; nothing is an answer too."""
    if given or not session.interactive:
        return given
    answered = prompt(question, type=type, optional=True, check=check)
    if answered is None:
        return ""
    session.answered(option, typed_answer(answered))
    return str(answered)


def ask_lines(
    session: Session,
    given: Sequence[str],
    question: str,
    option: str,
    *,
    check: Check | None = None,
    optional: bool = True,
) -> tuple[str, ...]:
    """Return the lines that were given, or on a terminal ask for all at once, parted by commas.

    Args:
        session: of the command.
        given: the lines, if they were given.
        question: what is asked.
        option: the option that gives one line.
        check: is called with all of the lines.
        optional: whether none is an answer, and stands where nobody can be asked.

    Raises:
        click.UsageError: they are missing, are not optional, and nobody can be asked.
    """
    if given or (optional and not session.interactive):
        return tuple(given)
    if not session.interactive:
        raise missing(option, question)

    def lines(typed: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in typed.split(",") if line.strip())

    def every(typed: str) -> None:
        if not lines(typed):
            raise BadInput("This needs an answer.")
        if check is not None:
            check(lines(typed))

    typed = prompt(question, optional=optional, check=every)
    found = lines(typed or "")
    for line in found:
        session.answered(option, line)
    return found


def ask_person(session: Session, given: str | None, question: str, option: str) -> Person:
    """Return the person of the directory who was named; on a terminal, ask until somebody known is named.

    Raises:
        click.UsageError: nobody was named and nobody can be asked. UnknownPerson: the one named is not known.
    """
    from casework.services.directory import find_person

    def find(named: str) -> Person:
        return find_person(session.workspace, session.school, named)

    return find(ask(session, given, question, option, check=find))


def prompt(question: str, *, type: Any = None, optional: bool = False, check: Check | None = None) -> Any:
    """Ask one question until the answer can be; an optional one may be answered with nothing, which returns None.

    Args:
        question: what is asked.
        type: of the answer, as click has them; words if None.
        optional: whether nothing is an answer.
        check: refuses an answer by raising; what it says is shown, and the question is asked again.
    """
    read = click.types.convert_type(type)

    def convert(typed: str) -> Any:
        if not typed.strip():
            if optional:
                return ""
            raise click.UsageError("This needs an answer.")
        value = read.convert(typed.strip(), None, None)
        try:
            if check is not None:
                check(value)
        except CaseworkError as wrong:
            raise click.UsageError(f"{wrong.message} {wrong.remedy}".strip()) from None
        return value

    more: dict[str, Any] = {"default": "", "show_default": False} if optional else {}
    answered = click.prompt(harmless(question), type=type, value_proc=convert, err=True, **more)
    return answered if answered != "" else None


def typed_answer(value: Any) -> str:
    """Return an answer as it is typed in a command."""
    return typed_when(value) if isinstance(value, Occurred) else as_typed(value)


def said(typed: str) -> None:
    """Refuse words that cannot be kept, or that say nothing."""
    from casework.cases.fields import clean

    if not clean("This", typed):
        raise BadInput("This needs words.")


def choose(question: str, options: Mapping[str, str], *, optional: bool = False) -> str | None:
    """Ask for one of several answers, listed with their words; a number or the answer itself is typed."""
    say(question)
    keys = list(options)
    for number, key in enumerate(keys, start=1):
        words = options[key]
        say(f"  {number}  {key}{f': {words}' if words and words != key else ''}")
    while True:
        typed = str(prompt("Your answer", optional=optional) or "").strip()
        if not typed and optional:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(keys):
            return keys[int(typed) - 1]
        if typed in options:
            return typed
        say(f"Type a number from 1 to {len(keys)}.")


def yes_no(question: str, *, optional: bool = False) -> bool | None:
    """Ask a yes-or-no question; an optional one may be left open."""
    answered = choose(question, {"yes": "", "no": ""}, optional=optional)
    return None if answered is None else answered == "yes"
