"""Writing a letter in one sitting: answer what is missing beside the letter itself, then send it out or on.

A letter is written anew, or a proposed one is changed; both are one form. With scripts the letter beside it is drawn
again while somebody types; without, a button does it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput, CaseworkError, Refused
from casework.cases.letter_approval import needs_approval
from casework.correspondence.docx import LIMIT, lines_of
from casework.correspondence.errors import MissingFact
from casework.records.words import METHODS
from casework.services import letter_drafts, letters
from casework.services.drafts import draft, drop_draft, save_draft
from casework.services.errors import NoAccess
from casework.services.guard import require
from casework.services.letter_given import given_for
from casework.services.letter_people import may_receive, may_sign
from casework.services.letter_writing import letter_number
from casework.services.loading import body_of, context_of, people_of
from casework.services.own_letters import library_of
from casework.web.acts import once, where
from casework.web.failures import in_plain_words, told
from casework.web.letter_details import details_of, keep_details
from casework.web.letter_look import OWN, Look, how_of, look
from casework.web.letter_questions import Question, questions_of, typed_names, typed_of
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.correspondence.catalogue import Letter

PAGES = Pages()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Writing:
    """A letter that is being written: by which template; which proposed one is changed; what was typed so far."""

    letter: Letter
    number: int | None
    typed: dict[str, list[str]]

    @property
    def about(self) -> str:
        """The name of its draft."""
        return f"letter:{self.number or self.letter.id}"

    @property
    def named(self) -> str | int:
        """How the services know it."""
        return self.letter.id if self.number is None else self.number

    def first(self, name: str) -> str:
        """What was typed into a control."""
        return next(iter(self.typed.get(name, [])), "")


@PAGES.page("/cases/{reference}/letters/new/{letter}", access="case", methods=("GET", "POST"))
def write_letter(here: Here) -> Response:
    """Write a letter anew."""
    require(here.workspace, here.case, "letter")
    letter = library_of(here.workspace, here.school).letters.get(here.part["letter"])
    if letter is None:
        return here.go(here.of_case("letters"), "There is no such letter. Choose one of these.")
    if here.sent:
        return _answer(here, Writing(letter, None, typed_in(here.form)))
    typed = draft(here.workspace, here.case.stream, f"letter:{letter.id}")
    instead = here.query.get("instead", "")
    if instead.isdigit() and not typed:
        typed = {**_given(here, letter, int(instead)), "instead": [instead]}
    return _form(here, Writing(letter, None, typed))


@PAGES.page("/cases/{reference}/letters/{number:int}/change", access="case", methods=("GET", "POST"))
def change_letter(here: Here) -> Response:
    """Change a letter that was proposed and not issued; every version is kept."""
    require(here.workspace, here.case, "letter")
    number = here.part["number"]
    item = letter_number(here.case, number)
    if item.issued is not None or item.withdrawn is not None:
        said = "A letter that went out is not changed: write a new one in its place, or withdraw it."
        return here.go(here.of_case("letters", number), said)
    letter = library_of(here.workspace, here.school).letter(item.template)
    if here.sent:
        return _answer(here, Writing(letter, number, typed_in(here.form)))
    return _form(here, Writing(letter, number, _given(here, letter, number)))


def typed_in(form: FormData) -> dict[str, list[str]]:
    """Return what was typed into the form of a letter, by the names of its controls: what a draft keeps."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and (name.startswith("f.") or name in OWN) and value.strip():
            found.setdefault(name, []).append(value.strip())
    return found


def _given(here: Here, letter: Letter, number: int) -> dict[str, list[str]]:
    """What was given for a letter of the case, as it would have been typed."""
    given = given_for(here.workspace, here.case, number)
    typed = typed_of(letter, given["fields"])
    typed.update({name: [given[name]] for name in ("sender", "delivery", "authority") if given[name]})
    typed.update({"own_words": ["\n\n".join(given["own_words"])]} if given["own_words"] else {})
    return typed


def _answer(here: Here, writing: Writing) -> Response:
    """Do what a button of the form asks for; what was typed is kept first, so that nothing is lost."""
    if writing.number is None:
        save_draft(here.workspace, here.school, here.case.stream, writing.about, writing.typed)
    if here.request.headers.get("HX-Request"):
        return _fragment(here, writing)
    do = here.text("do")
    acts = {"issue": _issue, "propose": _propose, "keep": _revise, "word": _word, "back": _back}
    try:
        if do == "details":
            kept = keep_details(here)
            return _form(
                here,
                writing,
                said="The details are kept, for other letters too." if kept else "Nothing was filled in.",
            )
        if do == "later":
            return here.go(here.of_case("letters"), "What you have written so far is kept.")
        if do in acts:
            return acts[do](here, writing)
    except MissingFact:
        return _form(here, writing)
    except (BadInput, Refused) as problem:
        return _form(here, writing, problem=told(problem))
    return _form(here, writing)


def _issue(here: Here, writing: Writing) -> Response:
    instead = writing.first("instead")
    replaces = int(instead) if instead.isdigit() else None
    how = how_of(writing.letter, writing.typed, anew=False)
    issued = once(
        here,
        lambda command: letters.issue(
            *where(here),
            writing.letter.id,
            **how,
            supersedes=replaces,
            supersedes_because=writing.first("because") if replaces else "",
            command=command,
        ),
    )
    drop_draft(here.workspace, here.case.stream, writing.about)
    if issued is None:
        return here.go(here.of_case("letters"), "The letter was issued already.")
    said = f"Issued: {issued.title}. Print it or send it, and then say here how it was delivered."
    return here.go(here.of_case("letters", issued.number), said)


def _propose(here: Here, writing: Writing) -> Response:
    how = how_of(writing.letter, writing.typed, anew=False)
    proposed = once(
        here, lambda command: letters.propose(*where(here), writing.letter.id, **how, command=command)
    )
    drop_draft(here.workspace, here.case.stream, writing.about)
    if proposed is None:
        return here.go(here.of_case("letters"), "The letter waits for approval already.")
    said = "The letter is kept as it is, and waits for a second person to approve it."
    return here.go(here.of_case("letters", proposed.number), said)


def _revise(here: Here, writing: Writing) -> Response:
    how = how_of(writing.letter, writing.typed, anew=True)
    number = writing.number or 0
    once(here, lambda command: letters.revise(*where(here), number, **how, command=command))
    return here.go(here.of_case("letters", number), "Changed. The version before is kept too.")


def _word(here: Here, writing: Writing) -> Response:
    how = letter_drafts.How(**how_of(writing.letter, writing.typed, anew=writing.number is not None))
    data = letter_drafts.send_out(*where(here), writing.named, how)
    name = f"{here.case.case.reference}-{writing.letter.id}.docx"
    return download(data, name, WORD)


def _back(here: Here, writing: Writing) -> Response:
    file = here.form.get("word_file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("Choose the Word file that you worked on.")
    paragraphs = lines_of(file.file.read(LIMIT + 1))
    how = letter_drafts.How(**how_of(writing.letter, writing.typed, anew=writing.number is not None))
    returned = once(
        here,
        lambda command: letter_drafts.take_back(
            *where(here),
            writing.named,
            how,
            paragraphs,
            approved=here.text("word_approved"),
            command=command,
        ),
    )
    drop_draft(here.workspace, here.case.stream, writing.about)
    number = returned.proposed.number if returned else len(here.case.case.letters)
    said = "Your words are kept. What you changed is listed below: look at it once more before it goes out."
    return here.go(here.of_case("letters", number), said)


def _fragment(here: Here, writing: Writing) -> Response:
    """The letter beside its form, drawn again; questions that came up meanwhile go to the end of the form."""
    try:
        seen = look(here, writing.letter, writing.number, writing.typed)
    except CaseworkError as problem:
        seen = Look(problem=told(problem))
    shown = set(here.texts("shown"))
    new = [name for name in seen.asked if name not in shown]
    return here.page(
        "letter_look.html.j2",
        **_shown(here, writing, seen),
        new=_questions(here, writing, new, seen),
        shown_already=shown,
        live=True,
    )


def _form(here: Here, writing: Writing, *, problem: str = "", said: str = "") -> Response:
    """The whole page; a letter that cannot be written yet says why in one sentence."""
    try:
        seen = look(here, writing.letter, writing.number, writing.typed)
    except NoAccess:
        raise
    except CaseworkError as why:
        remedy = in_plain_words(why.remedy)
        return here.page("letter_not_yet.html.j2", letter=writing.letter, why=why.message, remedy=remedy)
    if problem:
        seen = replace(seen, problem=problem)
    asked = [name for name in writing.letter.fields if name in _asked(writing, seen)]
    optional = [
        name
        for name, spec in writing.letter.fields.items()
        if "asked" in spec.sources
        and not spec.recorded
        and name not in asked
        and _alone(name, writing.letter)
    ]
    return here.page(
        "letter.html.j2",
        422 if problem else 200,
        **_shown(here, writing, seen),
        said=said,
        questions=_questions(here, writing, asked, seen),
        optional=_questions(here, writing, optional, seen),
        signers=may_sign(here.workspace, here.case, writing.letter, context_of(here.workspace, here.school)),
        readers=may_receive(here.workspace, here.case, writing.letter),
        methods=METHODS,
        named=lambda names: {name: name for name in names},
        replaced=_replaced(here, writing),
        shown_already=frozenset(),
        live=False,
    )


def _shown(here: Here, writing: Writing, seen: Look) -> dict[str, Any]:
    """What the page and the part of it that is drawn again have in common."""
    return {
        "writing": writing,
        "seen": seen,
        "details": details_of(here, writing.letter, seen.elsewhere),
        "approval": needs_approval(here.case.policy, writing.letter.id),
        "labels": {name: spec.label for name, spec in writing.letter.fields.items()},
    }


def _asked(writing: Writing, seen: Look) -> set[str]:
    """The fields that are asked for: what is missing, what was answered here, and what is wrong."""
    return {*seen.asked, *typed_names(writing.letter, writing.typed), *seen.problems}


def _alone(name: str, letter: Letter) -> bool:
    """Whether a field can be given without another one that decides over it, and nobody has decided it already."""
    spec = letter.fields[name]
    decided = spec.each is not None or name.startswith("has_")
    return not decided and (spec.when is None or spec.when.field == f"has_{name}")


def _questions(here: Here, writing: Writing, names: list[str], seen: Look) -> list[Question]:
    return questions_of(
        writing.letter,
        names,
        writing.typed,
        people=sorted(str(words["name"]) for words in people_of(here.workspace, here.case).values()),
        allegations={
            str(item.number): str(body_of(here.workspace, here.case, item.n).get("text", ""))
            for item in here.case.case.standing_allegations
        },
        problems=seen.problems,
    )


def _replaced(here: Here, writing: Writing) -> str:
    """The title of the letter that this one is to replace; empty if there is none, or it does not stand."""
    instead = writing.first("instead")
    if not instead.isdigit() or not 1 <= int(instead) <= len(here.case.case.letters):
        return ""
    item = letter_number(here.case, int(instead))
    if not item.stands:
        return ""
    return str(body_of(here.workspace, here.case, item.proposed).get("title", item.template))


def download(data: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Return a file; nothing of it is kept on the way."""
    safe = name.replace('"', "").encode("ascii", "replace").decode()
    shown = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{safe}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)
