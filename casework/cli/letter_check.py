"""`casework letter check` and `explain`: about the letters themselves, not about a case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.options import as_json, example
from casework.cli.output import answer, say, strong
from casework.cli.tables import count, listed, pairs, paragraph

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Passage, When


@click.command(
    short_help="Check that each letter says what it must, whatever the facts.",
    epilog=example("casework letter check", "casework letter check our-letters/ --json"),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@as_json
def check(folders: tuple[Path, ...], as_json: bool) -> None:
    """Check the shipped letters and those in FOLDERS, which go before them, file by file.

    Every passage that the law requires must be there on every path, and everything that is wrong is reported at once,
    with file, line, reason and remedy: exit code 1.
    """
    from casework.correspondence.check import check_all
    from casework.correspondence.library import Library

    findings = check_all(folders)
    letters = len(Library.read(folders).letters)
    data = {"letters": letters, "findings": [asdict(finding) for finding in findings]}
    if not findings:
        answer(as_json, data, f"{count(letters, 'letter')} checked: nothing found.")
        return
    answer(
        as_json, {**data, "ok": False, "code": "findings"}, "\n".join(str(finding) for finding in findings)
    )
    say(f"{count(letters, 'letter')} checked: {count(len(findings), 'finding')}.")
    raise click.exceptions.Exit(1)


@click.command(
    short_help="Say what a letter is for, what it needs and what it must say.",
    epilog=example("casework letter explain hearing-invitation"),
)
@click.argument("template", metavar="LETTER")
@as_json
def explain(template: str, as_json: bool) -> None:
    """Say what a letter is for, who may send it to whom, what it needs and what it must say, with the rules."""
    from casework.correspondence.library import shipped

    letter = shipped().letter(template)
    head = pairs(
        [
            ("Letter", letter.id),
            ("In the catalogue", listed(letter.catalogue)),
            ("To", listed([role.replace("_", " ") for role in letter.recipients], "or")),
            ("Signed by", listed([role.replace("_", " ") for role in letter.sent_by], "or")),
            ("Belongs to", listed([step.replace("_", "-") for step in letter.steps])),
        ]
    )
    needs = pairs([(name, _field(spec)) for name, spec in letter.fields.items()], indent=2)
    must = "\n".join(
        paragraph(_passage(passage), indent=6, first=f"  - {passage.id}: ") for passage in letter.required
    )
    text = f"{strong(letter.title)}\n{head}\n\nNeeds\n{needs}\n\nMust say\n{must}"
    answer(as_json, {"letter": letter.model_dump(mode="json", by_alias=True)}, text)


def _field(spec: FieldSpec) -> str:
    options = f"; {listed(list(spec.options), 'or')}" if spec.options else ""
    asked = (
        "asked of whoever writes it" if spec.sources == ("asked",) else f"from {listed(spec.sources, 'or')}"
    )
    return f"{spec.label} ({spec.type}{options}; {asked}{_when(spec.when)})"


def _passage(passage: Passage) -> str:
    return f"{passage.says}{f' [{_when(passage.when)[2:]}]' if passage.when else ''}"


def _when(when: When | None) -> str:
    if when is None:
        return ""
    words = [{True: "yes", False: "no"}[item] if isinstance(item, bool) else item for item in when.is_]
    return f"; if {when.field} is {listed(words, 'or')}"
