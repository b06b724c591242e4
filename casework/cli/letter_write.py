"""`casework letter preview`, `propose` and `issue`."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.cli.asking import ask, said
from casework.cli.letter_asked import AskedLetter, writing
from casework.cli.letter_fields import typed_as
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, put_json, say, sentence
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import pairs
from casework.cli.values import WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.letters import Issued, Preview
    from casework.services.recorder import Receipt


@click.command(
    short_help="Show a letter as it would be, or what is missing for it.",
    epilog=example(
        "casework letter preview ASH-26-7KQ4 hearing-invitation --field length_minutes=90",
        "casework letter preview ASH-26-7KQ4 3 --out draft.pdf",
        "casework letter preview hearing-invitation --example",
    ),
)
@click.argument("reference", metavar="[REF]")
@click.argument("named", metavar="LETTER", required=False)
@writing
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the draft to a file: .pdf, .html or .txt."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option(
    "--letters",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="Letters of your own that are not adopted yet, to look at them.",
)
@click.option(
    "--example", "invented", is_flag=True, help="Show LETTER with invented facts; no case is needed."
)
@as_json
@pass_session
def preview(
    session: Session,
    /,
    reference: str,
    named: str | None,
    out: Path | None,
    force: bool,
    invented: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Show a letter as it would be, marked as a draft. If facts are missing, they are listed: exit code 1.

    LETTER is one that `casework letter list` names, or the number of a letter that was proposed in case REF.
    """
    if out is not None and out.suffix not in (".pdf", ".html", ".txt"):
        raise click.UsageError("--out takes a file that ends in .pdf, .html or .txt.")
    if invented:
        if named is not None or given["typed"]:
            raise click.UsageError("--example shows a letter with invented facts: name the letter alone.")
        _put(_example(session, reference, given["letters"]), out, force=force, as_json=as_json)
        return
    if named is None:
        raise click.UsageError("Name a case and a letter, or a letter with --example.")
    letter = AskedLetter.read(session, reference, "preview", named, given)
    draft = letter.preview()
    if draft.missing:
        if as_json:
            refused = {"ok": False, "code": "missing-fact", "message": "Facts are missing."}
            put_json({**refused, **_json(draft)})
        say(f"“{draft.title}” cannot be written yet. Missing:")
        say(pairs([typed_as(letter.letter, item) for item in draft.missing], indent=2))
        say(letter.help_with(draft))
        raise click.exceptions.Exit(1)
    _put(draft, out, force=force, as_json=as_json)


@click.command(
    short_help="Propose a letter for somebody to approve.",
    epilog=example("casework letter propose ASH-26-7KQ4 hearing-invitation --field length_minutes=90"),
)
@reference
@click.argument("named", metavar="LETTER")
@writing
@writes
def propose(
    session: Session, /, reference: str, named: str, command: str, as_json: bool, **given: Any
) -> None:
    """Propose a letter: all that it says is kept, sealed, for somebody to approve; nothing is printed yet.

    Show it with `casework letter preview REF NUMBER`, change it with `revise`, record who approves it with `approve`,
    and issue it as it is with `casework letter issue REF NUMBER`. What is not approved is withdrawn.
    """
    from casework.cli.receipts import tell

    if named.isdecimal():
        raise click.UsageError("Name the letter: `casework letter list` shows those that can be written.")
    letter = AskedLetter.read(session, reference, "propose", named, given)
    if session.interactive and not as_json:
        letter.ask("Propose this letter")
    proposed = letter.propose(command)
    case = letter.loaded.case.reference
    number = str(proposed.number)
    more = pairs(
        [
            ("To show it", one_line(session.typed("letter", "preview", case, number))),
            ("To change it", one_line(session.typed("letter", "revise", case, number))),
            ("Who approves it", one_line(session.typed("letter", "approve", case, number, "--by", "NAME"))),
            ("Once it is approved", one_line(session.typed("letter", "issue", case, number))),
        ]
    )
    tell(
        session,
        letter.loaded,
        proposed.receipt,
        f"Letter {number}, “{proposed.title}”, proposed",
        as_json=as_json,
        more="" if session.rehearsal else more,
        letter=proposed.template,
        number=proposed.number,
    )


@click.command(
    short_help="Issue a letter: its PDF is kept byte for byte.",
    epilog=example(
        "casework letter issue ASH-26-7KQ4 hearing-invitation --field length_minutes=90 --delivery hand",
        "casework letter issue ASH-26-7KQ4 3",
        "casework letter issue ASH-26-7KQ4 hearing-invitation --supersedes 3 \\",
        '    --because "The room was wrong" --dry-run',
    ),
)
@reference
@click.argument("named", metavar="LETTER")
@writing
@click.option("--supersedes", type=int, metavar="NUMBER", help="The letter that it replaces.")
@click.option("--because", type=WORDS, default="", help="Why it replaces that letter; the letter says so.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the PDF is written; here if not given.")
@writes
def issue(
    session: Session,
    /,
    reference: str,
    named: str,
    out: Path | None,
    command: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Issue a letter: it is printed, sealed, and recorded as issued in one act.

    LETTER is one that `casework letter list` names; or the number of a proposed letter, which is issued as it was
    proposed: --field then changes a part of it, and that is kept beside what was proposed.

    The date, the dates counted from it and the newest fingerprint of the record are printed on it. Then deliver it, and
    record that with `casework letter serve`.
    """
    supersedes = given["supersedes"]
    if supersedes is None and given["because"]:
        raise click.UsageError(
            "--because says why a letter replaces another: name that one with --supersedes."
        )
    if supersedes is not None:
        why = "Why does it replace that letter"
        given["because"] = ask(session, given["because"], why, "--because", type=WORDS, check=said)
    letter = AskedLetter.read(session, reference, "issue", named, given)
    if out is not None and os.path.lexists(out):
        raise BadInput(f"{out} is there already.", remedy="Choose another name with --out.")
    if session.interactive and not as_json:
        letter.ask("Issue this letter")
    issued = letter.issue(supersedes, given["because"], command)
    if issued.receipt is None:
        say("Nothing was recorded: the letter can be issued like this.")
        answer(as_json, {"dry_run": True, "letter": issued.template, "number": issued.number}, "")
        return
    _tell(session, letter, issued, issued.receipt, out, as_json=as_json)


def _tell(
    session: Session,
    letter: AskedLetter,
    issued: Issued,
    receipt: Receipt,
    out: Path | None,
    *,
    as_json: bool,
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


def _example(session: Session, letter: str, folder: Path | None) -> Preview:
    """A letter with the invented facts that are shipped with it."""
    from casework.cli.letter_choice import library
    from casework.correspondence.compose import compose, to_text
    from casework.correspondence.examples import example as facts
    from casework.services.letters import Preview

    known = library(session, folder)
    html = compose(letter, facts(letter, known), library=known, draft=True)
    return Preview(letter, known.letter(letter).title, html, to_text(html))


def _put(draft: Preview, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Print a draft, or write it to a file; either way with what to look at before it goes out."""
    summary = pairs(draft.summary)
    if out is None:
        text = f"{draft.text}\n{summary}" if summary else draft.text
        answer(as_json, {**_json(draft), "text": draft.text}, text)
        return
    write_file(out, _bytes(draft, out.suffix), force=force)
    answer(as_json, {**_json(draft), "file": os.fspath(out)}, "\n".join(filter(None, (summary, str(out)))))


def _json(draft: Preview) -> dict[str, Any]:
    return {
        "letter": draft.template,
        "title": draft.title,
        "missing": [asdict(item) for item in draft.missing],
        "summary": [{"label": label, "says": words} for label, words in draft.summary],
    }


def _bytes(draft: Preview, suffix: str) -> bytes:
    if suffix == ".pdf":
        from casework.correspondence.compose import to_pdf

        return to_pdf(draft.html)
    return (draft.html if suffix == ".html" else draft.text).encode("utf-8")
