"""`casework letter check` and `explain`: about the letters themselves, not about a case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.base.errors import BadInput
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, listed, pairs, paragraph

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Letter, Passage, When
    from casework.correspondence.keywords import Looked
    from casework.correspondence.library import Library

WITHHELD = {
    "employee": "who the employee is",
    "outcome": "what came of it for the employee",
    "unproved": "what was not substantiated",
}
"""What a letter withholds, in words."""


@click.command(
    short_help="Check that each letter says what it must, whatever the facts.",
    epilog=example(
        "casework letter check",
        "casework letter check our-letters/ --json",
        "casework letter check --docx invitation.docx --as L-12",
    ),
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--docx",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A letter of your own in Word, to look for what it lacks.",
)
@click.option("--as", "named", metavar="LETTER", help="With --docx: which letter it is, by number or folder.")
@as_json
def check(folders: tuple[Path, ...], docx: Path | None, named: str | None, as_json: bool) -> None:
    """Check the shipped letters and those in FOLDERS, which go before them, file by file.

    Every passage that the law requires must be there on every path, a school may not lose one of ours, and words of
    its own for one need an approval. Everything that is wrong is reported at once, with file, line, reason and remedy:
    exit code 1.

    With --docx, a letter in Word is read: what is in our words is recognised, the rest is looked for by key words. Each
    required passage looks present or absent, or cannot be told: exit code 1 if one looks absent. That sees words, and
    not what they mean: read the letter yourself.
    """
    if docx is not None or named is not None:
        if docx is None or named is None or folders:
            raise click.UsageError("Name one letter in Word with --docx, and which letter it is with --as.")
        _look_for(docx, named, as_json=as_json)
        return
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


def _look_for(docx: Path, named: str, *, as_json: bool) -> None:
    """Say how each passage that a letter must have looks in a Word file."""
    from casework.correspondence.docx import LIMIT, paragraphs_of
    from casework.correspondence.keywords import letter_as, look_for
    from casework.correspondence.language import guilt_words
    from casework.correspondence.library import shipped

    library = shipped()
    letter = letter_as(library, named)
    with docx.open("rb") as opened:
        paragraphs = paragraphs_of(opened.read(LIMIT + 1))
    looked = look_for(library, letter, paragraphs)
    guilt = sorted(
        {word.lower() for text in paragraphs for word in guilt_words(text)} if letter.before_outcome else ()
    )
    absent = [one for one in looked if one.status == "absent" and one.passage.when is None]
    lines = [f"{docx.name}, read as “{letter.title}” ({letter.id}):", ""]
    for (status, always), title in _LOOKS.items():
        found = [one for one in looked if one.status == status and always in (None, one.passage.when is None)]
        if found:
            lines += [title, *(_looked(one) for one in found), ""]
    if guilt:
        lines += [f"Nothing is decided yet, and it says: {listed([f'“{word}”' for word in guilt])}.", ""]
    lines.append(paragraph(_ONLY_WORDS))
    data = {
        "letter": letter.id,
        "passages": [
            {
                "id": one.passage.id,
                "says": one.passage.says,
                "when": one.passage.when.model_dump(by_alias=True) if one.passage.when else None,
                "looks": one.status,
                "where": one.where,
            }
            for one in looked
        ],
        "guilt_words": guilt,
    }
    wrong = bool(absent or guilt)
    answer(as_json, {**data, **({"ok": False, "code": "findings"} if wrong else {})}, "\n".join(lines))
    if wrong:
        raise click.exceptions.Exit(1)


_LOOKS = {
    ("absent", True): "Looks absent",
    ("absent", False): "Looks absent, and is needed only if",
    ("unsure", True): "Could not be told: please read it",
    ("unsure", False): "Could not be told, and is needed only if",
    ("present", None): "Looks present",
}
"""What is said over the passages that look alike, each with whether they are needed always; None: whichever."""

_ONLY_WORDS = (
    "What is in our words was recognised; the rest was read by key words. That sees words, and not what they mean: read"
    " each passage, and be sure of none because it stands here."
)


def _looked(one: Looked) -> str:
    said = paragraph(_passage(one.passage), indent=6, first=f"  - {one.passage.id}: ")
    return f"{said}\n" + paragraph(f"“{one.where}”", indent=10, first="        ") if one.where else said


@click.command(
    short_help="Say what a letter is for, what it needs and what it must say.",
    epilog=example("casework letter explain hearing-invitation", "casework letter explain acas:10"),
)
@click.argument("named", metavar="ID")
@as_json
@pass_session
def explain(session: Session, named: str, as_json: bool) -> None:
    """Say what a letter is for, who may send it to whom, what it needs and what it must say, with the passage behind
    each rule.

    ID is a letter by its folder or number (hearing-invitation, L-12), or a rule (acas:10): then every passage is shown
    that stands for it, in every letter. In a passage, [what is in brackets] is a fact that the letter takes from the
    case.
    """
    from casework.cli.letter_choice import library
    from casework.correspondence.keywords import letter_as
    from casework.correspondence.wording import labels, wordings

    known = library(session)
    if ":" in named:
        _explain_rule(known, named.casefold(), as_json=as_json)
        return
    letter = letter_as(known, named)
    worded, names = wordings(known, letter.id), labels(known, letter.id)
    head = pairs(
        [
            ("Letter", letter.id),
            ("In the catalogue", listed(letter.catalogue)),
            ("To", listed([role.replace("_", " ") for role in letter.recipients], "or")),
            ("Signed by", listed([role.replace("_", " ") for role in letter.sent_by], "or")),
            ("Belongs to", listed([step.replace("_", "-") for step in letter.steps])),
        ]
    )
    never = _never(letter)
    needs = pairs([(name, _field(spec)) for name, spec in letter.fields.items()], indent=2)
    passages = {passage.id: worded[passage.id].text(names) for passage in letter.required}
    must = "\n".join(
        paragraph(_passage(passage), indent=6, first=f"  - {passage.id}: ")
        + "\n"
        + paragraph(passages[passage.id], indent=8, first="        ")
        for passage in letter.required
    )
    text = f"{strong(letter.title)}\n{head}\n\nNeeds\n{needs}\n\nMust say\n{must}{never}"
    data = {"letter": letter.model_dump(mode="json", by_alias=True), "passages": passages}
    answer(as_json, data, text)


def _explain_rule(known: Library, rule: str, *, as_json: bool) -> None:
    """Show every passage that stands for a rule, each with the letters that have it in these words."""
    from casework.correspondence.wording import labels, wordings

    found: dict[tuple[str, str], tuple[Passage, str, list[str]]] = {}
    for letter in known.letters.values():
        worded = wordings(known, letter.id)
        for passage in letter.required:
            if rule in (passage.id, passage.rule):
                text = worded[passage.id].text(labels(known, letter.id))
                found.setdefault((passage.id, text), (passage, text, []))[2].append(letter.id)
    if not found:
        raise BadInput(
            f"No letter has a passage for the rule {rule}.",
            remedy="`casework letter explain LETTER` lists the rules of a letter.",
        )
    blocks = [
        "\n".join(
            [
                paragraph(_passage(passage), indent=2, first=f"{passage.id}: "),
                paragraph(f"In {listed(letters)}:", indent=2, first="  "),
                paragraph(text, indent=4, first="    "),
            ]
        )
        for passage, text, letters in found.values()
    ]
    data = [
        {"id": passage.id, "says": passage.says, "letters": letters, "wording": text}
        for passage, text, letters in found.values()
    ]
    answer(as_json, {"rule": rule, "passages": data}, "\n\n".join(blocks))


def _never(letter: Letter) -> str:
    """What a letter must never say: kinds of words, and words; empty if there is nothing."""
    lines = [f"  {listed([WITHHELD[what] for what in letter.withholds])}"] if letter.withholds else []
    for item in letter.never:
        words = f"{item.says} ({listed(item.words, 'or')}){_when(item.when)}"
        lines.append(paragraph(words, indent=6, first=f"  - {item.id}: "))
    return "\n".join(["\n\nMust never say", *lines]) if lines else ""


def _field(spec: FieldSpec) -> str:
    options = f"; {listed(list(spec.options), 'or')}" if spec.options else ""
    asked = (
        "asked of whoever writes it" if spec.sources == ("asked",) else f"from {listed(spec.sources, 'or')}"
    ) + (" alone" if spec.recorded else "")
    return f"{spec.label} ({spec.type}{options}; {asked}{_when(spec.when)})"


def _passage(passage: Passage) -> str:
    return f"{passage.says}{f' [{_when(passage.when)[2:]}]' if passage.when else ''}"


def _when(when: When | None) -> str:
    if when is None:
        return ""
    words = [{True: "yes", False: "no"}[item] if isinstance(item, bool) else item for item in when.is_]
    return f"; if {when.field} is {listed(words, 'or')}"
