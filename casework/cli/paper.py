"""`casework paper`: working papers prepared from a case, and taken back as evidence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import ask, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import listed, table
from casework.cli.values import WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.recorder import Receipt

_own = click.option(
    "--papers",
    "own",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="CASEWORK_PAPERS",
    help="A folder with forms of your own, which stand in for ours. [env CASEWORK_PAPERS]",
)

_SPOKEN = ("interview_notes", "statement")
"""Kinds of evidence that hold somebody's words, which that person checks."""

COMMANDS = {
    "list": ("paper:list_papers", "List the working papers, and who fills them in."),
    "make": ("paper:make", "Prepare a working paper from what the case knows."),
    "return": ("paper:take_back", "Add a paper that was filled in to the evidence."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Working papers: reports, notes, the chair's script, decision forms.",
    epilog=example("casework paper list ASH-26-7KQ4"),
)
def paper() -> None:
    """Working papers: to investigate, hear and decide with. They are prepared from what the case knows.

    Print them as PDF, or write in them as Word files. What comes back filled in is evidence.
    """


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework paper list ASH-26-7KQ4"))
@reference
@_own
@as_json
@pass_session
def list_papers(session: Session, reference: str, own: Path | None, as_json: bool) -> None:
    """List the working papers that can be made for a case, and who in it fills them in."""
    from casework.services import papers

    loaded = session.case(reference)
    rows = papers.listing(session.workspace, session.school, loaded, own)
    text = table(
        ["Paper", "What it is for", "Filled in by"],
        [[row.id, f"{row.title}. {row.use}", listed(list(row.readers))] for row in rows],
    )
    data = [
        {"paper": row.id, "title": row.title, "use": row.use, "filled_in_by": list(row.readers)}
        for row in rows
    ]
    answer(as_json, {"reference": loaded.case.reference, "papers": data}, text)


@click.command(
    short_help=COMMANDS["make"][1],
    epilog=example(
        "casework paper make ASH-26-7KQ4 decision-form --pdf decision.pdf",
        'casework paper make ASH-26-7KQ4 interview-notes --with "Tom Bexley" --docx notes.docx',
    ),
)
@reference
@click.argument("named", metavar="PAPER")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write it as PDF here.")
@click.option(
    "--docx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as a Word file here, to write in.",
)
@click.option(
    "--with", "person", default="", metavar="NAME", help="Whom it is for, such as who is interviewed."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@_own
@as_json
@pass_session
def make(
    session: Session,
    reference: str,
    named: str,
    pdf: Path | None,
    docx: Path | None,
    person: str,
    force: bool,
    own: Path | None,
    as_json: bool,
) -> None:
    """Prepare PAPER from what the case knows: allegations, evidence, people, dates. That you took it away is logged.

    PAPER is one that `casework paper list` names. With neither --pdf nor --docx it is written as PDF in this folder.
    """
    from casework.services import papers

    loaded = session.case(reference)
    wanted = {"pdf": pdf, "docx": docx}
    if pdf is None and docx is None:
        wanted["pdf"] = Path(f"{loaded.case.reference}-{named}.pdf")
    written = {}
    for form, path in wanted.items():
        if path is not None:
            data = papers.make(session.workspace, session.school, loaded, named, form, person=person, own=own)
            written[form] = os.fspath(write_file(path, data, force=force))
    back = one_line(session.typed("paper", "return", loaded.case.reference, named, "FILE", "--by", "NAME"))
    text = "\n".join([*written.values(), f"Once it is filled in: {back}"])
    answer(as_json, {"paper": named, "files": written}, text)


@click.command(
    "return",
    short_help=COMMANDS["return"][1],
    epilog=example(
        'casework paper return ASH-26-7KQ4 interview-notes notes.docx --by "Rachel Okafor" --about 1'
    ),
)
@reference
@click.argument("named", metavar="PAPER")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "filled_in_by", type=WORDS, help="Who filled it in.")
@click.option(
    "--about", type=int, multiple=True, metavar="NUMBER", help="An allegation it is about; several times."
)
@_own
@writes
def take_back(
    session: Session,
    reference: str,
    named: str,
    file: Path,
    filled_in_by: str | None,
    about: tuple[int, ...],
    own: Path | None,
    command: str,
    as_json: bool,
) -> None:
    """Add FILE, the PAPER that was filled in, to the evidence of the case; it is sealed as it is."""
    from casework.cli.receipts import once, tell
    from casework.services import papers
    from casework.services.evidence import read_file

    loaded = session.case(reference)
    paper = papers.papers_of(session.workspace, session.school, own).paper(named)
    who: Any = ask(session, filled_in_by, "Who filled it in", "--by", type=WORDS, check=said)

    def act() -> Receipt:
        return papers.take_back(
            session.workspace,
            session.school,
            loaded,
            named,
            read_file(file),
            filled_in_by=who,
            about=about,
            own=own,
            command=command,
        )

    receipt = once(session, loaded, command, act)
    number = len(loaded.case.evidence)
    check = one_line(session.typed("evidence", "check", loaded.case.reference, str(number)))
    spoken = paper.comes_back_as in _SPOKEN and not session.rehearsal
    tell(
        session,
        loaded,
        receipt,
        f"Evidence item {number} added",
        as_json=as_json,
        more=f"Once the person has checked it: {check}" if spoken else "",
        number=number,
    )
