"""`casework case`: the commands of a case by name, and opening one."""

from __future__ import annotations

import click

from casework.base.time import Occurred
from casework.cli.lazy import LazyGroup
from casework.cli.options import example, writes
from casework.cli.session import Session
from casework.cli.values import WHEN, WORDS, Pair

COMMANDS = {
    "open": ("case:open_case", "Open a case for something that was reported."),
    "list": ("case_list:list_cases", "List the cases."),
    "show": ("case_show:show", "Show everything that is on a case."),
    "brief": ("case_show:brief", "Say on half a page where a case stands."),
    "next": ("case_next:next_steps", "Say what may be done now, by whom, and what is in the way."),
    "forecast": ("case_next:forecast", "Give the earliest lawful date of each step to come."),
    "comparable": (
        "case_comparable:comparable",
        "Show earlier decisions that are like this case, without names.",
    ),
    "triage": ("case_triage:triage", "Ask what every report is asked, and say what follows."),
    "step": ("case_step:step", "Take a step."),
    "record": ("case_step:record", "Record what happened although it should not have."),
    "correct": ("case_amend:correct", "Correct an entry; old and new both stand."),
    "annul": ("case_amend:annul", "Annul an entry that should never have been made."),
    "review": (
        "case_review:review",
        "Review how fairly a case was run: what was breached, what cannot be shown.",
    ),
    "import": (
        "case_review:import_case",
        "Check and review a case that is written down in a file, and take it live.",
    ),
    "timeline": ("case_history:timeline", "Show what happened, in order."),
    "assign": ("case_people:assign", "Bring a person into a case, or change their part in it."),
    "update-person": (
        "case_people:update_person",
        "Bring a person's present name and address into a case.",
    ),
    "readers": ("case_readers:readers", "List who reads a case, and why."),
    "let-in": ("case_readers:let_in", "Let somebody with an account read a case."),
    "let-out": ("case_readers:let_out", "See that somebody reads a case no longer."),
    "link": ("case_link:link", "Let the employee or their companion see their own page."),
    "extend": ("case_deadline:extend", "Give a deadline more time."),
    "pause": ("case_deadline:pause", "Let a deadline stand still for a time."),
    "resume": ("case_deadline:resume", "Let a deadline run on that stood still."),
    "move": ("case_move:move", "Move a case to another policy that the school has adopted."),
    "allege": ("case_words:allege", "Add, amend or withdraw an allegation."),
    "note": ("case_words:note", "Add a note, HR's advice, or minutes."),
    "export": ("case_history:export", "Write the case's history to files, or the whole case to a bundle."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Open, look at and run cases.",
    epilog=example(
        "casework case list", "casework case next ASH-26-7KQ4", "casework case step ASH-26-7KQ4 triage --help"
    ),
)
def case() -> None:
    """Open, look at and run cases.

    REF is a case's reference, such as ASH-26-7KQ4. Nobody's name is shown by `list`, `next` and `forecast`; the others
    open the case with your key.
    """


@click.command(
    "open",
    short_help=COMMANDS["open"][1],
    epilog=example(
        'casework case open --reported 2026-11-20 --employee "Jordan Blake" \\',
        '    --role headteacher="Helen Marsh" --summary "Photographs of pupils put on the school\'s page"',
    ),
)
@click.option("--reported", type=WHEN, help="When the school was told, such as 2026-11-20.")
@click.option("--summary", type=WORDS, help="What was reported, in a sentence.")
@click.option("--employee", metavar="NAME", help="Whom it is about, as in `casework person list`.")
@click.option(
    "--role",
    "roles",
    type=Pair("ROLE=NAME"),
    multiple=True,
    help="Somebody else's part, such as headteacher=NAME; several times. `casework policy show` lists them.",
)
@writes
def open_case(
    session: Session,
    reported: Occurred | None,
    summary: str | None,
    employee: str | None,
    roles: tuple[tuple[str, str], ...],
    command: str,
    as_json: bool,
) -> None:
    """Open a case for something that was reported.

    The case follows the policy that the school has now, to its end, unless it is moved (`casework case move`). You
    become part of it in your own role. People are taken from the directory: add them first with `casework person add`.
    """
    from casework.cli.asking import ask, ask_person, said
    from casework.cli.output import say
    from casework.cli.receipts import tell
    from casework.services import cases
    from casework.services.directory import Person, find_person

    others: list[tuple[Person, list[str]]] = [
        (find_person(session.workspace, session.school, name), [role]) for role, name in roles
    ]
    about = ask_person(session, employee, "Whom is it about (a name in the directory)", "--employee")
    reported = ask(
        session,
        reported,
        "When was the school told (such as 2026-11-20)",
        "--reported",
        type=WHEN,
        check=lambda when: cases.reported_on(session.workspace, session.school, when),
    )
    question = "What was reported, in a sentence"
    summary = ask(session, summary, question, "--summary", type=WORDS, check=said)
    people = [(about, ["employee"]), *others]
    if not about.address:
        say(
            f"{about.name} has no address in the directory; letters will need one. Give it with "
            "`casework person edit`, then bring it into the case with `casework case update-person`."
        )
    opened = cases.open_case(
        session.workspace,
        session.school,
        reported=reported,
        summary=summary,
        people=people,
        command=command,
    )
    if session.rehearsal:
        from casework.cli.output import answer

        say("Nothing was recorded: the case can be opened like this.")
        answer(as_json, {"dry_run": True}, "")
        return
    loaded = session.workspace.cases.load(opened.stream)
    tell(session, loaded, opened.receipt, f"Case {opened.reference} opened", as_json=as_json)
