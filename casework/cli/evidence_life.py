"""`casework evidence revise`, `check`, `redact` and `disclose`: what becomes of an item after it came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.cli.asking import ask, ask_if_asked, ask_lines, said
from casework.cli.evidence import COMMANDS, incoming_file
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.tables import listed, wrapped
from casework.cli.values import WHEN, WORDS

if TYPE_CHECKING:
    from casework.services.evidence import IncomingFile
    from casework.services.loading import LoadedCase
    from casework.services.recorder import Receipt

CHECKS = ("agreed", "corrected", "disputed", "no_answer")
"""What somebody says of their own words, as `casework.cases.evidence_acts` has it; a test holds the two together."""

NUMBER = click.argument("number", type=int)
ON = click.option("--on", "occurred", type=WHEN, help="When; today if not given.")


@click.command(
    short_help=COMMANDS["revise"][1],
    epilog=example(
        'casework evidence revise ASH-26-7KQ4 2 --file notes-2.docx --reason "Times added from the diary"'
    ),
)
@reference
@NUMBER
@click.option("--file", type=click.Path(path_type=Path), required=True, help="The newer version.")
@click.option("--reason", type=WORDS, default="", help="What is new in it.")
@ON
@writes
def revise(
    session: Session,
    reference: str,
    number: int,
    file: Path,
    reason: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Put a newer version of the notes or statement NUMBER beside the earlier ones, before it is checked.

    Every version stays. Once the person has checked it, it is locked, and corrections stand beside it.
    """
    from casework.services import evidence

    loaded = session.case(reference)
    incoming = incoming_file(file)
    _record(
        session,
        loaded,
        evidence.revise,
        f"Newer version of evidence item {number} added",
        number=number,
        reason=reason,
        file=incoming,
        occurred=occurred,
        command=command,
        as_json=as_json,
    )


@click.command(
    short_help=COMMANDS["check"][1],
    epilog=example(
        'casework evidence check ASH-26-7KQ4 2 --outcome corrected --by "Lena Petrov" \\',
        '    --corrections "It was the Tuesday, not the Monday" --file signed.pdf --on 2026-03-05',
    ),
)
@reference
@NUMBER
@click.option("--outcome", type=click.Choice(CHECKS), help="What the person said of it.")
@click.option("--by", help="Who checked it: the person whose words it holds.")
@click.option("--corrections", type=WORDS, default="", help="What they correct or dispute, in their words.")
@click.option(
    "--file", type=click.Path(path_type=Path), help="The signed copy, or the paper with corrections."
)
@ON
@writes
def check(
    session: Session,
    reference: str,
    number: int,
    outcome: str | None,
    by: str | None,
    corrections: str,
    file: Path | None,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Record what the person said of the notes or statement NUMBER that hold their words, and lock it.

    From then on no other version takes its place. What they correct later is recorded in the same way, and a pack
    shows both.
    """
    from casework.services import evidence

    loaded = session.case(reference)
    how = ask(session, outcome, "What did the person say of it", "--outcome", type=click.Choice(CHECKS))
    who = ask(session, by, "Who checked it", "--by", check=said)
    if how in ("corrected", "disputed") and file is None:
        corrections = ask_if_asked(
            session, corrections, "What do they correct or dispute", "--corrections", type=WORDS
        )
    incoming = incoming_file(file) if file else None
    _record(
        session,
        loaded,
        evidence.check,
        f"Evidence item {number} checked and locked",
        number=number,
        outcome=how,
        by=who,
        corrections=corrections,
        file=incoming,
        occurred=occurred,
        command=command,
        as_json=as_json,
    )


@click.command(
    short_help=COMMANDS["redact"][1],
    epilog=example(
        "casework evidence redact ASH-26-7KQ4 1 --file post-redacted.pdf \\",
        '    --removed "page 1, second photograph: name of a pupil: not needed for the allegation"',
    ),
)
@reference
@NUMBER
@click.option("--file", type=click.Path(path_type=Path), required=True, help="The redacted copy.")
@click.option(
    "--removed",
    multiple=True,
    metavar="'WHERE: WHAT: WHY'",
    help="One place: where it is, what was taken out, and why; several times.",
)
@ON
@writes
def redact(
    session: Session,
    reference: str,
    number: int,
    file: Path,
    removed: tuple[str, ...],
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Put a redacted copy beside the original of item NUMBER. A pack then holds the copy and never the original.

    The record keeps both fingerprints and the log. Take out what a black bar only covers: print to a picture, or use
    the redaction of your PDF program, and try to copy the words out of the result.
    """
    from casework.services import evidence

    loaded = session.case(reference)
    asked = "What was taken out, as where: what: why, parted by commas"
    lines = ask_lines(session, removed, asked, "--removed", optional=False)
    log = [_removed(line) for line in lines]
    incoming = incoming_file(file)
    _record(
        session,
        loaded,
        evidence.redact,
        f"Redacted copy of evidence item {number} added",
        number=number,
        log=log,
        file=incoming,
        occurred=occurred,
        command=command,
        as_json=as_json,
    )


def _removed(line: str) -> dict[str, str]:
    """Read one line of a redaction log."""
    parts = [part.strip() for part in line.split(":", 2)]
    if len(parts) != 3 or not all(parts):
        raise BadInput(
            f"{line!r} does not say where, what and why.",
            remedy="Part the three by colons: 'page 2: name of a pupil: not needed for the allegation'.",
        )
    return dict(zip(("where", "what", "why"), parts, strict=True))


@click.command(
    short_help=COMMANDS["link"][1],
    epilog=example(
        "casework evidence link ASH-26-7KQ4 1 --about 1 --about 2",
        'casework evidence link ASH-26-7KQ4 3 --about 2 --points against --reason "Shows that others had the sign-in"',
    ),
)
@reference
@NUMBER
@click.option(
    "--about", type=int, multiple=True, metavar="NUMBER", help="An allegation it is about; several times."
)
@click.option(
    "--points",
    type=click.Choice(["for", "against", "neutral"]),
    help="Which way it points, seen from the allegation; as before if not given.",
)
@click.option("--reason", type=WORDS, default="", help="Why, if that is not plain.")
@writes
def link(
    session: Session,
    reference: str,
    number: int,
    about: tuple[int, ...],
    points: str | None,
    reason: str,
    command: str,
    as_json: bool,
) -> None:
    """Say which allegations item NUMBER is about: all of them, in place of what was said before.

    What is preserved first comes before the allegations are put. The index of a pack is made from this; what was said
    before stays on record. No --about means that it is about none.
    """
    from casework.services import evidence

    loaded = session.case(reference)
    told = (
        f"about allegation{'s' if len(about) > 1 else ''} {listed([str(n) for n in about])}" if about else ""
    )
    _record(
        session,
        loaded,
        evidence.link,
        f"Evidence item {number} is {told or 'about no allegation'}",
        command=command,
        as_json=as_json,
        number=number,
        about=about,
        points=points or "",
        reason=reason,
    )


@click.command(
    short_help=COMMANDS["disclose"][1],
    epilog=example(
        "casework evidence disclose ASH-26-7KQ4 --on 2026-11-30",
        'casework evidence disclose ASH-26-7KQ4 3 --withheld --reason "Names a pupil; a summary was given instead"',
    ),
)
@reference
@click.argument("numbers", type=int, nargs=-1)
@click.option("--withheld", is_flag=True, help="It was held back from the employee, with --reason.")
@click.option("--reason", type=WORDS, default="", help="Why it was held back.")
@ON
@writes
def disclose(
    session: Session,
    reference: str,
    numbers: tuple[int, ...],
    withheld: bool,
    reason: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Record that items were given to the employee, or withheld with a reason.

    No NUMBERS means every item of which the record does not say either yet.
    """
    from casework.services import evidence

    loaded = session.case(reference)
    _record(
        session,
        loaded,
        evidence.disclose,
        "Evidence withheld" if withheld else "Evidence given to the employee",
        numbers=numbers,
        how="withheld" if withheld else "disclosed",
        reason=reason,
        occurred=occurred,
        command=command,
        as_json=as_json,
    )


def _record(
    session: Session,
    loaded: LoadedCase,
    act: Callable[..., Receipt],
    what: str,
    *,
    command: str,
    as_json: bool,
    **words: Any,
) -> None:
    """Do an act on the case's evidence once, and print its receipt with what is to be known of its `file`."""
    from casework.cli.receipts import once, tell

    file: IncomingFile | None = words.get("file")
    receipt = once(
        session,
        loaded,
        command,
        lambda: act(session.workspace, session.school, loaded, command=command, **words),
    )
    remarks = file.remarks() if file else []
    more = "\n".join(wrapped(remark) for remark in remarks)
    extra = {"remarks": remarks} if file else {}
    tell(session, loaded, receipt, what, as_json=as_json, more=more, **extra)
