"""`casework letter list` and `show`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, listed, local_time, pairs, table
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.letter_listing import Scan, Version
    from casework.services.letters import LetterRow

_STATUS = {"proposed": "proposed, not issued yet"}
"""What is said of a letter's status, where the word alone could mislead."""


@click.command(
    "list",
    short_help="List the letters of a case, or those that can be written.",
    epilog=example("casework letter list", "casework letter list ASH-26-7KQ4"),
)
@click.argument("reference", metavar="[REF]", required=False)
@as_json
@pass_session
def list_letters(session: Session, reference: str | None, as_json: bool) -> None:
    """List the letters of case REF, which is put on the access log; without REF, the letters that can be written."""
    from casework.cli.letter_choice import library
    from casework.services.letters import listing

    if reference is None:
        known = {letter_id: letter.title for letter_id, letter in library(session).letters.items()}
        data = [{"letter": letter_id, "title": title} for letter_id, title in known.items()]
        answer(as_json, {"letters": data}, table(["Letter", "Title"], known.items()))
        return
    loaded = session.case(reference)
    found = listing(session.workspace, session.school, loaded)
    rows = [_json(row) for row in found]
    text = table(
        ["No.", "Letter", "To", "Status", "Issued", "Counts as received"],
        [
            [
                str(row.number),
                row.template,
                row.recipient,
                _STATUS.get(row.status, row.status),
                day(row.issued_on),
                day(row.effective),
            ]
            for row in found
        ],
    )
    if not rows and not as_json:
        say("There is no letter on this case yet.")
    answer(as_json, {"reference": loaded.case.reference, "letters": rows}, text)


@click.command(
    short_help="Show a letter of a case, or write its PDF.",
    epilog=example(
        "casework letter show ASH-26-7KQ4 3 --out invitation.pdf",
        "casework letter show ASH-26-7KQ4 3 --scan 1 --out signed.pdf",
    ),
)
@reference
@click.argument("number", type=int)
@click.option("--out", type=click.Path(path_type=Path), help="Write the PDF here, as it was issued.")
@click.option("--scan", type=int, metavar="K", help="With --out, scan K of the letter instead.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def show(
    session: Session,
    reference: str,
    number: int,
    out: Path | None,
    scan: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Show letter NUMBER of a case: its versions, who approved it, when it was issued, how it was served, its scans.

    The reading is put on the access log; --out writes the letter as it was issued, or a scan of it.
    """
    from casework.services import letters

    if scan is not None and out is None:
        raise click.UsageError("--scan says which scan --out writes.")
    loaded = session.case(reference)
    letter = letters.shown(session.workspace, session.school, loaded, number)
    row = {**_json(letter), "title": letter.title}
    if letter.fingerprint:
        row["sha256"] = letter.fingerprint
    if out is not None:
        where = (session.workspace, session.school, loaded, number)
        _, data = letters.get(*where) if scan is None else letters.scan(*where, scan)
        row["file"] = os.fspath(write_file(out, data, force=force))
    text = pairs(
        [
            ("Letter", f"{number}  {letter.title} ({letter.template})"),
            ("To", row["recipient"]),
            ("Status", _STATUS.get(letter.status, letter.status)),
            ("Versions", "\n".join(_version(*item) for item in enumerate(letter.versions, 1))),
            ("Approved", letter.approved),
            ("Issued", day(row["issued_on"])),
            ("Served", "\n".join(_service(*item) for item in enumerate(row["services"], 1))),
            ("Scans", "\n".join(_scan(*item) for item in enumerate(letter.scans, 1))),
            ("Ended", letter.ended),
            ("SHA-256", row.get("sha256", "")),
            ("Written to", row.get("file", "")),
        ]
    )
    answer(as_json, {"reference": loaded.case.reference, **row}, text)


def _version(number: int, version: Version) -> str:
    changed = listed([name.replace("_", " ") for name in version.changed])
    what = f", changing {changed}" if changed else ""
    return f"{number}  {local_time(version.recorded)}, {version.by}{what}"


def _service(number: int, service: dict[str, Any]) -> str:
    failed = f"; {service['failed']}" if service["failed"] else ""
    sent = f"sent {day(service['sent'])}, counts from {day(service['effective'])}"
    return f"{number}  {service['method'].replace('_', ' ')}, {sent}{failed}"


def _scan(number: int, scan: Scan) -> str:
    of = f", of service {scan.service}" if scan.service else ""
    return f"{number}  {scan.kind.replace('_', ' ')}: {scan.name}{of}"


def _json(row: LetterRow) -> dict[str, Any]:
    """A letter and its life as plain data."""
    return {
        "number": row.number,
        "letter": row.template,
        "recipient": row.recipient,
        "status": row.status,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "effective": row.effective.isoformat() if row.effective else None,
        "services": [
            {
                "event": item.n,
                "method": item.method,
                "sent": item.sent.isoformat(),
                "effective": item.effective.isoformat(),
                "counts": item.counts,
                "failed": failed,
            }
            for item, failed in zip(row.services, row.failures, strict=True)
        ],
        "versions": [
            {"event": item.event, "recorded": item.recorded, "by": item.by, "changed": list(item.changed)}
            for item in row.versions
        ],
        "approved": row.approved,
        "scans": [
            {"event": item.event, "kind": item.kind, "name": item.name, "service": item.service}
            for item in row.scans
        ],
        "ended": row.ended,
    }
