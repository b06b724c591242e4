"""`casework case move`: moving a case to another policy that the school has adopted, rehearsed first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from casework.cli.asking import ask
from casework.cli.options import example, reference, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import day, listed, paragraph
from casework.cli.values import WORDS

if TYPE_CHECKING:
    from casework.cases.rehearsal import Rehearsal, RunningClock
    from casework.procedure.compare import Change
    from casework.services.loading import LoadedCase
    from casework.services.moving import Target


@click.command(
    short_help="Move a case to another policy that the school has adopted.",
    epilog=example(
        "casework case move ASH-26-7KQ4 --to adopted --dry-run",
        'casework case move ASH-26-7KQ4 --to adopted --approved-by "Helen Marsh" \\',
        '    --because "The governors adopted a longer notice for every case that is open"',
    ),
)
@reference
@click.option(
    "--to",
    "named",
    metavar="POLICY",
    help="`adopted` for the policy that the school has now; or the label or digest of one that it has adopted.",
)
@click.option(
    "--approved-by", metavar="NAME", help="Who approved it: somebody who decides what becomes of a report."
)
@click.option("--because", type=WORDS, help="Why; it stands on the record for ever.")
@writes
def move(
    session: Session,
    reference: str,
    named: str | None,
    approved_by: str | None,
    because: str | None,
    command: str,
    as_json: bool,
) -> None:
    """Move a case to another policy that the school has adopted.

    Rehearse it first, with --dry-run: it says what stands in the way, what could no longer be done, and what would be
    asked for in addition. Steps that were taken are not judged again. Deadlines that run keep their dates.
    """
    from casework.cli.receipts import once, recorded_before, tell
    from casework.services import moving
    from casework.services.moving import Target

    loaded = session.case(reference)
    chosen = ask(session, named, "Which policy (`adopted` for the one that the school has now)", "--to")
    target = moving.find_adopted(session.workspace, session.school, chosen)
    if recorded_before(session, loaded, command) is None:
        _can_move(session, loaded, target)
    rehearsed = moving.rehearse_move(session.workspace, session.school, loaded, target)
    old = Target(loaded.case.policy, loaded.policy)
    data = {
        "from": {"label": old.policy.label, "digest": old.digest},
        "to": {"label": target.policy.label, "digest": target.digest},
        **asdict(rehearsed),
    }
    text = _text(old, target, rehearsed)
    if session.rehearsal and not (approved_by and because):
        say("Nothing was recorded: this is what the move would change.")
        answer(as_json, {"reference": loaded.case.reference, "dry_run": True, **data}, text)
        if rehearsed.hindrances:
            click.get_current_context().exit(1)
        return
    if session.interactive and not (approved_by and because):
        say(f"{text}\n")
    approved = ask(session, approved_by, "Who approved it", "--approved-by")
    why = ask(session, because, "Why", "--because", type=WORDS)
    receipt = once(
        session,
        loaded,
        command,
        lambda: moving.move(
            session.workspace,
            session.school,
            loaded,
            target,
            approved_by=approved,
            reason=why,
            command=command,
        ),
    )
    tell(
        session,
        loaded,
        receipt,
        f"Moved to {_named(target)}",
        as_json=as_json,
        more=_at_once(rehearsed),
        moved=data,
    )


def _can_move(session: Session, loaded: LoadedCase, target: Target) -> None:
    """See that the case can move, unless that is what is rehearsed."""
    from casework.cases.moving import fits

    if not session.rehearsal or target.digest == loaded.case.policy:
        fits(loaded.case, loaded.policy, target.policy, target.digest)


def _text(old: Target, new: Target, found: Rehearsal) -> str:
    titles = [old.policy.roles[role].title for role in found.approvers]
    parts = [
        _part("This stands in the way: the case cannot move", found.hindrances),
        _at_once(found),
        _part(
            "The record does not show this, which the policy asks for. What was done is not judged again",
            (f"{item.title} (event {item.event}): {item.says}" for item in found.not_met),
        ),
        *(
            _part(heading, (_changed(item) for item in items))
            for heading, items in groupby(found.changes, key=_heading)
        ),
    ]
    told = [strong(f"From {_named(old)} to {_named(new)}"), *(part for part in parts if part)]
    if len(told) == 1:
        told.append("Nothing would be different for this case.")
    if not found.hindrances:
        told.append(paragraph(f"To be approved by one of these: {listed(titles, 'or')}."))
    return "\n\n".join(told)


def _named(target: Target) -> str:
    return f"{target.policy.label} ({target.digest:.12})"


def _at_once(found: Rehearsal) -> str:
    """What changes with the move itself."""
    parts = [
        _part("These begin beside the procedure", found.begins),
        _part("Could be done before, and cannot be done after the move", _lost(found)),
        _part("Deadlines that run", (_clock(item) for item in found.clocks)),
    ]
    return "\n\n".join(part for part in parts if part)


def _lost(found: Rehearsal) -> Iterator[str]:
    for item in found.lost:
        yield f"{item.title}: {' '.join(item.why)}"


def _clock(item: RunningClock) -> str:
    if item.ends:
        return f"{item.title}, due {day(item.due)}: it ends, as the policy does not have it."
    return (
        f"{item.title}: it stays due on {day(item.due)}. Counted by the policy it would be {day(item.new)}."
    )


def _part(heading: str, lines: Iterable[str]) -> str:
    told = [paragraph(line, indent=4, first="  - ") for line in lines]
    return "\n".join([paragraph(heading), *told]) if told else ""


def _heading(item: Change) -> str:
    return "Steps to come" if item.section.startswith("Steps of ") else f"{item.section}, from then on"


def _changed(item: Change) -> str:
    """One change in words: `Hold the hearing (stricter): ... Until now: ...`."""
    title = item.title or item.entry
    if item.part and item.part != "value" and not item.part.startswith(("requires.", "fields.")):
        title = f"{title}, {item.part.replace('_', ' ')}"
    head = f"{title}{f' ({item.effect})' if item.effect else ''}"
    if not item.part:
        return f"{head}: {'this is new' if item.after else 'there is none any more'}."
    if not item.after:
        return f"{head}: no longer: {item.before}"
    return f"{head}: {item.after}. {f'Until now: {item.before}' if item.before else 'This is new'}.".replace(
        "..", "."
    )
