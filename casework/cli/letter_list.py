"""`casework letter list` and `show`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, pairs, table
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.cases.model import Letter
    from casework.services.loading import LoadedCase


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
    from casework.services.letters import templates

    if reference is None:
        known = templates()
        data = [{"letter": letter_id, "title": title} for letter_id, title in known.items()]
        answer(as_json, {"letters": data}, table(["Letter", "Title"], known.items()))
        return
    from casework.services.access import note_access
    from casework.services.loading import people_of

    loaded = session.case(reference)
    note_access(session.workspace, session.school, "letter", loaded.stream)
    people = people_of(session.workspace, loaded)
    rows = [_json(loaded, letter, people) for letter in loaded.case.letters.values()]
    text = table(
        ["No.", "Letter", "To", "Status", "Issued", "Counts as received"],
        [
            [
                str(row["number"]),
                row["letter"],
                row["recipient"],
                row["status"],
                day(row["issued_on"]),
                day(row["effective"]),
            ]
            for row in rows
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
    from casework.services.access import note_access
    from casework.services.loading import body_of, people_of

    loaded = session.case(reference)
    letter = letters.letter_number(loaded, number)
    row = _json(loaded, letter, people_of(session.workspace, loaded))
    row["title"] = str(body_of(session.workspace, loaded, letter.proposed).get("title", letter.template))
    if letter.issued is not None:
        row["sha256"] = body_of(session.workspace, loaded, letter.issued).get("file_sha256")
    if out is None:
        note_access(session.workspace, session.school, "letter", loaded.stream)
    else:
        _, pdf = letters.get(session.workspace, session.school, loaded, number)
        row["file"] = os.fspath(write_file(out, pdf, force=force))
    services = [
        f"{service['method'].replace('_', ' ')}, sent {day(service['sent'])}, counts from {day(service['effective'])}"
        for service in row["services"]
    ]
    text = pairs(
        [
            ("Letter", f"{number}  {row['title']} ({row['letter']})"),
            ("To", row["recipient"]),
            ("Status", row["status"]),
            ("Issued", day(row["issued_on"])),
            ("Served", "\n".join(services)),
            ("SHA-256", row.get("sha256", "")),
            ("Written to", row.get("file", "")),
        ]
    )
    answer(as_json, {"reference": loaded.case.reference, **row}, text)


def _json(loaded: LoadedCase, letter: Letter, people: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A letter and its life as plain data."""
    service = letter.earliest_service
    return {
        "number": list(loaded.case.letters).index(letter.id) + 1,
        "letter": letter.template,
        "recipient": str(people.get(letter.recipient, {}).get("name", "")),
        "status": _status(letter),
        "issued_on": letter.issued_on.isoformat() if letter.issued_on else None,
        "effective": service.effective.isoformat() if service else None,
        "services": [
            {
                "event": item.n,
                "method": item.method,
                "sent": item.sent.isoformat(),
                "effective": item.effective.isoformat(),
            }
            for item in letter.services
        ],
    }


def _status(letter: Letter) -> str:
    if letter.withdrawn is not None:
        return "withdrawn"
    if letter.superseded is not None:
        return "superseded"
    if letter.issued is None:
        return "proposed"
    return "served" if letter.services else "issued"
