"""`casework audit`: is the record whole and unaltered, and was each step lawful? Nothing here needs a private key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, local_time, paragraph, table
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.audit import AuditFinding, AuditReport
    from casework.services.audit_report import ToldErasure

COMMANDS = {
    "verify": ("audit:verify", "Verify that the record is whole, unaltered and lawful."),
    "checkpoint": ("audit:checkpoint", "Print the newest signed checkpoint of the record."),
    "key": ("audit:key", "Print the public key that verifies the record, to be kept elsewhere."),
    "log": ("audit:log", "List the entries of the record, as they can be read without a key."),
    "population": ("audit_tools:population", "Count every case, and say whether all are there."),
    "sample": ("audit_tools:sample", "Draw a random sample that anybody can draw again."),
    "exceptions": ("audit_tools:exceptions", "List what was waived, late, irregular or mended."),
    "export": ("audit_tools:export", "Write the events of every case to one file, without names."),
}

_log_option = click.option(
    "--log",
    "name",
    type=click.Choice(["cases", "access"]),
    default="cases",
    show_default=True,
    help="The record of the cases, or of who read what.",
)


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
    epilog=example("casework audit verify", "casework audit verify --witness checkpoint.txt --key key.txt"),
)
@click.option(
    "--witness",
    "witnesses",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A file with a checkpoint that was kept elsewhere; several times.",
)
@click.option(
    "--key",
    "keys",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A file with a public key that was kept elsewhere; several times.",
)
@as_json
@pass_session
def verify(session: Session, witnesses: tuple[Path, ...], keys: tuple[Path, ...], as_json: bool) -> None:
    """Check every entry against the signed heads, and judge every step, and every entry of a register, again.

    Policies, calendars, sealed files, settings and lists are held against the entries too.

    The first entry that is wrong is named, with what is wrong with it: exit code 1.
    """
    from casework.services import audit as auditing
    from casework.services.schools import schools

    known, notes = dict(_key(path) for path in keys), [_read(path) for path in witnesses]
    report = auditing.verify(
        session.workspace, schools(session.workspace), verifier_keys=known, witnesses=notes
    )
    for path, origin in zip(
        (*keys, *witnesses), (*known, *(note.partition("\n")[0] for note in notes)), strict=False
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
    short_help=COMMANDS["checkpoint"][1], epilog=example("casework audit checkpoint --out checkpoint.txt")
)
@_log_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it here; to standard output if not given."
)
@as_json
@pass_session
def checkpoint(session: Session, name: str, out: Path | None, as_json: bool) -> None:
    """Print the newest signed checkpoint: the size of the record and its fingerprint. Keep it elsewhere."""
    from casework.services.audit import checkpoint as newest

    note = newest(session.workspace, session.school, name)
    if out is not None:
        write_file(out, note.encode("utf-8"))
        answer(as_json, {"log": name, "checkpoint": note, "file": str(out)}, str(out))
        return
    answer(as_json, {"log": name, "checkpoint": note}, note.rstrip("\n"))


@click.command(short_help=COMMANDS["key"][1], epilog=example("casework audit key > key.txt"))
@_log_option
@as_json
@pass_session
def key(session: Session, name: str, as_json: bool) -> None:
    """Print the public key that verifies a log, in the form of signed notes."""
    from casework.services.audit import verifier_key

    found = verifier_key(session.workspace, session.school, name)
    answer(as_json, {"log": name, "key": found}, found)


@click.command(
    short_help=COMMANDS["log"][1], epilog=example("casework audit log", "casework audit log --log access")
)
@_log_option
@click.option("--last", type=click.IntRange(1), metavar="NUMBER", help="Only the newest so many.")
@as_json
@pass_session
def log(session: Session, name: str, last: int | None, as_json: bool) -> None:
    """List the entries of a log: when, of what kind, in which case or register. Nobody's name is shown."""
    from casework.services.ledger_log import log_entries

    entries = list(log_entries(session.workspace, session.school, name))[-(last or 0) :]
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
        }
        for entry in entries
    ]
    text = table(
        ["Position", "Recorded", "What", "Case or register", "Event"],
        [
            (
                str(entry.pos),
                local_time(entry.recorded) if entry.recorded else "",
                entry.kind.replace("_", " ") or "(erased)",
                entry.reference or entry.register,
                str(entry.n),
            )
            for entry in entries
        ],
    )
    answer(as_json, {"log": name, "entries": data}, text)


def _whole(report: AuditReport) -> str:
    kept = count(report.register_entries, "entry of a register", "entries of registers")
    lines = [
        "The record is whole and unaltered, and every step in it was lawful or is on record as irregular.",
        f"Checked: {count(report.events, 'entry', 'entries')} against {count(report.heads, 'signed head')};"
        f" {count(report.steps, 'step')} of {count(report.cases, 'case')}"
        f"{f' and {kept}' if report.register_entries else ''} judged again.",
    ]
    if report.erased:
        lines.append(
            f"Of {count(report.erased, 'case')} the facts were erased: only the hashes could be checked."
        )
    lines += [_erasure(item) for item in report.erasures]
    for origin, size in report.generations.items():
        lines.append(
            f"It was restored from a backup: {origin} ended after {count(size, 'entry', 'entries')}. Whatever was"
            " recorded there afterwards is not here."
        )
    for item in report.lost:
        lines.append(
            f"Lost: a checkpoint from elsewhere vouches for {item.vouched - item.kept} later"
            f" {'entry' if item.vouched - item.kept == 1 else 'entries'} of {item.origin}."
        )
    if report.self_attested:
        lines.append(
            "This was checked with the key in the database itself. To be sure that the whole was not replaced, give"
            " the key and a checkpoint that were kept elsewhere: --key, --witness."
        )
    elif len(report.unwitnessed) == len(report.keys):
        lines.append(
            "No checkpoint from elsewhere was given, so that going back to an earlier state would not be noticed:"
            " --witness."
        )
    return "\n".join(paragraph(line) for line in lines)


def _erasure(item: ToldErasure) -> str:
    what = "the words" if item.what == "words" else "words and facts"
    rules = f" under {', '.join(item.rules)}" if item.rules else ""
    return (
        f"Erased on {local_time(item.recorded)}{rules}: {what} of {count(item.events, 'entry', 'entries')}"
        f" (entry {item.pos} says so)."
    )


def _finding(item: AuditFinding) -> str:
    place = [
        f"entry {item.pos}" if item.pos is not None else "",
        f"event {item.n}" if item.n is not None else "",
    ]
    where = ", ".join(part for part in (f"{item.log} log", *place, item.reference) if part)
    return f"{item.kind.replace('_', ' ')} ({where}): {item.says}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{path} cannot be read.", remedy="Check the path.") from None


def _key(path: Path) -> tuple[str, str]:
    text = _read(path).strip()
    return text.partition("+")[0], text
