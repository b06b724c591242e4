"""`casework audit`: is the record whole and unaltered, and was each step lawful? Nothing here needs a private key."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, checkpoints, example, kept_file, log_option, pass_session, workers
from casework.cli.output import answer, say
from casework.cli.reading import read_key, read_text
from casework.cli.session import Session
from casework.cli.tables import count, local_time, paragraph, table

if TYPE_CHECKING:
    from casework.services.audit import AuditFinding, AuditReport

COMMANDS = {
    "verify": ("audit:verify", "Verify that the record is whole, unaltered and lawful."),
    "checkpoint": ("audit_outside:checkpoint", "Print the newest signed checkpoint of the record."),
    "key": ("audit_outside:key", "Print the public key that verifies the record, to be kept elsewhere."),
    "proof": ("audit_outside:proof", "Prove that the record only grew since a checkpoint that was kept."),
    "check-proof": ("audit_outside:check_proof", "Check such a proof, with no data folder."),
    "rotate-key": (
        "audit_outside:rotate_key",
        "Change the key that signs the record; the old one signs that too.",
    ),
    "log": ("audit:log", "List the entries of the record, as they can be read without a key."),
    "population": ("audit_tools:population", "Count every case, and say whether all are there."),
    "sample": ("audit_tools:sample", "Draw a random sample that anybody can draw again."),
    "exceptions": ("audit_tools:exceptions", "List what was waived, late, irregular or mended."),
    "export": ("audit_tools:export", "Write the events of every case to one file, without names."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Verify the record, and take its checkpoint.",
    epilog=example("casework audit verify", "casework audit checkpoint > checkpoint.txt"),
)
def audit() -> None:
    """The record is tamper-evident: change, remove, insert or move an entry, and verification names it.

    Keep a checkpoint and the public key away from this machine: with them, a record that was replaced as a whole is
    found out too.
    """


@click.command(
    short_help=COMMANDS["verify"][1],
    epilog=example("casework audit verify", "casework audit verify --against checkpoint.txt --key key.txt"),
)
@checkpoints
@kept_file(
    "--key",
    "keys",
    multiple=True,
    says="A file with a public key that was kept elsewhere; several times.",
)
@click.option(
    "--case", "case", metavar="REF", default="", help="Judge one case alone; its log is checked whole."
)
@workers
@as_json
@pass_session
def verify(
    session: Session,
    against: tuple[Path, ...],
    keys: tuple[Path, ...],
    case: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Check every entry against the signed heads, and judge every step, and every entry of a register, again.

    Policies, calendars, sealed files, settings and lists are held against the entries too. Nothing is written but what
    was seen: the largest checkpoint of each log, beside the keys.

    The first entry that is wrong is named, with what is wrong with it: exit code 1.
    """
    from casework.cli.progress import Bar
    from casework.services import audit as auditing

    known, notes = dict(read_key(path) for path in keys), [read_text(path) for path in against]
    with Bar("Verifying") as bar:
        report = auditing.verify(
            session.existing_folder(),
            verifier_keys=known,
            witnesses=notes,
            case=case,
            progress=bar.tell,
            workers=workers,
        )
    for path, origin in zip(
        (*keys, *against), (*known, *(note.partition("\n")[0] for note in notes)), strict=False
    ):
        if origin not in report.keys and origin not in report.generations:
            raise BadInput(f"{path} is not of a log in this data folder.", remedy="Check which file it is.")
    data = {
        "whole": report.whole,
        "entries": report.events,
        "heads": report.heads,
        "cases": report.cases,
        "steps": report.steps,
        "register_entries": report.register_entries,
        "erased": report.erased,
        "files": report.files,
        "lists": report.lists,
        "self_attested": report.self_attested,
        "unwitnessed": report.unwitnessed,
        "keys": report.keys,
        "checkpoints": report.checkpoints,
        "erasures": [erasure.as_json() for erasure in report.erasures],
        "generations": report.generations,
        "lost": [{"origin": it.origin, "kept": it.kept, "vouched": it.vouched} for it in report.lost],
        "findings": [finding.as_json() for finding in report.findings],
    }
    if report.whole:
        stale = report.lists == "stale"
        answer(as_json, data | ({"ok": False, "code": "lists-differ"} if stale else {}), _whole(report))
        if stale:
            say(
                "The lists are stale: they are not what the record says. Make them again: casework db rebuild"
            )
            raise click.exceptions.Exit(1)
        return
    lines = [paragraph(_finding(item), indent=4, first="  - ") for item in report.findings]
    answer(
        as_json,
        {**data, "ok": False, "code": "findings"},
        "\n".join(["The record is not as it was:", *lines]),
    )
    say(
        f"{count(len(report.findings), 'finding')}. Keep the database as it is, and restore a backup beside it."
    )
    raise click.exceptions.Exit(1)


@click.command(
    short_help=COMMANDS["log"][1], epilog=example("casework audit log", "casework audit log --log access")
)
@log_option
@click.option("--last", type=click.IntRange(1), metavar="NUMBER", help="Only the newest so many.")
@as_json
@pass_session
def log(session: Session, name: str, last: int | None, as_json: bool) -> None:
    """List the entries of a log: when, of what kind, in which case or register. Nobody's name is shown."""
    from casework.services.ledger_log import log_entries

    entries = deque(log_entries(session.workspace, session.school, name), maxlen=last or None)
    data: list[dict[str, Any]] = [
        {
            "pos": entry.pos,
            "recorded": entry.recorded,
            "kind": entry.kind,
            "reference": entry.reference,
            "register": entry.register,
            "event": entry.n,
            "stream": entry.stream,
            "command": entry.command,
            "hidden": entry.hidden,
        }
        for entry in entries
    ]
    text = table(
        ["Position", "Recorded", "What", "Case or register", "Event"],
        [
            (
                str(entry.pos),
                local_time(entry.recorded) if entry.recorded else "",
                "(not for you)" if entry.hidden else entry.kind.replace("_", " ") or "(erased)",
                entry.reference or entry.register,
                "" if entry.hidden else str(entry.n),
            )
            for entry in entries
        ],
    )
    answer(as_json, {"log": name, "entries": data}, text)


def _whole(report: AuditReport) -> str:
    from casework.services.audit_words import WHOLE, checked, to_know

    lines = [WHOLE, checked(report), *to_know(report)]
    if report.self_attested:
        lines.append(
            "This was checked with the key in the database itself. To be sure that the whole was not replaced, give"
            " the key and a checkpoint that were kept elsewhere: --key, --against."
        )
    elif len(report.unwitnessed) == len(report.keys):
        lines.append(
            "No checkpoint from elsewhere was given, so that going back to an earlier state would not be noticed:"
            " --against."
        )
    return "\n".join(paragraph(line) for line in lines)


def _finding(item: AuditFinding) -> str:
    from casework.services.audit_words import where

    return f"{item.kind.replace('_', ' ')} ({where(item)}): {item.says}"
