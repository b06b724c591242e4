"""`casework letter list` and `show`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, pairs, table
from casework.cli.writing import write_file

if TYPE_CHECKING:
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
    from casework.services.letters import listing, templates

    if reference is None:
        known = templates()
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
    epilog=example("casework letter show ASH-26-7KQ4 3 --out invitation.pdf"),
)
@reference
@click.argument("number", type=int)
@click.option("--out", type=click.Path(path_type=Path), help="Write the PDF here, as it was issued.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def show(session: Session, reference: str, number: int, out: Path | None, force: bool, as_json: bool) -> None:
    """Show letter NUMBER of a case: to whom, when issued and how served; --out writes it as it was issued.

    That you read it is put on the access log.
    """
    from casework.services import letters

    loaded = session.case(reference)
    letter = letters.shown(session.workspace, session.school, loaded, number)
    row = {**_json(letter), "title": letter.title}
    if letter.fingerprint:
        row["sha256"] = letter.fingerprint
    if out is not None:
        _, pdf = letters.get(session.workspace, session.school, loaded, number)
        row["file"] = os.fspath(write_file(out, pdf, force=force))
    services = [
        f"{service['method'].replace('_', ' ')}, sent {day(service['sent'])}, counts from {day(service['effective'])}"
        for service in row["services"]
    ]
    text = pairs(
        [
            ("Letter", f"{number}  {letter.title} ({letter.template})"),
            ("To", row["recipient"]),
            ("Status", _STATUS.get(letter.status, letter.status)),
            ("Issued", day(row["issued_on"])),
            ("Served", "\n".join(services)),
            ("SHA-256", row.get("sha256", "")),
            ("Written to", row.get("file", "")),
        ]
    )
    answer(as_json, {"reference": loaded.case.reference, **row}, text)


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
            }
            for item in row.services
        ],
    }
