"""`casework retention`: what is due to be destroyed and why, what is held, and destroying it for good."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.base.time import describe_date
from casework.cli.asking import ask, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import count, paragraph
from casework.cli.values import WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from datetime import date

    from casework.records.certificate import Certificate
    from casework.services.erasure import Erasure
    from casework.services.retention_list import Item

COMMANDS = {
    "due": ("retention:due", "List what is due to be destroyed, with the working of each date."),
    "apply": ("retention:apply", "Destroy a record that is due, with the agreement of two people."),
    "propose": ("retention:propose", "Propose that a record is destroyed; somebody else confirms it."),
    "confirm": ("retention:confirm", "Destroy what somebody else proposed, as the second person."),
    "hold": ("retention:hold", "See that nothing of a case is destroyed, for a tribunal for example."),
    "release": ("retention:release", "Release a case that was held."),
    "certificate": ("retention:certificate", "Write the certificate of a destruction."),
    "finish": ("retention:finish", "Finish a destruction that was interrupted."),
}

_PARTS = {
    "case": "the file of the case",
    "personnel": "what stands on the personnel file",
    "register": "the entry of a register",
    "facts": "the facts that are left",
    "monitoring": "the answers to equality monitoring",
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Keep records as long as the law asks, and no longer.",
    epilog=example("casework retention due", "casework retention hold ASH-26-7KQ4 --why tribunal"),
)
def retention() -> None:
    """Keep records as long as the law and the school's schedule ask, and then destroy them for good."""


@click.command(
    short_help=COMMANDS["due"][1], epilog=example("casework retention due", "casework retention due --all")
)
@click.option("--all", "everything", is_flag=True, help="What is not due yet, too.")
@as_json
@pass_session
def due(session: Session, everything: bool, as_json: bool) -> None:
    """List what is due to be destroyed, each date with its working. Nothing is destroyed.

    A name behind a colon is a part of a case: REF:personnel is what stands on the personnel file.
    """
    from casework.base.time import local_date
    from casework.services.access import note_access
    from casework.services.erasing import is_pending
    from casework.services.retention_list import retention_list

    workspace = session.workspace
    note_access(workspace, session.school, "people")
    today = local_date(workspace.clock.now())
    items = retention_list(workspace, session.school)
    shown = [item for item in items if everything or (item.due is not None and item.due <= today)]
    pending = is_pending(workspace.folder)
    data = {
        "today": today.isoformat(),
        "pending": pending,
        "records": [_as_json(item, today) for item in shown],
    }
    text = "\n\n".join(_told(session, item, today) for item in shown) or "Nothing is due to be destroyed."
    answer(as_json, data, text)
    later = len(items) - len(shown)
    if later:
        say(f"\n{count(later, 'record')} not due yet: casework retention due --all")
    if pending:
        say("\nA destruction is not finished. Finish it: casework retention finish")


def _told(session: Session, item: Item, today: date) -> str:
    lines = [f"{item.name}  {item.of}".rstrip(), f"  {_PARTS[item.kind].capitalize()}. {_state(item, today)}"]
    for period in item.keeping.periods if item.keeping is not None else ():
        lines.append(paragraph(f"{period.says} ({', '.join(period.cites)})", 4, first="  - "))
    lines += [paragraph(f"Not destroyed: {why}", 2) for why in item.blocked]
    if item.ready(today):
        again = session.typed(
            "retention", "apply", item.name, "--approved-by", "NAME", "--approved-by", "NAME"
        )
        lines.append(f"  {one_line(again)}")
    return "\n".join(lines)


def _state(item: Item, today: date) -> str:
    if item.at_once:
        return f"It has to {'be destroyed' if item.kind == 'monitoring' else 'leave the file'} at once."
    if item.due is None:
        return "It is not known until when it is kept."
    if item.due <= today:
        return f"Due since {describe_date(item.due)}."
    return f"Kept until the day before {describe_date(item.due)}."


def _as_json(item: Item, today: date) -> dict[str, Any]:
    periods = item.keeping.periods if item.keeping is not None else ()
    return {
        "name": item.name,
        "kind": item.kind,
        "of": item.of,
        "class": item.keeping.class_ if item.keeping is not None else "",
        "due": item.due.isoformat() if item.due is not None else "",
        "ready": item.ready(today),
        "at_once": item.at_once,
        "blocked": list(item.blocked),
        "working": [
            {
                "until": period.until.isoformat() if period.until is not None else "",
                "says": period.says,
                "cites": list(period.cites),
            }
            for period in periods
        ],
    }


@click.command(
    short_help=COMMANDS["apply"][1],
    epilog=example(
        'casework retention apply ASH-26-7KQ4 --approved-by "Diane Whitfield" --approved-by "Grace Osei" \\',
        '    --reason "Retention schedule, review of November" --certificate destroyed.pdf',
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--approved-by", multiple=True, metavar="PERSON", help="Who agrees; two different people.")
@click.option("--reason", type=WORDS, help="Why it is destroyed now. Name nobody whom it is about.")
@click.option(
    "--certificate",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the certificate here: a PDF if the name ends in .pdf, else text.",
)
@writes
def apply(
    session: Session,
    name: str,
    approved_by: tuple[str, ...],
    reason: str | None,
    out: Path | None,
    command: str,
    as_json: bool,
) -> None:
    """Destroy a record that is due: its words, letters, files and keys. Nobody can bring it back.

    NAME is as `casework retention due` lists it. The record goes on to verify, and says that this was destroyed, when,
    and under which rule. The facts that are left name nobody; they have a time of their own.
    """
    from casework.services import retention as keeping

    why = ask(session, reason, "Why is it destroyed now", "--reason", type=WORDS, check=said)
    _not_taken(out)
    item, erasure = keeping.apply(
        session.workspace, session.school, name, approved_by=approved_by, reason=why, command=command
    )
    _destroyed(session, item, erasure, out, as_json)


def _not_taken(out: Path | None) -> None:
    """Refuse a name for the certificate that is taken: before anything is destroyed, not after."""
    if out is not None and os.path.lexists(out):
        raise BadInput(f"{out} is there already.", remedy="Choose another name for the certificate.")


def _destroyed(session: Session, item: Item, erasure: Erasure, out: Path | None, as_json: bool) -> None:
    """Say what was destroyed, or in a rehearsal would be, and write its certificate."""
    from casework.services.certificate import certificate as written

    data: dict[str, Any] = {
        "dry_run": session.rehearsal,
        "name": item.name,
        "entries": len(erasure.events),
        "rules": list(erasure.rules),
        "due": erasure.due,
    }
    if session.rehearsal:
        answer(as_json, data, f"{item.name}: {_PARTS[item.kind]} can be destroyed like this.")
        say("Nothing was destroyed.")
        return
    was = "were" if item.kind in ("facts", "monitoring") else "was"
    entries = count(len(erasure.events), "entry", "entries")
    text = f"{item.name}: {_PARTS[item.kind]} {was} destroyed ({entries})."
    if out is not None:
        write_file(out, _as_file(written(session.workspace, session.school, item.name), out))
        data["certificate"] = str(out)
        text += f"\n{out}"
    answer(as_json, data, text)
    say("Make a backup now, and keep the new erasures.json beside the older ones: casework db backup FILE")


@click.command(
    short_help=COMMANDS["propose"][1],
    epilog=example(
        'casework retention propose ASH-26-7KQ4 --reason "Retention schedule, review of November"'
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--reason", type=WORDS, help="Why it is destroyed now. Name nobody whom it is about.")
@writes
def propose(session: Session, name: str, reason: str | None, command: str, as_json: bool) -> None:
    """Propose, as yourself, that a record which is due is destroyed. Somebody else who signs in confirms it.

    Where each person has an account of their own this shows who agreed: not a name that was typed, but who signed in.
    """
    from casework.services import retention_agreed as agreed

    why = ask(session, reason, "Why is it destroyed now", "--reason", type=WORDS, check=said)
    item = agreed.propose(session.workspace, session.school, name, reason=why, command=command)
    if session.rehearsal:
        say("Nothing was recorded.")
    again = one_line(session.typed("retention", "confirm", item.name))
    text = f"{item.name}: proposed. Somebody else confirms it: {again}"
    answer(as_json, {"dry_run": session.rehearsal, "name": item.name}, paragraph(text))


@click.command(
    short_help=COMMANDS["confirm"][1],
    epilog=example("casework retention confirm ASH-26-7KQ4 --certificate destroyed.pdf"),
)
@click.argument("name", metavar="NAME")
@click.option(
    "--certificate",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the certificate here: a PDF if the name ends in .pdf, else text.",
)
@writes
def confirm(session: Session, name: str, out: Path | None, command: str, as_json: bool) -> None:
    """Destroy what somebody else proposed. You are the second person; nobody can bring it back.

    It has to be due and unchanged since it was proposed.
    """
    from casework.services import retention_agreed as agreed

    _not_taken(out)
    item, erasure = agreed.confirm(session.workspace, session.school, name, command=command)
    _destroyed(session, item, erasure, out, as_json)


@click.command(
    short_help=COMMANDS["hold"][1],
    epilog=example('casework retention hold ASH-26-7KQ4 --why tribunal --reason "ET1 received"'),
)
@reference
@click.option(
    "--why",
    type=click.Choice(["tribunal", "subject_access", "other"]),
    required=True,
    help="A claim to a tribunal, a request for one's own data, or something else.",
)
@click.option("--reason", type=WORDS, help="In words; they are sealed.")
@writes
def hold(session: Session, reference: str, why: str, reason: str | None, command: str, as_json: bool) -> None:
    """See that nothing of a case is destroyed, however old it is, until it is released."""
    from casework.services import holds

    loaded = session.case(reference)
    words = ask(session, reason, "Why is it held", "--reason", type=WORDS, check=said)
    holds.hold(session.workspace, session.school, loaded, why=why, reason=words, command=command)
    if session.rehearsal:
        say("Nothing was recorded.")
    text = f"{loaded.case.reference} is held: nothing of it is destroyed until it is released."
    answer(as_json, {"reference": loaded.case.reference, "why": why, "dry_run": session.rehearsal}, text)


@click.command(
    short_help=COMMANDS["release"][1],
    epilog=example('casework retention release ASH-26-7KQ4 --reason "Claim withdrawn"'),
)
@reference
@click.option("--reason", type=WORDS, help="In words; they are sealed.")
@writes
def release(session: Session, reference: str, reason: str | None, command: str, as_json: bool) -> None:
    """Release a case that was held. When it may be destroyed follows from its periods again."""
    from casework.services import holds

    loaded = session.case(reference)
    words = ask(session, reason, "Why is it held no longer", "--reason", type=WORDS, check=said)
    holds.release(session.workspace, session.school, loaded, reason=words, command=command)
    if session.rehearsal:
        say("Nothing was recorded.")
    text = f"{loaded.case.reference} is held no longer."
    answer(as_json, {"reference": loaded.case.reference, "dry_run": session.rehearsal}, text)


@click.command(
    short_help=COMMANDS["certificate"][1],
    epilog=example("casework retention certificate ASH-26-7KQ4 --out destroyed.pdf"),
)
@click.argument("name", metavar="NAME")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it here: a PDF if the name ends in .pdf.",
)
@as_json
@pass_session
def certificate(session: Session, name: str, out: Path | None, as_json: bool) -> None:
    """Write what was destroyed, when, under which rule, who agreed, and when the last backup expires."""
    from casework.records.certificate import certificate_text
    from casework.services.certificate import certificate as written

    found = written(session.workspace, session.school, name)
    text = certificate_text(found)
    if out is not None:
        write_file(out, _as_file(found, out))
    answer(
        as_json, {"name": name, "certificate": text, "file": str(out or "")}, str(out or text.rstrip("\n"))
    )


def _as_file(found: Certificate, path: Path) -> bytes:
    """The certificate as its file's name asks for: a PDF, or else text."""
    from casework.records.certificate import certificate_pdf, certificate_text

    return (
        certificate_pdf(found) if path.suffix.lower() == ".pdf" else certificate_text(found).encode("utf-8")
    )


@click.command(short_help=COMMANDS["finish"][1], epilog=example("casework retention finish"))
@as_json
@pass_session
def finish(session: Session, as_json: bool) -> None:
    """Write the database anew without what was destroyed, and empty its log; for a destruction that was interrupted."""
    from casework.services.erasing import finish as done
    from casework.services.erasing import is_pending
    from casework.services.schools import schools

    was = is_pending(session.folder)
    done(session.workspace, schools(session.workspace) if was else ())
    remains = session.workspace.store.remains
    where = "tables" if remains else "files"
    text = (
        f"Finished: nothing that was destroyed is left in the database's {where}."
        if was
        else "Nothing was pending."
    )
    answer(as_json, {"was_pending": was, "not_reached": remains}, text)
    if was and remains:
        say(remains)
