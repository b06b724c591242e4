"""`casework case timeline` and `export`: what happened in a case, to be read or taken away."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.base.errors import BadInput
from casework.cli.asking import ask, said
from casework.cli.options import as_json, example, pass_session, reference, references, workers
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import width
from casework.cli.values import WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.records.bundle import Variant
    from casework.services.loading import LoadedCase


@click.command(
    short_help="Show what happened, in order.",
    epilog=example("casework case timeline ASH-26-7KQ4", "casework case timeline ASH-26-7KQ4 --json"),
)
@reference
@as_json
@pass_session
def timeline(session: Session, reference: str, as_json: bool) -> None:
    """Show what happened in a case, in order: who decided, who entered it, what was waived, breached or corrected.

    Nothing is left out: what was annulled or corrected stands beside what took its place. An auditor sees numbers for
    names, and no words. That you read it is put on the access log.
    """
    from casework.records.json import to_json
    from casework.records.text import timeline_text
    from casework.services.history import read_history

    loaded = session.case(reference)
    history = read_history(session.workspace, session.school, loaded)
    data = {"reference": loaded.case.reference}
    if as_json:
        data["entries"] = json.loads(to_json(history))["entries"]
    answer(as_json, data, timeline_text(history.entries, width()))


@click.command(
    short_help="Write the case's history to files, or the whole case to a bundle.",
    epilog=example(
        'casework case export ASH-26-7KQ4 --to "Appeal panel" --purpose "To prepare the appeal"',
        'casework case export ASH-26-7KQ4 --format xlsx --out files/ --to "Internal audit" --purpose "Audit of 2026"',
        'casework case export ASH-26-7KQ4 --format bundle --to "The union" --purpose "Tribunal" --out case.zip',
        'casework case export ASH-26-7KQ4 --format bundle --masked --to "Auditor" --purpose "Audit" --out case/',
    ),
)
@references
@click.option("--to", "recipient", type=WORDS, help="Who gets it; it stands in the log.")
@click.option(
    "--purpose", type=WORDS, help="What it is taken away for; it stands on the first page and in the log."
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["pdf", "json", "txt", "csv", "xlsx", "xes", "bundle"]),
    multiple=True,
    default=("pdf", "json"),
    show_default=True,
    help="In which form; several times. A bundle holds everything, and proves itself: casework verify.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder, named REF if not given; for several cases, where each gets one. For a bundle the folder or .zip"
    " file, REF.zip if not given.",
)
@click.option(
    "--masked", is_flag=True, help="Bundle: withhold every name, word, letter and piece of evidence."
)
@click.option(
    "--pseudonymised", is_flag=True, help="Bundle: put numbers for names, and withhold letters and evidence."
)
@click.option(
    "--since",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Bundle: a checkpoint that the recipient has kept, so that the two can be compared.",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@workers
@as_json
@pass_session
def export(
    session: Session,
    references: tuple[str, ...],
    recipient: str | None,
    purpose: str | None,
    formats: tuple[str, ...],
    out: Path | None,
    masked: bool,
    pseudonymised: bool,
    since: Path | None,
    force: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write the history of a case to files, with everything that an auditor needs to judge it.

    The export is put on the access log first, with its recipient and its purpose. Of several cases, one whose history
    cannot be written is told, and holds up no other (exit code 1); Ctrl-C lets those that were begun end.
    """
    from casework.services import history

    bundled = "bundle" in formats
    if bundled and len(set(formats)) > 1:
        raise BadInput(
            "A bundle holds the history in each form already.", remedy="Leave the other formats out."
        )
    if not bundled and (masked or pseudonymised or since):
        raise BadInput("Only a bundle can be masked or compared.", remedy="Add --format bundle.")
    if masked and pseudonymised:
        raise BadInput(
            "A masked bundle has no words whose names could be replaced.", remedy="Choose one of the two."
        )
    several = len(set(references)) > 1
    if several and bundled:
        raise BadInput("A bundle is made of one case at a time.", remedy="Name one case.")
    loaded = session.case(references[0])
    to = ask(session, recipient, "Who gets it", "--to", type=WORDS, check=said)
    why = ask(session, purpose, "What is it taken away for", "--purpose", type=WORDS, check=said)
    if bundled:
        variant: Variant = "masked" if masked else "pseudonymised" if pseudonymised else "full"
        _bundle(session, loaded, out, since, force, as_json, purpose=why, recipient=to, variant=variant)
        return
    if several:
        from casework.cli.export_several import export_several

        words = {"purpose": why, "recipient": to}
        export_several(session, references, words, formats, out or Path(), force, workers, as_json)
        return
    folder = out or Path(loaded.case.reference)
    refuse_taken(folder, formats, force)
    files = history.export(
        session.workspace, session.school, loaded, purpose=why, recipient=to, formats=formats
    )
    written = [write_file(folder / name, data, force=force) for name, data in files.items()]
    shown = [str(path) for path in written]
    answer(as_json, {"reference": loaded.case.reference, "files": shown}, "\n".join(shown))


def refuse_taken(folder: Path, formats: Sequence[str], force: bool) -> None:
    """See that an export to a folder replaces nothing, unless it may.

    Raises:
        BadInput: it would.
    """
    taken = [folder / f"case-history.{form}" for form in formats]
    there = [path for path in taken if os.path.lexists(path)]
    if there and not force:
        raise BadInput(
            f"{there[0]} is there already.", remedy="Choose another folder with --out, or use --force."
        )


def _bundle(
    session: Session,
    loaded: LoadedCase,
    out: Path | None,
    since: Path | None,
    force: bool,
    as_json: bool,
    *,
    purpose: str,
    recipient: str,
    variant: Variant,
) -> None:
    from casework.cli.bags import writing_bag
    from casework.services.bundle import export_bundle, key_fingerprint

    path = out or Path(f"{loaded.case.reference}.zip")
    kept = since.read_text(encoding="utf-8", errors="replace") if since else ""
    with writing_bag(path, loaded.case.reference, force=force) as sink:
        export_bundle(
            session.workspace,
            session.school,
            loaded,
            sink,
            purpose=purpose,
            recipient=recipient,
            variant=variant,
            since=kept,
        )
    fingerprint = key_fingerprint(loaded)
    data = {"reference": loaded.case.reference, "files": [str(path)], "key_fingerprint": fingerprint}
    lines = [
        str(path),
        f"Key fingerprint: {fingerprint}",
        "Tell it to the recipient by another way than the bundle.",
        f"They verify with: casework verify {path.name}; or, without casework, with verify.py in the bundle.",
    ]
    if variant == "pseudonymised":
        lines.append(
            "Only names of people with a part in the case are replaced. Read data/history before you hand it over."
        )
    answer(as_json, data, "\n".join(lines))
