"""What is printed when something was recorded: where it stands in the ledger, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput, Conflict
from casework.base.time import local_date
from casework.cli.output import answer, say, strong
from casework.cli.standing import (
    due_json,
    due_text,
    may_be_done,
    next_json,
    states_json,
    states_text,
)
from casework.cli.tables import listed, local_time, pairs

if TYPE_CHECKING:
    from casework.cli.session import Session
    from casework.services.loading import LoadedCase
    from casework.services.recorder import Receipt


def tell(
    session: Session,
    loaded: LoadedCase,
    receipt: Receipt,
    what: str,
    *,
    as_json: bool,
    more: str = "",
    **extra: Any,
) -> None:
    """Print the receipt of an act in a case.

    Args:
        session: of the command.
        loaded: the case as it stands after the act.
        receipt: what the service answered.
        what: what was done, in a few words: `Note added`.
        as_json: as JSON instead of text.
        more: text to print after the receipt's first line.
        extra: members to add to the JSON.
    """
    from casework.cli.case_review import review_line
    from casework.cli.letters_due import letters_next
    from casework.services.steps import next_steps

    possible = next_steps(session.workspace, session.school, loaded)
    today = local_date(session.workspace.clock.now())
    letters, letters_data = letters_next(session, loaded, today)
    data = {
        "reference": loaded.case.reference,
        **receipt_json(session, receipt),
        "states": states_json(loaded),
        "due": due_json(loaded, today),
        "letters_due": letters_data,
        "next": next_json(possible),
        **extra,
    }
    if session.rehearsal:
        say("Nothing was recorded: this is what would stand.")
        data.pop("command")
    due = due_text(loaded, today)
    text = [
        strong(_first_line(loaded, receipt, what)),
        more,
        *_let_in_or_out(session, loaded, receipt),
        pairs([*states_text(loaded), ("Ledger", _ledger(session, receipt)), review_line(session, loaded)]),
        f"Due\n{due}" if due else "",
        letters,
        may_be_done(possible),
    ]
    answer(as_json, data, "\n\n".join(part for part in text if part))


def _let_in_or_out(session: Session, loaded: LoadedCase, receipt: Receipt) -> list[str]:
    """Who reads the case from now on, or no longer, because of what was recorded; one line for each."""
    from casework.cases.readers import BASES, ENDINGS
    from casework.services.loading import body_of

    lines = []
    for n in receipt.events:
        facts = loaded.history[n - 1].facts
        if facts["kind"] in ("let_in", "let_out"):
            name = body_of(session.workspace, loaded, n).get("name", "Somebody")
            into, basis = facts["kind"] == "let_in", str(facts["basis"])
            reads = (
                "reads the case now"
                if into
                else "is shut out of the case"
                if basis == "party"
                else "reads it no longer"
            )
            why = (BASES if into else ENDINGS).get(basis, basis)
            lines.append(f"{name} {reads}: {why}.")
    return ["\n".join(lines)] if lines else []


def _first_line(loaded: LoadedCase, receipt: Receipt, what: str) -> str:
    again = " This command had been recorded before; nothing was added." if receipt.repeated else ""
    return f"{what}: {_events(receipt.events)} of {loaded.case.reference}.{again}"


def _events(numbers: Sequence[int]) -> str:
    """Return `event 7`, `events 7 and 8` or `events 7 to 9`."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"events {numbers[0]} to {numbers[-1]}"
    return f"event{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in numbers])}"


def _ledger(session: Session, receipt: Receipt) -> str:
    """Where the act stands in the school's ledger, and when it was recorded by London's clocks."""
    if session.rehearsal:
        return ""
    at = f", recorded {local_time(receipt.recorded)}" if receipt.recorded else ""
    return f"{receipt.size} entries{at}"


def once(session: Session, loaded: LoadedCase, command: str, act: Callable[[], Receipt]) -> Receipt:
    """Do an act, unless its command was recorded before, or is just being recorded by a twin of this process.

    Raises:
        BadInput: the command's id was used for something else than this case.
    """
    repeated = recorded_before(session, loaded, command)
    if repeated is not None:
        return repeated
    try:
        return act()
    except Conflict:
        repeated = recorded_before(session, loaded, command)
        if repeated is None:
            raise
        return repeated


def recorded_before(session: Session, loaded: LoadedCase, command: str) -> Receipt | None:
    """Return the receipt of a command that was recorded already, the case brought up to date with it; else None.

    Raises:
        BadInput: the command's id was used for something else than this case.
    """
    from casework.services.recorder import already_recorded

    repeated = already_recorded(session.workspace, command, loaded.stream) if command else None
    if repeated is None:
        return None
    if not repeated.events:
        raise BadInput(
            "This command id was used for something else.", remedy="Leave --command out, or draw a new id."
        )
    session.workspace.cases.load(loaded.stream)
    return repeated


def receipt_json(session: Session, receipt: Receipt) -> dict[str, Any]:
    """Return what a receipt says as plain data."""
    return {
        "dry_run": session.rehearsal,
        "repeated": receipt.repeated,
        "command": receipt.command,
        "events": list(receipt.events),
        "size": receipt.size,
        "recorded": receipt.recorded,
    }
