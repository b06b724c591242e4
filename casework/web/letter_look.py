"""A letter that is being written, as it is shown beside its form: its pages, what it lacks, what of it is locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput, CaseworkError
from casework.correspondence.compose import to_pdf
from casework.correspondence.rewording import blocks_of
from casework.rendering.pictures import page_count
from casework.services import letters
from casework.web.acts import where
from casework.web.failures import told
from casework.web.letter_questions import values_of

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter
    from casework.correspondence.errors import Lacking
    from casework.procedure.model import Policy
    from casework.web.site import Here

OWN: Final = ("own_words", "sender", "recipient", "delivery", "authority", "instead", "because")
"""What is asked beside a letter's own fields, by the names of the controls."""

AUTHORITY: Final = "sender.authority"
"""The fact that says on what authority a decision was taken."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A passage that has to be in the letter: its words there, what the reader learns from it, and where it is from."""

    words: tuple[str, ...]
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a PDF that is held to be looked at: where, how many, and a mark that differs with its content."""

    address: str
    count: int
    mark: str


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown of a letter that is being written.

    Args:
        pages: the draft's own pages; None while something is missing or wrong.
        text: the words of the draft.
        asked: the fields of the letter that it lacks.
        authority: whether it lacks on what authority the decision was taken.
        elsewhere: what it lacks of a person or of the school.
        problem: what is wrong with it as a whole.
        problems: what is wrong with a field, by its name.
        locked: the passages that have to be in it.
        summary: what to look at before it goes out.
    """

    pages: Pages | None = None
    text: str = ""
    asked: tuple[str, ...] = ()
    authority: bool = False
    elsewhere: tuple[Lacking, ...] = ()
    problem: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    locked: tuple[Locked, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the letter could go out as it is."""
        return self.pages is not None


def how_of(letter: Letter, typed: Mapping[str, Sequence[str]], *, anew: bool) -> dict[str, Any]:
    """Return what was typed as the services take it.

    Args:
        anew: a proposed letter is written anew: to whom it goes was settled, and paragraphs that are gone are gone.

    Raises:
        BadInput: something that was typed cannot be what it is for.
    """

    def first(name: str) -> str:
        return next(iter(typed.get(name, ())), "")

    text = first("own_words").replace("\r\n", "\n")
    own = [part for block in text.split("\n\n") if (part := " ".join(block.split()))]
    return {
        "fields": values_of(letter, typed),
        "sender": first("sender"),
        "delivery": first("delivery"),
        "authority": first("authority"),
        "own_words": own if anew else own or None,
        **({} if anew else {"recipient": first("recipient")}),
    }


def look(here: Here, letter: Letter, number: int | None, typed: Mapping[str, Sequence[str]]) -> Look:
    """Return a letter as what was typed makes it; its PDF is held for whoever looks.

    Raises:
        CaseworkError: it cannot be written at all, whatever is typed.
    """
    named: str | int = letter.id if number is None else number
    anew, noted = number is not None, is_held(here, named)
    try:
        how = how_of(letter, typed, anew=anew)
        shown = letters.preview(*where(here), named, **how, anew=anew, noted=noted)
    except BadInput as wrong:
        if not typed:
            raise
        return _wrong(letter, letters.preview(*where(here), named, anew=anew, noted=noted), wrong)
    if shown.missing:
        hold(here, named, b"")
        return _lacking(letter, shown.missing, shown.summary)
    try:
        pdf = to_pdf(shown.html)
    except CaseworkError as unprintable:
        return Look(problem=told(unprintable), summary=shown.summary)
    return Look(
        pages=hold(here, named, pdf),
        text=shown.text,
        locked=tuple(_locked(letter, shown.html, here.case.policy)),
        summary=shown.summary,
    )


def hold(here: Here, named: str | int, pdf: bytes) -> Pages:
    """Hold a PDF for whoever looks at it, and return where its pages are."""
    here.site.drafts.keep(here.visitor.token, _name(here, named), pdf)
    address = here.of_case("letters", "looked-at", named)
    return Pages(address, page_count(pdf) if pdf else 0, sha256(pdf).hexdigest()[:12])


def held(here: Here, named: str) -> bytes | None:
    """Return the PDF that is held for whoever asks; None if none is."""
    return here.site.drafts.get(here.visitor.token, _name(here, named)) or None


def is_held(here: Here, named: str | int) -> bool:
    """Whether whoever asks has looked at this letter within the last half-hour."""
    return here.site.drafts.get(here.visitor.token, _name(here, named)) is not None


def _name(here: Here, named: str | int) -> str:
    return f"{here.case.stream}:{named}"


def _wrong(letter: Letter, blank: letters.Preview, wrong: BadInput) -> Look:
    """What is wrong, each at its field where it has one; and what is missing of the letter as it is without it."""
    said = {str(item["name"]): str(item["reason"]) for item in wrong.details.get("wrong", ())}
    if "field" in wrong.details:
        said[str(wrong.details["field"])] = wrong.message
    problems: dict[str, str] = {}
    others: list[str] = []
    for name, reason in said.items():
        own = name.removeprefix("fields.").removeprefix("f.").partition("[")[0].partition(".")[0]
        if own in letter.fields:
            problems[own] = _sentence(reason)
        else:
            others.append(_sentence(reason))
    if not said:
        others.append(told(wrong))
    lacking = _lacking(letter, blank.missing, blank.summary)
    return Look(
        asked=lacking.asked,
        authority=lacking.authority,
        problem=" ".join(others) or "Something that you wrote cannot stand like this: it is marked.",
        problems=problems,
        summary=blank.summary,
    )


def _sentence(reason: str) -> str:
    text = reason[:1].upper() + reason[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _lacking(letter: Letter, missing: Sequence[Lacking], summary: tuple[tuple[str, str], ...]) -> Look:
    """What is missing, by who can answer it: the letter's own form, or the entry of a person or of the school."""
    own: list[str] = []
    elsewhere: list[Lacking] = []
    for item in missing:
        name = item.name.removeprefix("fields.").partition("[")[0].partition(".")[0]
        if item.name == AUTHORITY:
            continue
        if item.name.startswith("fields.") and not item.whom and name in letter.fields:
            own.append(name)
        else:
            elsewhere.append(item)
    return Look(
        asked=tuple(dict.fromkeys(own)),
        authority=any(item.name == AUTHORITY for item in missing),
        elsewhere=tuple(elsewhere),
        summary=summary,
    )


def _locked(letter: Letter, html: str, policy: Policy) -> list[Locked]:
    """The required passages of a composed letter, in the order in which the letter lists them."""
    words: dict[str, list[str]] = {}
    for block in blocks_of(html):
        for passage in block.passages:
            words.setdefault(passage, []).append(block.text)
    sources = {name.casefold(): rule.source for name, rule in policy.rules.items()}
    return [
        Locked(
            tuple(words[passage.id]),
            passage.says,
            sources.get(passage.rule.replace(":", "-").casefold(), ""),
        )
        for passage in letter.required
        if passage.id in words
    ]
