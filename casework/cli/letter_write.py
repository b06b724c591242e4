"""`casework letter preview` and `issue`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.base.errors import BadInput
from casework.base.time import parse_date
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, put_json, say, sentence, show
from casework.cli.session import Session
from casework.cli.shell import lines, one_line
from casework.cli.tables import pairs
from casework.cli.values import DAY, PAIR
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter
    from casework.services.letters import Issued, Preview
    from casework.services.loading import LoadedCase
    from casework.services.recorder import Receipt

F = TypeVar("F", bound=Callable[..., Any])

METHODS = ("hand", "email_agreed", "first_class", "signed_for", "second_class")
"""Ways of serving a letter, as `casework.procedure.service` has them; a test holds the two together."""


def _writing(function: F) -> F:
    """The options with which a letter is written."""
    for option in reversed(
        (
            click.argument("template", metavar="LETTER"),
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
            click.option("--date", "dated", type=DAY, help="The date of the letter; today if not given."),
            click.option(
                "--delivery",
                type=click.Choice(METHODS),
                default="hand",
                show_default=True,
                help="How it is to go, for the dates that depend on it.",
            ),
        )
    ):
        function = option(function)
    return function


@click.command(
    short_help="Show a letter as it would be, or what is missing for it.",
    epilog=example(
        "casework letter preview ASH-26-7KQ4 hearing-invitation --field length_minutes=90",
        "casework letter preview ASH-26-7KQ4 hearing-invitation --out draft.pdf",
    ),
)
@reference
@_writing
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the draft to a file: .pdf, .html or .txt."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def preview(
    session: Session, /, reference: str, out: Path | None, force: bool, as_json: bool, **given: Any
) -> None:
    """Show a letter as it would be, marked as a draft. If facts are missing, they are listed: exit code 1."""
    if out is not None and out.suffix not in (".pdf", ".html", ".txt"):
        raise click.UsageError("--out takes a file that ends in .pdf, .html or .txt.")
    letter = _Letter.read(session, reference, "preview", given)
    draft = letter.preview()
    data: dict[str, Any] = {
        "letter": draft.template,
        "title": draft.title,
        "missing": [{"name": name, "label": label} for name, label in draft.missing],
    }
    if draft.missing:
        if as_json:
            put_json({"ok": False, "code": "missing-fact", "message": "Facts are missing.", **data})
        say(f"“{draft.title}” cannot be written yet. Missing:")
        say(pairs([(name.removeprefix("fields."), label) for name, label in draft.missing], indent=2))
        say(letter.help_with(draft))
        raise click.exceptions.Exit(1)
    if out is None:
        answer(as_json, data | {"text": draft.text}, draft.text)
        return
    write_file(out, _bytes(draft, out.suffix), force=force)
    answer(as_json, data | {"file": os.fspath(out)}, str(out))


@click.command(
    short_help="Issue a letter: its PDF is kept byte for byte.",
    epilog=example(
        "casework letter issue ASH-26-7KQ4 hearing-invitation --field length_minutes=90 --delivery hand",
        "casework letter issue ASH-26-7KQ4 hearing-invitation --supersedes 3 --dry-run",
    ),
)
@reference
@_writing
@click.option("--supersedes", type=int, metavar="NUMBER", help="The letter that it replaces.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the PDF is written; here if not given.")
@writes
def issue(
    session: Session,
    reference: str,
    supersedes: int | None,
    out: Path | None,
    command: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Issue a letter: it is printed, sealed, and recorded as issued in one act.

    The date, the dates counted from it and the newest fingerprint of the record are printed on it. Then deliver it, and
    record that with `casework letter serve`.
    """
    letter = _Letter.read(session, reference, "issue", given)
    if out is not None and os.path.lexists(out):
        raise BadInput(f"{out} is there already.", remedy="Choose another name with --out.")
    if session.interactive and not as_json:
        letter.ask()
    issued = letter.issue(supersedes, command, dry_run=session.rehearsal)
    if issued.receipt is None:
        say("Nothing was recorded: the letter can be issued like this.")
        answer(as_json, {"dry_run": True, "letter": issued.template, "number": issued.number}, "")
        return
    _tell(session, letter, issued, issued.receipt, out, as_json=as_json)


def _tell(
    session: Session, letter: _Letter, issued: Issued, receipt: Receipt, out: Path | None, *, as_json: bool
) -> None:
    from casework.cli.receipts import tell

    reference = letter.loaded.case.reference
    path = out or Path(f"{reference}-{issued.number}-{issued.file_name}")
    try:
        where = f"PDF: {write_file(path, issued.pdf)}"
    except BadInput as problem:
        again = one_line(session.typed("letter", "show", reference, str(issued.number), "--out", "FILE"))
        where = f"{sentence(problem)}\nThe letter is issued and kept. Write it elsewhere: {again}"
    serve = one_line(session.typed("letter", "serve", reference, str(issued.number), "--method", "hand"))
    tell(
        session,
        letter.loaded,
        receipt,
        f"Letter {issued.number}, “{issued.title}”, issued",
        as_json=as_json,
        more=f"{where}\nSHA-256: {issued.fingerprint}\nWhen it was delivered: {serve}",
        letter=issued.template,
        number=issued.number,
        file=os.fspath(path),
        sha256=issued.fingerprint,
    )


@dataclass
class _Letter:
    """A letter as it was asked for."""

    session: Session
    loaded: LoadedCase
    verb: str
    letter: Letter
    given: dict[str, Any]
    fields: dict[str, Any]

    @classmethod
    def read(cls, session: Session, reference: str, verb: str, given: dict[str, Any]) -> _Letter:
        """Read what was typed; an unknown letter or field is told at once."""
        from casework.cli.letter_fields import read_fields
        from casework.correspondence.library import shipped

        letter = shipped().letter(given["template"])
        fields = read_fields(letter, given.pop("typed"))
        return cls(session, session.case(reference), verb, letter, given, fields)

    def preview(self) -> Preview:
        """Return the draft."""
        from casework.services import letters

        return letters.preview(
            self.session.workspace, self.session.school, self.loaded, self.letter.id, **self._how()
        )

    def issue(self, supersedes: int | None, command: str, *, dry_run: bool) -> Issued:
        """Issue it; if facts are missing, the error says how to give them."""
        from casework.correspondence.errors import MissingFact
        from casework.services import letters

        try:
            return letters.issue(
                self.session.workspace,
                self.session.school,
                self.loaded,
                self.letter.id,
                supersedes=supersedes,
                command=command,
                dry_run=dry_run,
                **self._how(),
            )
        except MissingFact as missing:
            lacking = [(item["name"], item["label"]) for item in missing.details.get("missing", ())]
            corrected = self._corrected(lacking)
            missing.details["corrected"] = one_line(corrected)
            missing.add_note(f"\nCorrected:\n{lines(corrected)}")
            raise

    def ask(self) -> None:
        """Ask for what the letter lacks and can be told here, show it, and ask whether to issue it."""
        from casework.cli.letter_fields import ask_fields, own_fields

        draft = self.preview()
        names = own_fields(self.letter, draft.missing)
        while names:
            self.fields |= ask_fields(self.letter, names)
            draft = self.preview()
            names = [name for name in own_fields(self.letter, draft.missing) if name not in self.fields]
        if not draft.missing and not self.session.rehearsal:
            show(draft.text)
            click.confirm("\nIssue this letter", default=True, abort=True, err=True)

    def help_with(self, draft: Preview) -> str:
        """Return what to type so that nothing is missing."""
        return f"\nGive what the case does not know:\n{lines(self._corrected(draft.missing))}"

    def _corrected(self, missing: Sequence[tuple[str, str]]) -> list[str]:
        from casework.cli.letter_fields import as_arguments

        words = ["letter", self.verb, self.loaded.case.reference, self.letter.id]
        for name, option in (("sender", "--sender"), ("recipient", "--recipient"), ("dated", "--date")):
            if self.given[name]:
                words += [option, self.given[name]]
        if self.given["delivery"] != "hand":
            words += ["--delivery", self.given["delivery"]]
        words += as_arguments(self.letter, self.fields, missing)
        return self.session.typed(*words)

    def _how(self) -> dict[str, Any]:
        return {
            "sender": self.given["sender"],
            "recipient": self.given["recipient"],
            "fields": self.fields,
            "letter_date": parse_date(self.given["dated"]) if self.given["dated"] else None,
            "delivery": self.given["delivery"],
        }


def _bytes(draft: Preview, suffix: str) -> bytes:
    if suffix == ".pdf":
        from casework.correspondence.compose import to_pdf

        return to_pdf(draft.html)
    return (draft.html if suffix == ".html" else draft.text).encode("utf-8")
