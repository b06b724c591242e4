"""`casework letter copy`, `approve-words` and `adopt`: a school's own letters, begun, approved and adopted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.cli.asking import ask, said
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, pairs, paragraph
from casework.cli.values import DAY, WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.correspondence.approvals import Approval


@click.command(
    short_help="Copy files of our letters into a folder of your own, to change them.",
    epilog=example(
        "casework letter copy shared/support.html.j2 our-letters/",
        "casework letter copy hearing-invitation our-letters/",
    ),
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
def copy(names: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Copy files of our letters into FOLDER, where a file stands in for ours of the same name.

    NAME is a file such as shared/support.html.j2, or a letter, of which both files are copied. A file that is there
    already is not replaced.
    """
    from casework.correspondence.library import shipped

    library = shipped()
    files: dict[str, str] = {}
    for name in names:
        wanted = [name] if "/" in name else [library.letter(name).file, library.letter(name).template]
        for file in wanted:
            text = library.text(file)
            if text is None or not file.endswith((".j2", ".yaml")):
                raise BadInput(
                    f"Our letters have no file {file!a}.", remedy="`casework letter explain` names them."
                )
            files[file] = text
    for file in files:
        if (folder / file).exists():
            raise BadInput(f"{folder / file} is there already.", remedy="Nothing was copied.")
    written = [os.fspath(write_file(folder / file, text.encode("utf-8"))) for file, text in files.items()]
    answer(as_json, {"files": written}, "\n".join(written))


@click.command(
    short_help="Make a folder of letters the school's own.",
    epilog=example(
        'casework letter adopt our-letters/ --minute "Governors, 12 November 2026, item 7"',
        "casework letter adopt --none",
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--none", "back", is_flag=True, help="Go back to the letters that come with casework.")
@click.option("--minute", type=WORDS, default="", help="Who decided it, and what shows that.")
@writes
def adopt(
    session: Session, folder: Path | None, back: bool, minute: str, command: str, as_json: bool
) -> None:
    """Adopt the letters in FOLDER for the school, if they pass the check: they go before ours, file by file.

    They are kept sealed with the record, with the approvals in `approvals.yaml`, and every letter is written by them
    from now on. What has been issued stays as it is. Change the folder and adopt it again; nothing changes until you
    do.
    """
    from casework.services import own_letters

    if (folder is None) != back:
        raise click.UsageError("Name the folder with the school's own letters, or say --none.")
    files = own_letters.sound_letters(folder) if folder is not None else {}
    done = own_letters.adopt(session.workspace, session.school, files, minute=minute, command=command)
    data = {
        "dry_run": session.rehearsal,
        "repeated": done.receipt.repeated,
        "command": done.receipt.command,
        "events": list(done.receipt.events),
        "files": done.files,
        "digest": done.digest,
        "approvals": [approval.model_dump(mode="json") for approval in done.approvals],
    }
    if session.rehearsal:
        say("Nothing was recorded: these letters can be adopted.")
        data.pop("command")
    what = (
        f"{count(done.files, 'file')} adopted" if done.files else "The school's letters are ours alone again"
    )
    rows = [("Digest", done.digest), ("Approvals", "\n".join(_said(one) for one in done.approvals))]
    answer(as_json, data, "\n".join(filter(None, (f"{what}.", pairs([row for row in rows if row[1]])))))


def _said(approval: Approval) -> str:
    """An approval on one line."""
    return f"{approval.passage} ({approval.wording}): {approval.by}, {approval.on.isoformat()}"


@click.command(
    "approve-words",
    short_help="Approve a required passage in the school's own words.",
    epilog=example(
        'casework letter approve-words our-letters/ acas:25 --by "Dana Whitfield, chair of governors" \\',
        '    --because "Agreed with the unions on 3 November"',
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("passage", required=False)
@click.option("--all", "whole", is_flag=True, help="Every passage that waits for an approval.")
@click.option("--by", type=WORDS, help="Who approves it, with name and post.")
@click.option("--because", type=WORDS, help="Why the school says it in other words.")
@click.option("--on", "day", type=DAY, help="When it was approved; today if not given.")
@as_json
@pass_session
def approve_words(
    session: Session,
    folder: Path,
    passage: str | None,
    whole: bool,
    by: str | None,
    because: str | None,
    day: str | None,
    as_json: bool,
) -> None:
    """Show how FOLDER words the required passage PASSAGE and how we do, and write down who approves it.

    A passage that the law requires may be in other words only if a person who answers for it has approved those words.
    The approval is written into `approvals.yaml` in the folder, and holds for these words alone.
    """
    from datetime import date

    from casework.base.time import SystemClock
    from casework.correspondence.library import shipped
    from casework.correspondence.wording import labels
    from casework.services import own_letters

    if (passage is None) != whole:
        raise click.UsageError("Name the passage, or say --all.")
    found = [
        one for one in own_letters.rewordings(folder) if passage in (None, one.passage) and not one.approved
    ]
    for one in found if not as_json else ():
        names = labels(shipped(), one.letters[0])
        say(f"{strong(one.passage)}, in {count(len(one.letters), 'letter')}")
        say(f"Ours:\n{paragraph(one.ours.text(names), indent=2, first='  ')}")
        say(f"In {folder}:\n{paragraph(one.theirs.text(names), indent=2, first='  ')}\n")
    who = (
        ask(session, by, "Who approves these words (name and post)", "--by", type=WORDS, check=said)
        if found
        else ""
    )
    why = ask(session, because, "Why in other words", "--because", type=WORDS, check=said) if found else ""
    on = date.fromisoformat(day) if day else local_date((session.clock or SystemClock()).now())
    done = own_letters.approve_words(folder, passage, by=who, because=why, on=on)
    data = [
        {"approval": approval.model_dump(mode="json"), "letters": list(one.letters)} for approval, one in done
    ]
    answer(as_json, {"approved": data}, "\n".join(f"Approved: {_said(approval)}." for approval, _ in done))
