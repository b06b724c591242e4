"""`casework letter draft`: a letter as a Word file to write in, and back as a proposed letter."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.cli.letter_asked import AskedLetter, writing
from casework.cli.options import example, reference, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import count, pairs, paragraph
from casework.cli.values import WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.correspondence.facts import Rewording
    from casework.services.letter_drafts import Returned
    from casework.services.recorder import Receipt


@click.command(
    short_help="Take a letter out as a Word file, and bring it back in your own words.",
    epilog=example(
        "casework letter draft ASH-26-7KQ4 hearing-invitation --docx draft.docx",
        "casework letter draft ASH-26-7KQ4 hearing-invitation --from draft.docx",
        "casework letter draft ASH-26-7KQ4 3 --docx draft.docx",
    ),
)
@reference
@click.argument("named", metavar="LETTER")
@writing
@click.option(
    "--docx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as a Word file here, to write in.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Propose it as this Word file says it.",
)
@click.option(
    "--approved",
    type=WORDS,
    default="",
    help="Who approved other words for what has to stay word for word, when and why; it is kept.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@writes
def draft(
    session: Session,
    /,
    reference: str,
    named: str,
    docx: Path | None,
    source: Path | None,
    approved: str,
    force: bool,
    command: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Take LETTER out as a Word file (--docx), and bring it back (--from) as a proposed letter in your own words.

    LETTER is one that `casework letter list` names; or the number of a proposed letter, which comes back as a new
    version.

    What is shaded has to stay word for word, and names, dates and numbers stay as they are: they are looked at when it
    comes back. Give --field and the like both times. What is issued is always the PDF.
    """
    if (docx is None) == (source is None):
        raise click.UsageError("Give --docx to take it out, or --from to bring it back.")
    given |= {"docx": docx, "source": source, "approved": approved}
    letter = AskedLetter.read(session, reference, "draft", named, given)
    if session.interactive and not as_json:
        letter.complete()
    if docx is not None:
        written = write_file(docx, letter.send_out(), force=force)
        letter.given |= {"docx": None, "source": written}
        back = one_line(letter.arguments())
        answer(
            as_json,
            {"letter": letter.letter.id, "file": os.fspath(written)},
            f"{written}\nOnce it is worked on: {back}",
        )
        return
    _bring_back(session, letter, source or Path(), approved, command, as_json=as_json)


def _bring_back(
    session: Session, letter: AskedLetter, source: Path, approved: str, command: str, *, as_json: bool
) -> None:
    from casework.cli.receipts import once, tell
    from casework.correspondence.docx import LIMIT, lines_of

    try:
        with source.open("rb") as file:
            paragraphs = lines_of(file.read(LIMIT + 1))
    except OSError as problem:
        raise BadInput(f"{source} cannot be read: {problem.strerror or 'unknown reason'}.") from None
    done: list[Returned] = []

    def act() -> Receipt:
        done.append(letter.take_back(paragraphs, approved, command))
        return done[0].proposed.receipt

    receipt = once(session, letter.loaded, command, act)
    number = str(done[0].proposed.number) if done else ""
    changed = done[0].reworded if done else ()
    case = letter.loaded.case.reference
    more = pairs(
        [
            ("To show it", one_line(session.typed("letter", "preview", case, number))),
            ("Once it is approved", one_line(session.typed("letter", "issue", case, number))),
        ]
    )
    if not as_json:
        say(_told(changed))
    tell(
        session,
        letter.loaded,
        receipt,
        f"Letter {number}, “{letter.letter.title}”, proposed in your words",
        as_json=as_json,
        more="" if session.rehearsal else more,
        letter=letter.letter.id,
        number=int(number or 0),
        reworded=[change.model_dump() for change in changed],
    )


def _told(changed: tuple[Rewording, ...]) -> str:
    """What is said otherwise, paragraph by paragraph."""
    lines = [f"{count(len(changed), 'change')}:"]
    for change in changed:
        if change.was:
            lines.append(paragraph(change.was, 4, first="  - "))
        lines += [paragraph(text, 4, first="  + ") for text in change.now]
    return "\n".join(lines)
