"""`casework case review` and `case import`: fairness reviews of live cases and of cases written down from paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, listed, paragraph
from casework.cli.values import WHEN, Pair

if TYPE_CHECKING:
    from casework.cases.review import Finding
    from casework.procedure.model import Policy
    from casework.services.loading import LoadedCase
    from casework.services.taking_over import TakenOver

_HEADINGS = {
    "breached": "Breached",
    "not_shown": "Not shown: questions to answer",
    "waived": "Waived",
    "met": "Met",
    "not_reached": "Not reached",
}
_USUAL = ("breached", "not_shown", "waived")


@click.command(
    short_help="Review how fairly a case was run: what was breached, what cannot be shown.",
    epilog=example(
        "casework case review ASH-26-7KQ4",
        "casework case review --paper old-case.yaml --all",
        "casework case review ASH-26-7KQ4 --json",
    ),
)
@click.argument("reference", metavar="[REF]", required=False)
@click.option(
    "--paper",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Review a case that is written down in a file instead; no data folder is needed.",
)
@click.option("--all", "everything", is_flag=True, help="Show also what is met and what was not reached.")
@as_json
@pass_session
def review(
    session: Session, reference: str | None, paper: Path | None, everything: bool, as_json: bool
) -> None:
    """Review how fairly a case was run.

    Each rule is met, breached, waived, not shown (the record does not say, so it is a question) or not reached. Exit
    code 1 if anything is breached. The review helps to find what to mend; it is not legal advice, and does not say how
    a tribunal would decide.
    """
    if (reference is None) == (paper is None):
        raise BadInput(
            "Name a case or a file, and not both.", remedy="casework case review REF, or --paper FILE."
        )
    if paper is not None:
        _paper(paper, everything, as_json)
    from casework.services.review import review_live

    loaded = session.case(str(reference))
    _tell(loaded.case.reference, review_live(session.workspace, loaded), everything, as_json, "event")


def _paper(file: Path, everything: bool, as_json: bool) -> NoReturn:
    from casework.services.review import review_paper

    chronology, findings = review_paper(file)
    _tell(chronology.title, findings, everything, as_json, "step")


def _tell(title: str, findings: Sequence[Finding], everything: bool, as_json: bool, unit: str) -> NoReturn:
    """Print a review, and end with exit code 1 if anything is breached."""
    from casework.cases.review import counted

    counts = counted(findings)
    data: dict[str, Any] = {
        "case": title,
        "counts": counts,
        "findings": [item.as_json() for item in findings],
    }
    shown = _HEADINGS if everything else _USUAL
    parts = [strong(f"Fairness review of {title}"), _sentence(counts)]
    parts += [_section(status, findings, unit) for status in shown]
    text = "\n\n".join(part for part in parts if part)
    breached = bool(counts["breached"])
    answer(as_json, {**data, "ok": False, "code": "findings"} if breached else data, text)
    if not (everything or as_json):
        say("Show what is met and not reached as well: --all")
    raise click.exceptions.Exit(1 if breached else 0)


def _sentence(counts: dict[str, int]) -> str:
    words = {"not_shown": "not shown", "not_reached": "not reached"}
    return f"{listed([f'{number} {words.get(status, status)}' for status, number in counts.items()])}."


def _section(status: str, findings: Sequence[Finding], unit: str) -> str:
    same = [item for item in findings if item.status == status]
    if not same:
        return ""
    return "\n".join([strong(_HEADINGS[status]), *(_line(item, unit) for item in same)])


def _line(item: Finding, unit: str) -> str:
    from casework.cases.review import CODES

    room = 14
    lines = [paragraph(item.says, room, first=f"  {item.rule or '-':<{room - 2}}")]
    where = [f"“{item.step}”"] if item.step else []
    if item.events:
        numbers = listed([str(n) for n in item.events])
        where.append(f"{unit}{'s' if len(item.events) > 1 else ''} {numbers}")
    if item.code and item.status in ("breached", "not_shown"):
        where.append(f"{CODES[item.code]} ({item.code})")
    if where:
        lines.append(paragraph("; ".join(where) + ".", room))
    if item.remedy and item.status == "breached":
        lines.append(paragraph(f"To do: {item.remedy}", room))
    return "\n".join(lines)


def review_line(session: Session, loaded: LoadedCase) -> tuple[str, str]:
    """Return the short line of a receipt or case: what the review finds, if anything, and the command that shows it.

    What is overdue is left out: it stands under “Due” on the same screen.
    """
    from casework.base.time import local_date
    from casework.cases.review import counted
    from casework.services.review import review_live

    counts = counted(review_live(session.workspace, loaded, overdue=False))
    if not counts["breached"] and not counts["not_shown"]:
        return "Review", ""
    command = f"casework case review {loaded.case.reference}"
    today = local_date(session.workspace.clock.now())
    late = ", beside what is late" if any(clock.due < today for clock in loaded.case.running()) else ""
    return "Review", f"{counts['breached']} breached, {counts['not_shown']} not shown{late} - {command}"


@click.command(
    "import",
    short_help="Check and review a case that is written down in a file, and take it live.",
    epilog=example(
        "casework case import old-case.yaml",
        "casework case import old-case.yaml --continue --stands case_to_answer \\",
        '    --person teacher="Jordan Blake" --person headteacher="Helen Marsh"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--continue", "go_on", is_flag=True, help="Open a live case where the paper case stands.")
@click.option(
    "--stands",
    multiple=True,
    metavar="[STRAND=]STATE",
    help="Where it stands; several times, such as suspension=suspended. `casework policy show` lists the states.",
)
@click.option(
    "--person",
    "people",
    type=Pair("KEY=NAME"),
    multiple=True,
    help="Who somebody in the file is in the directory; several times. The employee is needed.",
)
@click.option("--reported", type=WHEN, help="When the school was told, if the file has not the day.")
@writes
def import_case(
    session: Session,
    file: Path,
    go_on: bool,
    stands: tuple[str, ...],
    people: tuple[tuple[str, str], ...],
    reported: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Read a case that is written down in FILE: who did what when, then review it.

    What the file does not say stays unknown. Dates that contradict each other are loaded, and are a finding. Exit code
    1 if anything is breached, 2 if the file cannot be read. How to write one: docs/adviser/paper-cases.md.

    With --continue a live case is opened where the paper case stands, with the people named and the file as a note.
    What happened is entered as having happened on paper, with the rules that it broke; whoever acted has acted. Nothing
    is decided on it: what needs an earlier step in order is refused until that is taken. Enter allegations and evidence
    next.
    """
    from casework.services.review import review_paper

    if not go_on and (stands or people or reported):
        raise BadInput("--stands, --person and --reported go with --continue.", remedy="Add --continue.")
    chronology, findings = review_paper(file)
    say(
        f"Read {count(len(chronology.steps), 'step')}, {count(len(chronology.people), 'person', 'people')}, "
        f"{count(len(chronology.allegations), 'allegation')} and "
        f"{count(len(chronology.evidence), 'item')} of evidence."
    )
    if not go_on:
        say("Nothing was recorded.")
        _tell(chronology.title, findings, False, as_json, "step")
    from casework.cli.receipts import tell
    from casework.services.taking_over import take_over

    main = session.workspace.policy(session.school.policy).main_strand
    standing = dict((item if "=" in item else f"{main}={item}").split("=", 1) for item in stands)
    if main not in standing:
        raise BadInput("It is not said where the case stands.", remedy="Give --stands STATE.")
    taken = take_over(
        session.workspace,
        session.school,
        chronology,
        file.read_text(encoding="utf-8"),
        people=dict(people),
        standing=standing,
        reported=reported,
        findings=findings,
        command=command,
    )
    opened, policy = taken.opened, session.workspace.policy(session.school.policy)
    told = _taken(taken, policy)
    if session.rehearsal:
        say("Nothing was recorded: the case can be taken over like this.")
        answer(as_json, {"dry_run": True}, told)
        return
    loaded = session.workspace.cases.load(opened.stream)
    said = f"Case {opened.reference} taken over"
    entered = [{"number": item.number, "step": item.step} for item in taken.entered]
    left = [{"number": item.number, "step": item.step} for item in taken.left_out]
    tell(session, loaded, opened.receipt, said, as_json=as_json, more=told, entered=entered, left_out=left)


def _taken(taken: TakenOver, policy: Policy) -> str:
    """What was entered from the file, what it broke, what can still be put right, and what could not be entered."""
    lines = []
    if taken.entered:
        titles = listed([f"“{policy.steps[item.step][1].title}”" for item in taken.entered])
        lines.append(paragraph(f"Entered as having happened on paper: {titles}."))
    breaches = [finding for item in taken.entered for finding in item.breaches]
    if breaches:
        lines.append("On record as irregular. This did not hold:")
        lines += [paragraph(f"{item.rule}: {item.says}", 4, first="  - ") for item in breaches]
    cures = list(dict.fromkeys(item.remedy for item in breaches if item.remedy))
    if cures:
        lines.append("What can still be put right:")
        lines += [paragraph(text, 4, first="  - ") for text in cures]
    for item in taken.left_out:
        who = f"name {listed(list(item.by))} with --person" if item.by else "the file does not say who did it"
        title = policy.steps[item.step][1].title
        lines.append(paragraph(f"Not entered: step {item.number}, “{title}” ({who}). It stands in the note."))
    return "\n".join(lines)
