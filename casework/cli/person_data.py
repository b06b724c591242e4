"""`casework person data`: everything about one person, to answer a request for one's own data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, paragraph
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.subject_access import Holding

_REVIEW = "review.yaml"

_HELP = """\
# What is given to the person who asks for their own data (UKGDPR-15). Look at every line.
#
# people  In place of each name stands what `shown_as` says. Take a line away if the name may be shown: of somebody who
#         agrees, or where it is reasonable to show it without (colleagues who acted for the school often are).
#         People who are not in your directory (pupils, parents) are not found: add a line for each whom a text names.
# items   give: yes, no, or look. Each `look` has to become yes or no: open the case, look at the file. Files are given
#         as they are. What is not given needs an exemption and a reason in general words:
#         exemption: third_party, reference, negotiations, privilege, crime or not_their_data
#         reason: Why, so that the person who asks may read it.
#
# Then write your name as reviewed_by at the end, and give this file back with --reviewed.
"""


@click.command(
    short_help="Gather everything about one person, for a request for their own data.",
    epilog=example(
        'casework person data "Jordan Blake" --out request',
        'casework person data "Jordan Blake" --out answer --reviewed request/review.yaml',
    ),
)
@click.argument("named", metavar="NAME")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the review or, with --reviewed, for what is given.",
)
@click.option(
    "--reviewed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The review, finished: what is given, whose names are masked, and why something is left out.",
)
@as_json
@pass_session
def data(session: Session, named: str, out: Path, reviewed: Path | None, as_json: bool) -> None:
    """Find everything that is held about NAME in every case, register and file. It is put on the access log.

    First it writes a review of what there is: other people are masked, and each file has to be looked at. With that
    review finished and signed, it writes what is given, and what is left out with the reasons.
    """
    from casework.services.subject_access import gather

    holding = gather(session.workspace, session.school, named)
    if reviewed is None:
        _propose(holding, out, session, as_json)
    else:
        _answer(session, holding, out, reviewed, as_json)


def _propose(holding: Holding, out: Path, session: Session, as_json: bool) -> None:
    import yaml

    from casework.cli.shell import one_line
    from casework.services.subject_access import propose

    proposed = propose(holding)
    text = yaml.safe_dump(proposed, allow_unicode=True, sort_keys=False, width=110)
    path = write_file(out / _REVIEW, (_HELP + text + "# reviewed_by: NAME\n").encode("utf-8"))
    look = sum(item["give"] == "look" for item in proposed["items"])
    again = session.typed("person", "data", holding.person.name, "--out", "FOLDER", "--reviewed", str(path))
    lines = [
        str(path),
        f"Found: {count(len(holding.found), 'item')} in {count(len(holding.cases), 'case')}."
        f" {look} of them have to be looked at."
        f" {count(len(proposed['people']), 'other person', 'other people')} masked.",
        f"The answer is due on {holding.due}." if holding.due else
        "No request is on record in a case. Record it, so that the month is counted: casework case step REF"
        " record-data-request",
        "Finish the review, then:",
    ]  # fmt: skip
    found = {
        "review": str(path),
        "items": len(holding.found),
        "cases": list(holding.cases),
        "to_look_at": look,
        "due": holding.due,
    }
    answer(as_json, found, "\n".join([*(paragraph(line) for line in lines), f"  {one_line(again)}"]))


def _answer(session: Session, holding: Holding, out: Path, reviewed: Path, as_json: bool) -> None:
    from casework.services import subject_access

    decided = subject_access.read_review(_read(reviewed))
    files = subject_access.answer(session.workspace, session.school, holding, decided)
    written = [str(write_file(out / name, content)) for name, content in files.items()]
    left = [item for item, given in decided.give.items() if not given]
    found = {"files": written, "given": len(decided.give) - len(left), "left_out": left}
    answer(as_json, found, "\n".join(written))
    say(
        f"\n{count(found['given'] if isinstance(found['given'], int) else 0, 'item')} given, {len(left)} left out."
        " Read your-data.txt once more before it goes out. The letter to go with it is data-request-reply:"
        " casework letter propose REF data-request-reply"
    )


def _read(path: Path) -> Any:
    from casework.base.errors import BadInput
    from casework.procedure.source import Source, read_text

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{path} cannot be read.", remedy="Check the path.") from None
    source = Source(path.name)
    read_text(text, source)
    if source.errors:
        raise BadInput(f"{source.errors[0]}", remedy="Mend the file, then try again.")
    return source.value
