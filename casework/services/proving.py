"""Proving a policy together with the letters that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casework.correspondence.catalogue import FieldSpec, Letter
from casework.correspondence.check import check_letter
from casework.correspondence.findings import Finding
from casework.correspondence.library import Library, shipped
from casework.correspondence.overlay import overlay_findings
from casework.procedure.check import KnownLetter, Problem, Tally, check
from casework.procedure.model import Catalogue, Policy
from casework.services.letter_derived import Derived
from casework.services.letter_facts import PANELS


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found, and how much was looked at."""

    problems: tuple[Problem, ...]
    tally: Tally


def prove(policy: Policy, catalogues: Iterable[Catalogue], letters: dict[str, KnownLetter]) -> Proof:
    """Prove a policy with the letters that `known_letters` returned; no problems mean that it may be adopted."""
    tally = Tally()
    return Proof(tuple(check(policy, catalogues, letters, letters=letters, tally=tally)), tally)


def known_letters(folders: Sequence[Path] = ()) -> dict[str, KnownLetter]:
    """Return every letter of `folders` and the shipped ones behind them, each with what the letter check finds."""
    return _known_letters(folders) if folders else dict(_shipped_letters())


@cache
def _shipped_letters() -> dict[str, KnownLetter]:
    """The letters that come with casework, proved once in this process."""
    return _known_letters(())


def _known_letters(folders: Sequence[Path]) -> dict[str, KnownLetter]:
    library = Library.read(folders)
    wrong = [*library.findings, *(overlay_findings(library, shipped()) if folders else ())]
    known = {letter.id: _known(library, letter, wrong) for letter in library.letters.values()}
    for finding in library.findings:
        name = finding.file.partition("/")[0]
        if name not in known and finding.file == f"{name}/letter.yaml":
            known[name] = KnownLetter(name, (), faults=(str(finding),))
    return known


def _known(library: Library, letter: Letter, wrong: Iterable[Finding]) -> KnownLetter:
    found = {item for item in wrong if item.file.startswith(f"{letter.id}/")}
    own = set(letter.catalogue)
    return KnownLetter(
        letter.id,
        letter.steps,
        letter.sent_by,
        tuple(other.id for other in library.letters.values() if set(other.catalogue) < own),
        (
            *_sources(letter.fields.values()),
            *([("Whom it is for", (letter.recipient_from,))] if letter.recipient_from else []),
        ),
        tuple(str(item) for item in sorted({*found, *check_letter(library, letter.id)})),
        dict(_only_for(letter)),
    )


def _sources(fields: Iterable[FieldSpec]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The label and the sources of each fact that is looked up; what is asked for or worked out is found anyhow."""
    for field in fields:
        if field.columns:
            yield from _sources(field.columns.values())
        elif not any(source == "asked" or _worked_out(source) for source in field.sources):
            yield field.label, field.sources


def _only_for(letter: Letter) -> Iterator[tuple[str, tuple[str, frozenset[bool | int | str]]]]:
    """The facts that a setting decides on, by label: the setting, and the values with which they are needed."""
    for field in letter.fields.values():
        decides = letter.fields.get(field.when.field) if field.when is not None else None
        settings = [source for source in decides.sources if source.startswith("setting.")] if decides else []
        if field.when is not None and settings:
            yield field.label, (settings[0].removeprefix("setting."), frozenset(field.when.is_))


def _worked_out(source: str) -> bool:
    """Whether a source is worked out for every policy, rather than looked up in what the policy has."""
    kind, _, name = source.partition(".")
    if kind == "party":
        return name in PANELS
    return kind in ("case", "subject") or (kind == "clock" and hasattr(Derived, f"_clock_{name}"))
