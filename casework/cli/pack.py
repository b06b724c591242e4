"""`casework pack`: the papers of a hearing or an appeal as one PDF, numbered through, and known to the record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, references, rehearses, workers
from casework.cli.output import answer, say, strong
from casework.cli.progress import Bar
from casework.cli.session import Session
from casework.cli.tables import count, day, listed, pairs, table, wrapped
from casework.cli.writing import writing

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.packs import Built

PURPOSES = ("hearing", "appeal")
"""What a pack is for, as `casework.cases.pack_acts` has it; a test holds the two together."""

COMMANDS = {
    "build": ("pack:build", "Build a pack: index, letters, evidence."),
    "list": ("pack:list_packs", "List the packs that were built."),
    "check": ("pack:check", "Say which pack a file is, unchanged."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Build the papers of a hearing or an appeal as one PDF.",
    epilog=example("casework pack build ASH-26-7KQ4 --for hearing --out hearing-pack.pdf"),
)
def pack() -> None:
    """Packs: everything that the people who hear a matter and the employee need, in one PDF."""


@click.command(
    short_help=COMMANDS["build"][1],
    epilog=example(
        "casework pack build ASH-26-7KQ4 --for hearing --out hearing-pack.pdf",
        "casework pack build ASH-26-7KQ4 --for appeal --out appeal-pack.pdf",
        "casework pack build ASH-26-7KQ4 ASH-26-R2M9 --out packs/",
    ),
)
@references
@click.option(
    "--for",
    "purpose",
    type=click.Choice(PURPOSES),
    default="hearing",
    show_default=True,
    help="What it is for.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write it; REF-hearing-pack.pdf if not given. For several cases: the folder.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--no-documents", is_flag=True, help="Leave the school's own documents out; the pack says so.")
@workers
@rehearses
def build(
    session: Session,
    references: tuple[str, ...],
    purpose: str,
    out: Path | None,
    force: bool,
    no_documents: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Build a pack: cover, index by allegation, letters, evidence, what was left out, proof of service.

    It holds the letters to the employee that stand, and each item that is not withheld from them; of a redacted item
    the redacted copy. At its end stand the school's own documents that were in force (`casework school documents`).
    Pages are numbered through, and the index leads to them. What came late is marked. Evidence is opened by a process
    that can do nothing else, and only the look of its pages is taken over.

    The record keeps what was in it and its fingerprint. Built again, it says what changed.

    Of several cases each gets a pack of its own; one that cannot be built is told, and holds up no other (exit code 1).
    Ctrl-C lets those that were begun end.
    """
    import tempfile

    if len(set(references)) > 1:
        from casework.cli.pack_several import build_several

        build_several(session, references, purpose, out or Path(), force, no_documents, workers, as_json)
        return
    loaded = session.case(references[0])
    target = out or Path(f"{loaded.case.reference}-{purpose}-pack.pdf")
    if session.rehearsal:
        with tempfile.TemporaryFile() as nowhere:
            built = _build(session, loaded, purpose, nowhere, None, no_documents)
        _tell(session, loaded, built, None, as_json)
        return
    with writing(target, force=force) as file:
        built = _build(session, loaded, purpose, file, target.parent, no_documents)
    _tell(session, loaded, built, target, as_json)


def _build(
    session: Session,
    loaded: LoadedCase,
    purpose: str,
    file: BinaryIO,
    folder: Path | None,
    no_documents: bool,
) -> Built:
    from casework.services.packs import build_pack

    with Bar("Building the pack") as bar:
        return build_pack(
            session.workspace,
            session.school,
            loaded,
            purpose=purpose,
            into=file,
            folder=folder,
            with_documents=not no_documents,
            progress=bar.tell,
        )


def _tell(session: Session, loaded: LoadedCase, built: Built, target: Path | None, as_json: bool) -> None:
    """Say what was built, and what is still to be done about it."""
    if session.rehearsal:
        say("Nothing was recorded, and no file was written: this is what would be built.")
    reference = loaded.case.reference
    own = f", {count(built.documents, 'document')} of the school" if built.documents else ""
    lines = [
        ("Written to", os.fspath(target) if target else ""),
        ("Holds", f"{count(built.letters, 'letter')}, {count(built.evidence, 'item')} of evidence{own}"),
        ("Pages", str(built.pages)),
        ("Size", f"{built.size / 1024 / 1024:.1f} MiB"),
        ("Fingerprint", built.fingerprint if target else ""),
    ]
    text = [
        strong(f"{built.title} {built.number} of {reference}"),
        pairs([line for line in lines if line[1]]),
        _changed(built),
        "\n".join(wrapped(remark) for remark in remarks(built, reference)),
    ]
    data = {
        "dry_run": session.rehearsal,
        "reference": reference,
        "pack": built.number,
        "title": built.title,
        "file": os.fspath(target) if target else None,
        "pages": built.pages,
        "bytes": built.size,
        "sha256": built.fingerprint,
        "letters": built.letters,
        "evidence": built.evidence,
        "documents": built.documents,
        "withheld": list(built.withheld),
        "late": list(built.late),
        "undecided": list(built.undecided),
        "unprinted": list(built.unprinted),
        "changes": list(built.changes),
        "changed_since": built.changed_since,
        "events": list(built.receipt.events),
    }
    answer(as_json, data, "\n\n".join(part for part in text if part))


def _changed(built: Built) -> str:
    if not built.changes:
        return ""
    return "\n".join(
        [f"Changed since {built.changed_since}", *(wrapped(f"- {line}") for line in built.changes)]
    )


def remarks(built: Built, reference: str) -> list[str]:
    """What whoever built a pack should look at before it is handed out."""

    def items(numbers: tuple[int, ...]) -> str:
        return f"Item{'s' if len(numbers) > 1 else ''} {listed([str(n) for n in numbers])}"

    found = list(built.unprinted)
    if built.late:
        found.append(f"{items(built.late)} came late; the pack says so on the sheet and in the index.")
    if built.withheld:
        held = "is" if len(built.withheld) == 1 else "are"
        found.append(f"{items(built.withheld)} {held} withheld and left out; the pack lists why.")
    if built.undecided:
        numbers = " ".join(map(str, built.undecided))
        found.append(
            f"{items(built.undecided)} {'is' if len(built.undecided) == 1 else 'are'} in it, and nobody has recorded"
            f" yet that the employee was given {'it' if len(built.undecided) == 1 else 'them'}. When the pack has"
            " gone out:"
            f" casework evidence disclose {reference} {numbers}"
        )
    return found


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework pack list ASH-26-7KQ4"))
@reference
@as_json
@pass_session
def list_packs(session: Session, reference: str, as_json: bool) -> None:
    """List the packs that were built for a case, each with its fingerprint (SHA-256)."""
    from casework.services.packs import packs_of

    loaded = session.case(reference)
    rows = packs_of(session.workspace, session.school, loaded)
    if not rows and not as_json:
        say("No pack has been built for this case yet.")
    text = table(
        ["No.", "For", "Built", "Pages", "Fingerprint"],
        [[str(r.number), r.purpose, day(r.built), str(r.pages), r.fingerprint] for r in rows],
    )
    data = [
        {"number": r.number, "for": r.purpose, "built": r.built, "pages": r.pages, "sha256": r.fingerprint}
        for r in rows
    ]
    answer(as_json, {"reference": loaded.case.reference, "packs": data}, text if rows else "")


@click.command(
    short_help=COMMANDS["check"][1], epilog=example("casework pack check ASH-26-7KQ4 hearing-pack.pdf")
)
@reference
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
@pass_session
def check(session: Session, reference: str, file: Path, as_json: bool) -> None:
    """Say which pack of a case FILE is. A file that was changed since it was built is none of them (exit code 1)."""
    from casework.services.packs import which_pack

    loaded = session.case(reference)
    with file.open("rb") as opened:
        row = which_pack(session.workspace, session.school, loaded, opened)
    data = {"reference": loaded.case.reference, "pack": row.number, "for": row.purpose, "built": row.built}
    built = f"for the {row.purpose}, built on {day(row.built)}"
    text = f"It is pack {row.number} of {loaded.case.reference}, {built}, unchanged."
    answer(as_json, data, wrapped(text))
