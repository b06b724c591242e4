"""`casework case timeline` and `export`: what happened in a case, to be read or taken away."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from casework.base.errors import BadInput
from casework.cli.asking import ask, said
from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import width
from casework.cli.values import WORDS
from casework.cli.writing import write_file


@click.command(
    short_help="Show what happened, in order.",
    epilog=example("casework case timeline ASH-26-7KQ4", "casework case timeline ASH-26-7KQ4 --json"),
)
@reference
@as_json
@pass_session
def timeline(session: Session, reference: str, as_json: bool) -> None:
    """Show what happened in a case, in order: who decided, who entered it, what was waived, breached or corrected.

    Nothing is left out: what was annulled or corrected stands beside what took its place. That you read it is put on
    the access log.
    """
    from casework.records.json import to_json
    from casework.records.text import timeline_text
    from casework.services.access import note_access
    from casework.services.history import history_of

    loaded = session.case(reference)
    note_access(session.workspace, session.school, "timeline", loaded.stream)
    history = history_of(session.workspace, session.school, loaded)
    data = {"reference": loaded.case.reference}
    if as_json:
        data["entries"] = json.loads(to_json(history))["entries"]
    answer(as_json, data, timeline_text(history.entries, width()))


@click.command(
    short_help="Write the case's history to files, to take away.",
    epilog=example(
        'casework case export ASH-26-7KQ4 --purpose "For the appeal panel"',
        'casework case export ASH-26-7KQ4 --format json --out bundle/ --purpose "Subject access request"',
    ),
)
@reference
@click.option(
    "--purpose", type=WORDS, help="What it is taken away for; it stands on the first page and in the log."
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["pdf", "json", "txt"]),
    multiple=True,
    default=("pdf", "json"),
    show_default=True,
    help="In which form; several times.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="The folder; named REF if not given."
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@as_json
@pass_session
def export(
    session: Session,
    reference: str,
    purpose: str | None,
    formats: tuple[str, ...],
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the history of a case to files, with everything that an auditor needs to judge it.

    The export is put on the access log first, with its purpose.
    """
    from casework.services import history

    loaded = session.case(reference)
    why = ask(session, purpose, "What is it taken away for", "--purpose", type=WORDS, check=said)
    folder = out or Path(loaded.case.reference)
    taken = [folder / f"case-history.{form}" for form in formats]
    there = [path for path in taken if os.path.lexists(path)]
    if there and not force:
        raise BadInput(
            f"{there[0]} is there already.", remedy="Choose another folder with --out, or use --force."
        )
    files = history.export(session.workspace, session.school, loaded, purpose=why, formats=formats)
    written = [write_file(folder / name, data, force=force) for name, data in files.items()]
    shown = [str(path) for path in written]
    answer(as_json, {"reference": loaded.case.reference, "files": shown}, "\n".join(shown))
