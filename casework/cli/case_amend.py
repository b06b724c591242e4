"""`casework case correct` and `annul`: mending a mistake, with both versions on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.base.time import Occurred
from casework.cli.asking import ask, said
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.values import WHEN, WORDS, Pair

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase


@click.command(
    "correct",
    short_help="Correct an entry; old and new both stand.",
    epilog=example(
        "casework case correct ASH-26-7KQ4 14 --set venue=Library \\",
        '    --reason "The hall was double-booked; typed from the old plan"',
        'casework case correct ASH-26-7KQ4 9 --on 2026-11-19 --reason "Typed the wrong day"',
    ),
)
@reference
@click.argument("event", type=int)
@click.option(
    "--set",
    "fields",
    type=Pair("FIELD=VALUE"),
    multiple=True,
    help="What a field should have said; several times. Answers to several questions are parted by ;.",
)
@click.option("--on", "occurred", type=WHEN, help="When it really happened.")
@click.option("--reason", type=WORDS, help="How the mistake came about.")
@writes
def correct(
    session: Session,
    reference: str,
    event: int,
    fields: tuple[tuple[str, str], ...],
    occurred: Occurred | None,
    reason: str | None,
    command: str,
    as_json: bool,
) -> None:
    """Correct entry EVENT of a case: its number is the first column of `casework case timeline`.

    The step is judged again with the true values; if they show that something it needed did not hold, the correction
    says so.
    """
    from casework.cli.receipts import once, tell
    from casework.services import amending

    loaded = session.case(reference)
    if not fields and occurred is None:
        raise click.UsageError("Say what is corrected: --set FIELD=VALUE or --on WHEN.")
    why = ask(session, reason, "How did the mistake come about", "--reason", type=WORDS, check=said)
    values = _values(session, loaded, event, fields)
    receipt = once(
        session,
        loaded,
        command,
        lambda: amending.correct(
            session.workspace,
            session.school,
            loaded,
            event=event,
            values=values,
            occurred=occurred,
            reason=why,
            command=command,
        ),
    )
    breached = _breached(loaded, receipt.events)
    more = f"As corrected, this did not hold: {', '.join(breached)}." if breached else ""
    tell(session, loaded, receipt, f"Event {event} corrected", as_json=as_json, more=more, breached=breached)


@click.command(
    "annul",
    short_help="Annul an entry that should never have been made.",
    epilog=example('casework case annul ASH-26-7KQ4 12 --reason "Entered in the wrong case"'),
)
@reference
@click.argument("event", type=int)
@click.option("--reason", type=WORDS, help="Why it should never have been recorded.")
@writes
def annul(
    session: Session, reference: str, event: int, reason: str | None, command: str, as_json: bool
) -> None:
    """Annul entry EVENT of a case. It stays visible, and counts no more.

    What later steps rest on cannot be annulled: annul those first, newest first.
    """
    from casework.cli.receipts import once, tell
    from casework.services import amending

    loaded = session.case(reference)
    why = ask(session, reason, "Why should it never have been recorded", "--reason", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: amending.annul(
            session.workspace, session.school, loaded, event=event, reason=why, command=command
        ),
    )
    tell(session, loaded, receipt, f"Event {event} annulled", as_json=as_json)


def _values(
    session: Session, loaded: LoadedCase, event: int, fields: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    """Read the new values by the types of the step that event `event` recorded; people by their names."""
    from casework.cases.acts import UnknownItem
    from casework.cli.step_fields import read_value
    from casework.services.cases import party_named

    if not 1 <= event <= loaded.n:
        raise UnknownItem(
            f"There is no event {event} in this case; it has {loaded.n}.",
            remedy="`casework case timeline` lists the events with their numbers.",
        )
    facts = loaded.history[event - 1].facts
    policy = loaded.policy_then(event)
    step = policy.steps[facts["step"]][1] if "step" in facts else None
    values: dict[str, Any] = {}
    for typed_name, typed in fields:
        name = typed_name.replace("-", "_")
        field = step.fields.get(name) if step else None
        value = read_value(typed_name, field, typed, policy) if field else typed
        if field and field.type == "party":
            value = party_named(session.workspace, loaded, value)
        elif field and field.type == "parties":
            value = [party_named(session.workspace, loaded, item) for item in value]
        values[name] = value
    return values


def _breached(loaded: LoadedCase, events: tuple[int, ...]) -> list[str]:
    found = [loaded.history[n - 1].facts.get("replaces", {}).get("breached", []) for n in events]
    return [name for names in found for name in names]
