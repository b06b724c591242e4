"""`casework school delegate`, `end-delegation`, `setting` and `post`: what is true of the school from a day on."""

from __future__ import annotations

import click

from casework.base.time import describe_date, parse_date
from casework.cli.options import example, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.values import DAY, WORDS


@click.command(
    short_help="Enter a delegation of a power, with its minute and dates.",
    epilog=example(
        "casework school delegate dismiss --to headteacher --from 2025-09-01 \\",
        '    --minute "Full governing body, minute 12/25"',
    ),
)
@click.argument("power")
@click.option(
    "--to", "role", required=True, help="The role that has the power, such as headteacher or hearing_chair."
)
@click.option("--from", "since", type=DAY, required=True, help="The first day on which it is valid.")
@click.option("--until", type=DAY, help="The last day on which it is valid; until it is ended, if not given.")
@click.option(
    "--minute", type=WORDS, required=True, help="The minute, or the part of the scheme, that gives it."
)
@writes
def delegate(
    session: Session,
    power: str,
    role: str,
    since: str,
    until: str | None,
    minute: str,
    command: str,
    as_json: bool,
) -> None:
    """Enter that POWER is delegated to whoever holds a role, with the minute that says so and its dates.

    A step that needs the power looks at what was valid on its day. `casework policy show` lists the powers of the
    procedure and the roles. Nothing is overwritten: a delegation that ends stays on record.
    """
    from casework.services.dated import NewDelegation, enter_delegations

    policy = session.workspace.policy(session.school.policy)
    item = NewDelegation(
        power.replace("-", "_"),
        role.replace("-", "_"),
        parse_date(since),
        minute,
        None if until is None else parse_date(until),
    )
    receipt = enter_delegations(session.workspace, session.school, [item], command=command)
    until_then = "" if item.until is None else f" until {describe_date(item.until)}"
    text = (
        f"On record from {describe_date(item.since)}{until_then}: {policy.powers[item.power].title}, delegated to the"
        f" {policy.roles[item.role].title.lower()}."
    )
    _tell(session, text, receipt.repeated, receipt.size, as_json)


@click.command(
    "end-delegation",
    short_help="Say on which day a delegation ends.",
    epilog=example(
        'casework school end-delegation 1 --until 2026-08-31 --minute "Full governing body, minute 4/26"'
    ),
)
@click.argument("number", type=click.IntRange(min=1))
@click.option("--until", type=DAY, required=True, help="The last day on which it is valid.")
@click.option("--minute", type=WORDS, required=True, help="The minute that ends it.")
@writes
def end_delegation(
    session: Session, number: int, until: str, minute: str, command: str, as_json: bool
) -> None:
    """Say on which day delegation NUMBER of `casework school show` ends; steps before that day keep it."""
    from casework.services import dated

    last = parse_date(until)
    receipt = dated.end_delegation(
        session.workspace, session.school, number, until=last, minute=minute, command=command
    )
    text = f"Delegation {number} ends with {describe_date(last)}."
    _tell(session, text, receipt.repeated, receipt.size, as_json)


@click.command(
    short_help="Say what a setting is from a day on, such as who employs the staff.",
    epilog=example(
        "casework school setting employer_type M-GB --from 2026-09-01 \\",
        '    --because "Foundation school by order of 3 July"',
    ),
)
@click.argument("name")
@click.argument("value")
@click.option("--from", "since", type=DAY, required=True, help="The first day on which it is true.")
@click.option(
    "--because", type=WORDS, required=True, help="What shows it: the order, the minute or the letter."
)
@writes
def setting(
    session: Session, name: str, value: str, since: str, because: str, command: str, as_json: bool
) -> None:
    """Say that the dated setting NAME of the procedure is VALUE from a day on.

    Each step of a case is judged by what was true on its day, in cases that are going on too. All other settings change
    by adopting the procedure anew.
    """
    from casework.cli.adoption import typed
    from casework.services.dated import date_setting

    policy = session.workspace.policy(session.school.policy)
    known = name.replace("-", "_")
    day = parse_date(since)
    receipt = date_setting(
        session.workspace,
        session.school,
        known,
        typed(policy, known, value),
        since=day,
        reason=because,
        command=command,
    )
    held = policy.settings[known]
    text = f"{held.title}: {held.options.get(value, value)}, from {describe_date(day)}."
    _tell(session, text, receipt.repeated, receipt.size, as_json)


@click.command(
    short_help="Say who holds a post from a day on, such as the head teacher.",
    epilog=example(
        'casework school post headteacher "Helen Marsh" --from 2025-09-01 --because "Appointed, minute 3/25"',
        'casework school post headteacher --vacant --from 2026-09-01 --because "Resigned, letter of 30 May"',
    ),
)
@click.argument("name", metavar="POST")
@click.argument("holder", metavar="[PERSON]", required=False)
@click.option("--vacant", is_flag=True, help="Nobody holds it from that day on.")
@click.option("--from", "since", type=DAY, required=True, help="The first day on which it is true.")
@click.option(
    "--because", type=WORDS, required=True, help="What shows it: the appointment, minute or letter."
)
@writes
def post(
    session: Session,
    name: str,
    holder: str | None,
    vacant: bool,
    since: str,
    because: str,
    command: str,
    as_json: bool,
) -> None:
    """Say that PERSON, who is in the directory, holds POST from a day on: headteacher or chair-of-governors.

    Whoever holds a post joins each new case in that part, and nobody else has it there. A case about the head teacher
    is run by the governing body. Nothing is overwritten: a later entry follows an earlier one.
    """
    from casework.services.posts import enter_post

    if (holder is None) != vacant:
        raise click.UsageError("Name who holds the post, or say --vacant.")
    day, known = parse_date(since), name.replace("-", "_")
    receipt = enter_post(
        session.workspace,
        session.school,
        known,
        holder=holder or "",
        since=day,
        reason=because,
        command=command,
    )
    title = session.workspace.policy(session.school.policy).roles[known].title
    _tell(
        session,
        f"{title}: {holder or 'vacant'}, from {describe_date(day)}.",
        receipt.repeated,
        receipt.size,
        as_json,
    )


def _tell(session: Session, text: str, repeated: bool, size: int, as_json: bool) -> None:
    if session.rehearsal:
        say("Nothing was recorded: it can be entered like this.")
    said = "This command had been recorded before; nothing was added." if repeated else text
    answer(as_json, {"dry_run": session.rehearsal, "repeated": repeated, "says": text, "size": size}, said)
