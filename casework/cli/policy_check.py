"""`casework policy check`: proves procedures before a school adopts one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example
from casework.cli.output import answer, say
from casework.cli.tables import count

if TYPE_CHECKING:
    from casework.procedure.model import Catalogue, Policy
    from casework.procedure.places import Places


@click.command(
    short_help="Check procedures and catalogues; every error at once.",
    epilog=example(
        "casework policy check",
        "casework policy check our-policy/ --letters our-letters/",
        "casework policy check our-policy/ --verbose",
    ),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--letters",
    "letter_folders",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A school's own letters, which go before the shipped ones.",
)
@click.option("--verbose", is_flag=True, help="Say how much was looked at, and how long it took.")
@as_json
def check(folders: tuple[Path, ...], letter_folders: tuple[Path, ...], verbose: bool, as_json: bool) -> None:
    """Check the procedures and breach catalogues in FOLDERS; without FOLDERS, the shipped ones.

    Every error is reported with its file, line, reason and remedy. Then it is proved that every state can be reached
    and can end, that nothing leads to a sanction without a hearing, that strands never wait for each other for ever,
    and more; where that does not hold, the path is shown. What a policy makes weaker than the policy that it extends is
    an error that names the rule. Exit code 1 if anything is wrong.
    """
    from casework.procedure.load import (
        extended_by,
        load_catalogue,
        load_policy,
        shipped_catalogues,
        shipped_policies,
    )
    from casework.procedure.weakening import weakened
    from casework.services.proving import known_letters, prove

    began = perf_counter()
    paths = list(folders) or [*shipped_policies().values(), *shipped_catalogues().values()]
    policies, catalogues, found, lines = _read(paths)
    if not catalogues:
        catalogues = [load_catalogue(path) for path in shipped_catalogues().values()]
    letters = known_letters(letter_folders) if policies else {}
    looked_at: list[dict[str, Any]] = []
    for path, policy, places in policies:
        proof = prove(policy, catalogues, letters)
        looked_at.append({"folder": path.name, **proof.tally.as_json()})
        above = extended_by(path)
        weaker = weakened(policy, load_policy(above)) if above is not None else []
        for problem in places.located([*proof.problems, *weaker]):
            found.append({"folder": path.name, **problem.as_json()})
            lines.append(_placed(path, problem))
    data = {"checked": [path.name for path in paths], "looked_at": looked_at, "findings": found}
    if found:
        answer(as_json, {**data, "ok": False, "code": "findings"}, "\n".join(lines))
        say(f"{count(len(found), 'finding')}.")
    else:
        answer(as_json, data, f"{', '.join(path.name for path in paths)}: nothing found.")
    if verbose:
        for one in looked_at:
            say(_looked_at(one))
        say(f"It took {perf_counter() - began:.1f} seconds.")
    if found:
        raise click.exceptions.Exit(1)


def _read(
    paths: Sequence[Path],
) -> tuple[list[tuple[Path, Policy, Places]], list[Catalogue], list[dict[str, Any]], list[str]]:
    """The policies and catalogues in these folders, and what is wrong with those that cannot be read."""
    from casework.procedure.load import PolicyInvalid, load_catalogue, read_policy

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
    return policies, catalogues, found, lines


def _looked_at(one: dict[str, Any]) -> str:
    """How much was looked at in one procedure, in words."""
    return (
        f"{one['folder']}: {count(one['strands'], 'strand')} with {count(one['states'], 'state')} and "
        f"{count(one['steps'], 'step')}, {count(one['requirements'], 'requirement')}, {count(one['clocks'], 'clock')}, "
        f"{count(one['letters'], 'letter')}; {count(one['combinations'], 'combination')} of strands that can be told "
        f"apart, over {count(one['kinds_of_case'], 'kind')} of case."
    )


def _placed(folder: Path, found: object) -> str:
    """What was found, with its file as seen from where the folder lies: what is extended lies beside it."""
    return f"{folder.name}/{found}".replace(f"{folder.name}/../", "", 1)
