"""`casework policy list`, `show`, `table` and `diagram`: reading a procedure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, strong
from casework.cli.policy_choice import chosen, chosen_policy, folder_of, policy_by_place, policy_option
from casework.cli.session import Session
from casework.cli.standing import typed_step
from casework.cli.tables import pairs, table
from casework.cli.writing import write_file
from casework.procedure.sentences import who_may

if TYPE_CHECKING:
    from casework.procedure.model import Catalogue, Policy, Setting


@click.command(
    "list", short_help="List the procedures and breach catalogues.", epilog=example("casework policy list")
)
@as_json
def list_policies(as_json: bool) -> None:
    """List the procedures and breach catalogues that come with casework."""
    from casework.procedure.load import load_catalogue, load_policy, shipped_catalogues, shipped_policies

    found: list[tuple[str, Policy | Catalogue]] = [
        ("procedure", load_policy(path)) for path in shipped_policies().values()
    ]
    found += [("catalogue", load_catalogue(path)) for path in shipped_catalogues().values()]
    data = [{"id": item.id, "label": item.label, "kind": kind, "title": item.title} for kind, item in found]
    text = table(
        ["Id", "Version", "Kind", "Title"],
        [(item["id"], item["label"].partition("@")[2], item["kind"], item["title"]) for item in data],
    )
    answer(as_json, {"policies": data}, text)


@click.command(
    short_help="Show a procedure or a breach catalogue.",
    epilog=example(
        "casework policy show",
        "casework policy show --settings",
        "casework policy show --resolved england-maintained",
        "casework policy show social-media",
    ),
)
@policy_by_place
@click.option("--settings", is_flag=True, help="Show the settings of the procedure only.")
@click.option(
    "--resolved", is_flag=True, help="Write the procedure out whole, with the file and line of each entry."
)
@as_json
@pass_session
def show(session: Session, named: str | None, settings: bool, resolved: bool, as_json: bool) -> None:
    """Show a procedure (its strands, steps and roles, or its settings) or the clauses of a breach catalogue.

    --resolved writes out everything that the procedure says, its own words and those of what it extends; with
    --settings, its settings. Above each entry stands where it comes from; an entry that several files say names them
    all, the one that counts last.
    """
    from casework.procedure.model import Policy
    from casework.procedure.resolve import digest

    if resolved:
        policy, text = _resolved(session, named, settings)
        answer(
            as_json, {"label": policy.label, "digest": digest(policy), "resolved": text}, text.rstrip("\n")
        )
        return
    found = chosen_policy(session, named) if settings else chosen(session, named)
    data: dict[str, Any] = {"label": found.label, "title": found.title, "digest": digest(found)}
    if not isinstance(found, Policy):
        answer(
            as_json, data | {"clauses": [clause.model_dump() for clause in found.clauses]}, _clauses(found)
        )
    elif settings:
        shown = {name: setting.model_dump(exclude_defaults=False) for name, setting in found.settings.items()}
        answer(as_json, data | {"settings": shown}, _settings(found))
    else:
        strands = {
            name: {"title": strand.title, "states": list(strand.states), "steps": list(strand.steps)}
            for name, strand in found.strands.items()
        }
        roles = {name: role.title for name, role in found.roles.items()}
        powers = {name: power.title for name, power in found.powers.items()}
        text = _policy(found, str(data["digest"]))
        answer(as_json, data | {"strands": strands, "roles": roles, "powers": powers}, text)


@click.command(
    "table",
    short_help="Show who may take which step in which state.",
    epilog=example("casework policy table", "casework policy table --csv > permitted.csv"),
)
@policy_by_place
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@as_json
@pass_session
def permitted(session: Session, as_csv: bool, named: str | None, as_json: bool) -> None:
    """Show, for each state and role, the steps that the role has the power to take there."""
    from casework.procedure.table import permitted as rows_of
    from casework.procedure.table import table_csv

    policy = chosen_policy(session, named)
    if as_csv and not as_json:
        click.echo(table_csv(policy), nl=False)
        return
    rows = rows_of(policy)
    data = [{"strand": r.strand, "state": r.state, "role": r.role, "steps": list(r.steps)} for r in rows]
    text = table(
        ["Strand", "State", "Role", "Steps"],
        [(r.strand, r.state, r.role, ", ".join(map(typed_step, r.steps))) for r in rows],
    )
    answer(as_json, {"label": policy.label, "rows": data}, text)


@click.command(
    short_help="Draw a strand of a procedure as a picture.",
    epilog=example(
        "casework policy diagram --out procedure.svg", "casework policy diagram suspension > s.svg"
    ),
)
@click.argument("strand", required=False)
@policy_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write it here; to standard output if not given."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def diagram(
    session: Session, strand: str | None, named: str | None, out: Path | None, force: bool, as_json: bool
) -> None:
    """Draw STRAND of a procedure, the main one if not given, as an SVG picture."""
    from casework.base.errors import BadInput
    from casework.procedure.diagram import diagram as draw

    policy = chosen_policy(session, named)
    name = strand or policy.main_strand
    if name not in policy.strands:
        raise BadInput(f"There is no strand {name!r}.", remedy=f"There are: {', '.join(policy.strands)}.")
    svg = draw(policy, name)
    if out is None:
        answer(as_json, {"strand": name, "svg": svg}, svg.rstrip("\n"))
        return
    written = write_file(out, svg.encode("utf-8"), force=force)
    answer(as_json, {"strand": name, "file": os.fspath(written)}, str(written))


def _resolved(session: Session, named: str | None, settings: bool) -> tuple[Policy, str]:
    """A procedure and its whole text, or its settings'; one that was adopted has no files any more, only its digest."""
    from casework.procedure.load import read_policy
    from casework.procedure.places import Places
    from casework.procedure.written import write_out, write_settings

    write = write_settings if settings else write_out
    folder = folder_of(named)
    if folder is not None:
        policy, places = read_policy(folder)
        return policy, write(policy, places)
    policy = chosen_policy(session, named)
    return policy, write(policy, Places.nowhere())


def _policy(policy: Policy, digest: str) -> str:
    parts = [
        strong(policy.title),
        pairs([("Label", policy.label), ("Digest", digest), ("Summary", policy.summary)]),
    ]
    for name, strand in policy.strands.items():
        steps = [
            (typed_step(step_id), f"{step.title} ({who_may(policy, step.by)})")
            for step_id, step in strand.steps.items()
        ]
        parts.append(f"{strong(strand.title)} ({name})\n{pairs(steps, indent=2)}")
    roles = pairs(
        [(name, f"{role.title}. {role.plain}".strip()) for name, role in policy.roles.items()], indent=2
    )
    parts.append(f"{strong('Roles')}\n{roles}")
    if policy.powers:
        powers = [(name, f"{power.title}. {power.plain}".strip()) for name, power in policy.powers.items()]
        parts.append(f"{strong('Powers that are delegated')}\n{pairs(powers, indent=2)}")
    return "\n\n".join(parts)


def _settings(policy: Policy) -> str:
    return table(
        ["Setting", "Value", "Standing", "What it is"],
        [
            (name, setting_value(setting), _support(setting), setting.title)
            for name, setting in policy.settings.items()
        ],
    )


def setting_value(setting: Setting) -> str:
    """Return what a setting says, with its unit."""
    value = (
        {True: "yes", False: "no"}[setting.value] if isinstance(setting.value, bool) else str(setting.value)
    )
    return f"{value} {setting.unit}".strip()


def _support(setting: Setting) -> str:
    return "fixed by law" if setting.hard else "unconfirmed" if setting.unconfirmed else "confirmed"


def _clauses(catalogue: Catalogue) -> str:
    rows = [
        (
            clause.code,
            clause.number,
            clause.type,
            "yes" if clause.chargeable else "",
            "-".join(dict.fromkeys((*clause.bands[:1], *clause.bands[-1:]))),
            clause.says,
        )
        for clause in catalogue.clauses
    ]
    return f"{strong(catalogue.policy_name)} ({catalogue.label})\n\n" + table(
        ["Code", "Clause", "Kind", "Charge", "Bands", "What it says"], rows
    )
