"""Asking for what was left out: on a terminal, one question at a time; elsewhere, an error that names the option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.cli.output import harmless, say
from casework.cli.session import Session

if TYPE_CHECKING:
    from casework.services.directory import Person

T = TypeVar("T")


def ask(session: Session, given: T | None, question: str, option: str, *, type: Any = None) -> T:
    """Return what was given, or ask for it.

    Raises:
        click.UsageError: it is missing and nobody can be asked.
    """
    if given is not None and given != "":
        return given
    if not session.interactive:
        raise click.UsageError(f"Missing option {option!r}: {question[:1].lower()}{question[1:]}.")
    answered: T = click.prompt(question, type=type, err=True)
    return answered


def ask_person(session: Session, given: str | None, question: str, option: str) -> Person:
    """Return the person of the directory who was named; on a terminal, ask until somebody known is named.

    Raises:
        click.UsageError: nobody was named and nobody can be asked. UnknownPerson: the one named is not known.
    """
    from casework.services.directory import find_person
    from casework.services.errors import UnknownPerson

    if given or not session.interactive:
        return find_person(session.workspace, session.school, ask(session, given, question, option))
    while True:
        try:
            return find_person(session.workspace, session.school, str(prompt(question)))
        except UnknownPerson as unknown:
            say(unknown.message)


def prompt(question: str, *, type: Any = None, optional: bool = False) -> Any:
    """Ask one question; an optional one may be answered with nothing, which returns None."""
    text = harmless(question)
    if not optional:
        return click.prompt(text, type=type, err=True)
    answered = click.prompt(
        text, type=type, default="", show_default=False, err=True, value_proc=_or_none(type)
    )
    return answered if answered != "" else None


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


def _or_none(type: Any) -> Any:
    read = click.types.convert_type(type)

    def convert(value: str) -> Any:
        return read.convert(value, None, None) if value else ""

    return convert
