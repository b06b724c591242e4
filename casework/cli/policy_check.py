"""`casework policy check`: proves procedures before a school adopts one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from casework.cli.options import as_json, example
from casework.cli.output import answer, say
from casework.cli.tables import count


@click.command(
    short_help="Check procedures and catalogues; every error at once.",
    epilog=example("casework policy check", "casework policy check our-policy/ --json"),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@as_json
def check(folders: tuple[Path, ...], as_json: bool) -> None:
    """Check the procedures and breach catalogues in FOLDERS; without FOLDERS, the shipped ones.

    Every error is reported with its file, line, reason and remedy. Then it is proved that every state can be reached
    and can end, that nothing leads to a sanction without a hearing, and more; where that does not hold, the path is
    shown. What a policy makes weaker than the policy that it extends is an error that names the rule. Exit code 1 if
    anything is wrong.
    """
    from casework.procedure.check import check as prove
    from casework.procedure.load import (
        PolicyInvalid,
        extended_by,
        load_catalogue,
        load_policy,
        read_policy,
        shipped_catalogues,
        shipped_policies,
    )
    from casework.procedure.model import Catalogue, Policy
    from casework.procedure.places import Places
    from casework.procedure.weakening import weakened
    from casework.services.letters import templates

    paths = list(folders) or [*shipped_policies().values(), *shipped_catalogues().values()]
    policies: list[tuple[Path, Policy, Places]] = []
    catalogues: list[Catalogue] = []
    found: list[dict[str, Any]] = []
    lines: list[str] = []
    for path in paths:
        try:
            if (path / "catalogue.yaml").is_file():
                catalogues.append(load_catalogue(path))
            else:
                policies.append((path, *read_policy(path)))
        except PolicyInvalid as invalid:
            found += [
                {"folder": path.name, "code": invalid.code, **asdict(error)} for error in invalid.errors
            ]
            lines += [_placed(path, error) for error in invalid.errors]
    if not catalogues:
        catalogues = [load_catalogue(path) for path in shipped_catalogues().values()]
    for path, policy, places in policies:
        above = extended_by(path)
        weaker = weakened(policy, load_policy(above)) if above is not None else []
        for problem in places.located([*prove(policy, catalogues, templates()), *weaker]):
            found.append({"folder": path.name, **problem.as_json()})
            lines.append(_placed(path, problem))
    data = {"checked": [path.name for path in paths], "findings": found}
    if not found:
        names = ", ".join(path.name for path in paths)
        answer(as_json, data, f"{names}: nothing found.")
        return
    answer(as_json, {**data, "ok": False, "code": "findings"}, "\n".join(lines))
    say(f"{count(len(found), 'finding')}.")
    raise click.exceptions.Exit(1)


def _placed(folder: Path, found: object) -> str:
    """What was found, with its file as seen from where the folder lies: what is extended lies beside it."""
    return f"{folder.name}/{found}".replace(f"{folder.name}/../", "", 1)
