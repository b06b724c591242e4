"""A letter as it was asked for: the options with which one is written, and the arguments that were typed for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.base.errors import BadInput
from casework.cli.asking import prompt
from casework.cli.output import say, sentence, show
from casework.cli.session import Session
from casework.cli.shell import lines, one_line
from casework.cli.values import PAIR, WORDS

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter
    from casework.correspondence.errors import Lacking
    from casework.services.letter_drafts import Returned
    from casework.services.letters import Issued, Preview, Proposed
    from casework.services.loading import LoadedCase

F = TypeVar("F", bound=Callable[..., Any])

AUTHORITY = "sender.authority"
"""The fact that `--authority` gives."""

METHODS = ("hand", "email_agreed", "first_class", "signed_for", "second_class")
"""Ways of serving a letter, as `casework.procedure.service` has them; a test holds the two together."""


def writing(function: F) -> F:
    """The options with which a letter is written."""
    for option in reversed(
        (
            click.option(
                "--sender", default="", metavar="NAME", help="Who signs; the usual sender if not given."
            ),
            click.option(
                "--recipient", default="", metavar="NAME", help="To whom; its usual reader if not given."
            ),
            click.option(
                "--field",
                "typed",
                type=PAIR,
                multiple=True,
                help="Something that the case does not know; several times. `letter explain` lists the fields.",
            ),
            click.option(
                "--add",
                "added",
                type=WORDS,
                multiple=True,
                metavar="WORDS",
                help="A paragraph of the sender's own, in plain text; the letter marks it as theirs. Several times.",
            ),
            click.option(
                "--authority",
                default="",
                type=WORDS,
                metavar="WORDS",
                help="On what authority the decision was taken, if it was not recorded with it: a minute, a scheme.",
            ),
            click.option(
                "--delivery",
                type=click.Choice(METHODS),
                help="How it is to go, for the dates that depend on it; by hand if not given.",
            ),
        )
    ):
        function = option(function)
    return function


@dataclass
class AskedLetter:
    """A letter as it was asked for; `number` is that of a proposed one, None if it is written anew."""

    session: Session
    loaded: LoadedCase
    verb: str
    letter: Letter
    number: int | None
    given: dict[str, Any]
    fields: dict[str, Any]

    @classmethod
    def read(
        cls, session: Session, reference: str, verb: str, named: str, given: dict[str, Any]
    ) -> AskedLetter:
        """Read what was typed; an unknown letter or field is told at once."""
        from casework.cli.letter_choice import library
        from casework.cli.letter_fields import read_fields
        from casework.services.letters import letter_number

        number = int(named) if named.isdecimal() else None
        known = library(session, given.get("letters"))
        if number is None:
            letter = known.letter(named)
            fields = read_fields(letter, given.pop("typed"))
            return cls(session, session.case(reference), verb, letter, number, given, fields)
        loaded = session.case(reference)
        letter = known.letter(letter_number(loaded, number).template)
        fields = read_fields(letter, given.pop("typed"))
        return cls(session, loaded, verb, letter, number, given, fields)

    def preview(self) -> Preview:
        """Return the draft."""
        from casework.cli.letter_choice import library
        from casework.services import letters

        folder = self.given.get("letters")
        return letters.preview(
            self.session.workspace,
            self.session.school,
            self.loaded,
            self._named,
            **self._how(),
            library=library(self.session, folder) if folder else None,
        )

    def propose(self, command: str) -> Proposed:
        """Propose it; if facts are missing, the error says how to give them."""
        from casework.services import letters

        with self._telling_what_is_missing():
            return letters.propose(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self.letter.id,
                command=command,
                **self._how(),
            )

    def revise(self, without: bool, command: str) -> Proposed:
        """Write the proposed letter anew; `without` takes the sender's own paragraphs away."""
        from casework.services import letters

        how = self._how()
        if how.pop("recipient"):
            raise click.UsageError("To whom a proposed letter goes stays as it was proposed.")
        if without and how["own_words"] is None:
            how["own_words"] = ()
        with self._telling_what_is_missing():
            return letters.revise(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self.number or 0,
                command=command,
                **how,
            )

    def send_out(self) -> bytes:
        """Return it as a Word file; if facts are missing, the error says how to give them."""
        from casework.services import letter_drafts

        with self._telling_what_is_missing():
            return letter_drafts.send_out(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self._named,
                letter_drafts.How(**self._how()),
            )

    def take_back(self, paragraphs: Sequence[str], approved: str, command: str) -> Returned:
        """Propose it as a draft that came back says it."""
        from casework.services import letter_drafts

        with self._telling_what_is_missing():
            return letter_drafts.take_back(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self._named,
                letter_drafts.How(**self._how()),
                paragraphs,
                approved=approved,
                command=command,
            )

    def issue(self, supersedes: int | None, because: str, command: str) -> Issued:
        """Issue it; if facts are missing, the error says how to give them."""
        from casework.services import letters

        with self._telling_what_is_missing():
            return letters.issue(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self._named,
                supersedes=supersedes,
                supersedes_because=because,
                command=command,
                dry_run=self.session.rehearsal,
                **self._how(),
            )

    @contextmanager
    def _telling_what_is_missing(self) -> Iterator[None]:
        from casework.correspondence.errors import MissingFact

        try:
            yield
        except MissingFact as missing:
            corrected = self._corrected(missing.lacking)
            missing.details["corrected"] = one_line(corrected)
            missing.add_note(f"{self._first(missing.lacking)}\nCorrected:\n{lines(corrected)}")
            self.session.keep(None)
            raise

    def ask(self, question: str) -> None:
        """Ask for what the letter lacks and can be told here, show it, and ask `question`."""
        draft = self.complete()
        if not draft.missing and not self.session.rehearsal:
            show(draft.text)
            click.confirm(f"\n{question}", default=True, abort=True, err=True)

    def complete(self) -> Preview:
        """Ask for what the letter lacks and can be told here; return the draft, which may lack something still.

        An answer that the letter cannot have is asked for again, and only that one.
        """
        from casework.cli.letter_fields import own_fields

        draft = self.preview()
        for item in draft.missing:
            if item.name == AUTHORITY:
                self.given["authority"] = str(prompt(f"{item.label[0].upper()}{item.label[1:]}", type=WORDS))
                self.session.keep(self.arguments)
                draft = self.preview()
        names = own_fields(self.letter, draft.missing)
        while names:
            for name in names:
                draft = self._answered(name)
            names = [name for name in own_fields(self.letter, draft.missing) if name not in self.fields]
        return draft

    def _answered(self, name: str) -> Preview:
        """Ask for one field until the letter can have the answer; return the draft with it."""
        from casework.cli.letter_fields import ask_field

        before = dict(self.fields)
        while True:
            self.fields = {**before, name: ask_field(self.letter.fields[name])}
            try:
                draft = self.preview()
            except BadInput as wrong:
                self.fields = before
                say(sentence(wrong))
                continue
            self.session.keep(self.arguments)
            return draft

    def arguments(self) -> list[str]:
        """Return the whole command as arguments, as it was typed and answered."""
        return self._corrected(())

    def help_with(self, draft: Preview) -> str:
        """Return what to type so that nothing is missing."""
        from casework.cli.letter_fields import own_fields

        first, then = self._first(draft.missing), lines(self._corrected(draft.missing))
        asked = own_fields(self.letter, draft.missing) or any(i.name == AUTHORITY for i in draft.missing)
        return f"{first}\n{'Give what the case does not know' if asked else 'Then'}:\n{then}"

    def _first(self, missing: Sequence[Lacking]) -> str:
        """Return what has to be typed before, because no field of the letter can give it."""
        from casework.cli.letter_fields import given_elsewhere

        commands = given_elsewhere(missing, self.loaded.case.reference)
        typed = [f"  {one_line(self.session.typed(*words))}" for words in commands]
        return "\n".join(["\nFirst:", *typed, ""]) if commands else ""

    @property
    def _named(self) -> str | int:
        return self.letter.id if self.number is None else self.number

    def _corrected(self, missing: Sequence[Lacking]) -> list[str]:
        from casework.cli.letter_fields import as_arguments

        words = ["letter", self.verb, self.loaded.case.reference, str(self._named)]
        options = (
            ("sender", "--sender"),
            ("recipient", "--recipient"),
            ("delivery", "--delivery"),
            ("authority", "--authority"),
            ("supersedes", "--supersedes"),
            ("because", "--because"),
            ("docx", "--docx"),
            ("source", "--from"),
            ("approved", "--approved"),
        )
        for name, option in options:
            if self.given.get(name):
                words += [option, str(self.given[name])]
        for added in self.given.get("added", ()):
            words += ["--add", added]
        if any(item.name == AUTHORITY for item in missing):
            words += ["--authority", "WORDS"]
        words += as_arguments(self.letter, self.fields, missing)
        return self.session.typed(*words)

    def _how(self) -> dict[str, Any]:
        return {
            "sender": self.given["sender"],
            "recipient": self.given["recipient"],
            "fields": self.fields,
            "delivery": self.given["delivery"] or "",
            "own_words": list(self.given["added"]) or None,
            "authority": self.given["authority"],
        }
