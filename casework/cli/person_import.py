"""`casework person import`: the school's own list of staff into the directory, shown before it is entered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import example, rehearses
from casework.cli.output import answer, say, show
from casework.cli.session import Session
from casework.cli.tables import changed, count, listed, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.services.people_file import BadRow
    from casework.services.people_import import Plan

_SHOWN = 20
"""How many people of a kind are listed on the screen; `--json` has them all."""


@click.command(
    "import",
    short_help="Take over the list of staff from the school's own system.",
    epilog=example(
        "casework person import staff.csv --dry-run",
        'casework person import staff.csv --column job-title=Post --column address="Addr 1" --column address=Town',
        'casework person import staff.csv --call "1042=Sarah Anne Jones"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="PART=HEADING",
    help="Which column holds what, where its heading does not tell; several times. It is remembered.",
)
@click.option(
    "--call",
    "called",
    multiple=True,
    metavar="NUMBER=NAME",
    help="For two people of one name: how one of them, by staff number, is called here. It is remembered.",
)
@rehearses
def import_(
    session: Session, file: Path, columns: tuple[str, ...], called: tuple[str, ...], as_json: bool
) -> None:
    """Take the people of FILE, a CSV export of the school's own system, into the directory.

    Somebody is known again by staff number, else by the whole name, so that the next import brings what changed. What
    it will do is shown first; if a row cannot be taken, nothing is entered. Nobody is ever taken out.
    """
    from casework.services.people_file import read_people_file
    from casework.services.people_import import import_people, plan_import

    plan = plan_import(
        session.workspace, session.school, read_people_file(file), columns=columns, called=_called(called)
    )
    shown = session.interactive and not as_json and not session.rehearsal
    if plan.bad or session.rehearsal or shown:
        _tell(plan, as_json=as_json, dry_run=session.rehearsal)
    if plan.bad:
        click.get_current_context().exit(1 if session.rehearsal else 2)
    if session.rehearsal:
        return
    done = "The directory has all this already: there was nothing to enter."
    if plan.people:
        if shown:
            click.confirm("\nEnter this", default=True, abort=True, err=True)
        import_people(session.workspace, session.school, plan)
        done = f"Entered: {count(len(plan.added), 'new person', 'new people')}, {len(plan.changed)} changed."
    if shown:
        say(done)
    else:
        answer(as_json, _data(plan, dry_run=False), f"{_summary(plan)}\n\n{done}")


def _called(typed: Sequence[str]) -> dict[str, str]:
    found = {}
    for item in typed:
        number, sign, name = item.partition("=")
        if not sign or not number.strip() or not name.strip():
            raise click.UsageError(f"--call: write NUMBER=NAME, not {item!r}.")
        found[number.strip()] = name
    return found


def _tell(plan: Plan, *, as_json: bool, dry_run: bool) -> None:
    """Show what an import would do, and why it cannot be done."""
    if as_json:
        answer(True, {**_data(plan, dry_run=dry_run), **({"ok": False} if plan.bad else {})}, "")
    else:
        show(_summary(plan))
    if plan.bad:
        say(f"\n{_lines('Rows that cannot be taken', plan.bad)}")
        say("\nNothing was entered. Mend these rows, or the columns, and import the file again.")
    elif dry_run and not as_json:
        say("\nNothing was entered: without --dry-run it is.")


def _summary(plan: Plan) -> str:
    from casework.services.people_columns import PARTS

    columns = pairs(
        ((PARTS[part].label, " + ".join(headings)) for part, headings in plan.columns.items()), indent=2
    )
    parts = [f"Columns of {plan.file}:\n{columns}"]
    if plan.unused:
        parts.append(f"Not taken, because no case needs it: {listed(plan.unused)}.")
    parts.append(
        f"{count(len(plan.added), 'new person', 'new people')}, {len(plan.changed)} changed, {plan.same} as before."
    )
    if plan.gone:
        parts.append(f"{count(plan.gone, 'person', 'people')} not entered, because they had left already.")
    new = [f"  {item.person.name}, {item.person.title}" for item in plan.added]
    if new:
        parts.append("\n".join(["New:", *_first(new)]))
    changes = [f"  {item.person.name}\n{_indented(changed(item.changes))}" for item in plan.changed]
    if changes:
        parts.append("\n".join(["Changed:", *_first(changes)]))
    if plan.repeated:
        parts.append(_lines("Listed more than once", plan.repeated))
    if plan.absent:
        absent = [f"  {person.name}, {person.title}" for person in plan.absent]
        parts.append(
            "\n".join(
                [
                    "No longer in the file. If they have left, say when (casework person edit NAME --left DAY):",
                    *_first(absent),
                ]
            )
        )
    return "\n\n".join(parts)


def _lines(title: str, rows: Sequence[BadRow]) -> str:
    return "\n".join([f"{title}:", *_first([f"  line {row.line}: {row.reason}" for row in rows])])


def _first(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"  and {rest} more (--json has them all)"] if rest > 0 else [])]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _data(plan: Plan, *, dry_run: bool) -> Mapping[str, Any]:
    from casework.cli.person import entry_json

    return {
        "dry_run": dry_run,
        "columns": {part: list(headings) for part, headings in plan.columns.items()},
        "not_taken": list(plan.unused),
        "new": [{"line": item.line, "person": entry_json(item.person)} for item in plan.added],
        "changed": [
            {
                "line": item.line,
                "person": entry_json(item.person),
                "changes": [{"what": c.label, "old": c.old, "new": c.new} for c in item.changes],
            }
            for item in plan.changed
        ],
        "same": plan.same,
        "left_already": plan.gone,
        "no_longer_listed": [entry_json(person) for person in plan.absent],
        "repeated": [{"line": row.line, "reason": row.reason} for row in plan.repeated],
        "bad": [{"line": row.line, "reason": row.reason} for row in plan.bad],
    }
