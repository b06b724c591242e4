"""`casework verify`: a bundle, by itself; or without one, the whole record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.base.errors import BadInput
from casework.cli.options import as_json, checkpoints, example, kept_file, pass_session
from casework.cli.output import answer
from casework.cli.reading import read_text
from casework.cli.session import Session
from casework.cli.tables import count, paragraph

if TYPE_CHECKING:
    from casework.records.bundle_check import Checked


@click.command(
    short_help="Verify a bundle; alone, the whole record, as `audit verify` does.",
    epilog=example(
        "casework verify ASH-26-7KQ4.zip --key-fingerprint 4f2c...",
        "casework verify ASH-26-7KQ4.zip --key-fingerprint key.txt --against checkpoint.txt",
        "casework verify",
    ),
)
@click.argument("bundle", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--key-fingerprint",
    metavar="HEX|FILE",
    default="",
    help="The fingerprint of the school's key, or a file with it or with the key, from elsewhere than the bundle.",
)
@checkpoints
@kept_file(
    "--key",
    "keys",
    multiple=True,
    says="For the whole record: a file with a public key that was kept elsewhere; several times.",
)
@as_json
@pass_session
@click.pass_context
def verify(
    context: click.Context,
    session: Session,
    bundle: Path | None,
    key_fingerprint: str,
    against: tuple[Path, ...],
    keys: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Verify a bundle that somebody exported: is it whole, unaltered and lawful? No database or account is needed.

    The verdict is one of: whole and lawful; unlawful; altered; cut short; only self-attested, where no key came from
    elsewhere. Exit code 1 on findings. Without a bundle the whole record of the data folder is verified.
    """
    if bundle is None:
        from casework.cli.audit import verify as whole

        if key_fingerprint:
            raise BadInput(
                "--key-fingerprint is for a bundle.", remedy="For the whole record take --key FILE."
            )
        context.invoke(whole, against=against, keys=keys, as_json=as_json)
        return
    if keys:
        raise BadInput("--key is for the whole record.", remedy="For a bundle take --key-fingerprint.")
    from casework.records.bundle_check import check_bundle

    # Unlike a path of its own, this takes whatever somebody types for a name: too long, or none.
    known = read_text(Path(key_fingerprint)) if os.path.isfile(key_fingerprint) else key_fingerprint
    notes = [read_text(path) for path in against]
    checked = check_bundle(bundle, key_fingerprint=known.strip(), witnesses=notes)
    report = checked.report
    data = {
        "verdict": checked.verdict,
        "judged": checked.judged,
        "steps": checked.steps,
        "events": len(report.events),
        "files": report.files,
        "key_fingerprint": report.fingerprint,
        "findings": [
            *({"kind": kind.replace(" ", "_"), "says": says} for kind, says in report.findings),
            *({"kind": "unlawful", "event": item.event, "says": item.says} for item in checked.unlawful),
        ],
        "notes": report.notes,
    }
    if checked.found:
        data |= {"ok": False, "code": "findings"}
    answer(as_json, data, _told(checked))
    if checked.found:
        raise click.exceptions.Exit(1)


def _told(checked: Checked) -> str:
    from casework.records.bundle_check import LAWFUL, MEANING, UNLAWFUL

    report = checked.report
    lawful = f"{count(checked.steps, 'step')} judged again by the policy in the bundle: "
    meanings = {
        **MEANING,
        LAWFUL: "Whole and lawful: unaltered, signed with the key whose fingerprint you gave, and each step in it was"
        " lawful or is on record as irregular.",
        UNLAWFUL: "Unlawful: the bundle is unaltered, but what it records does not follow from the policy.",
    }
    facts = sum(event.facts is not None for event in report.events)
    words = sum(event.body is not None for event in report.events)
    lines = [
        meanings[checked.verdict],
        *(f"  - {kind}: {says}" for kind, says in report.findings),
        *(f"  - event {item.event}: {item.says}" for item in checked.unlawful),
    ]
    if checked.judged and not checked.unlawful:
        lines.append(f"{lawful}each was lawful or is on record as irregular.")
    elif not checked.judged and not report.findings:
        lines.append("The steps could not be judged: facts of the case were erased or withheld.")
    lines.append(
        f"Checked: {count(report.files, 'file')}; {count(len(report.events), 'event')}, of which {facts} disclose their"
        f" facts and {words} their words."
    )
    if report.fingerprint:
        lines.append(f"Key fingerprint: {report.fingerprint}")
    return "\n".join(
        paragraph(line, indent=4 if line.startswith("  ") else 0, first="" if line.startswith("  ") else None)
        for line in [*lines, *dict.fromkeys(report.notes)]
    )
