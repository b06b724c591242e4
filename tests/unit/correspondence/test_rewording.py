"""A letter in the sender's own words: out as a Word file, back as paragraphs, held against what has to stay."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from casework.correspondence.compose import compose, to_text
from casework.correspondence.docx import lines_of
from casework.correspondence.docx_draft import draft_docx, words_of
from casework.correspondence.errors import WrongFact
from casework.correspondence.examples import example
from casework.correspondence.facts import Rewording
from casework.correspondence.library import shipped
from casework.correspondence.rewording import apply, blocks_of, changes, problems

LANGUAGE = shipped().language
LETTER = "hearing-invitation"
HTML = compose(LETTER, example(LETTER))
DATA = example(LETTER)
Edit = Callable[[list[str]], list[str]]


def _out(html: str = HTML) -> list[str]:
    """The paragraphs of a draft that came back as it went out."""
    return words_of(lines_of(draft_docx(html, LANGUAGE)))


def _own() -> str:
    """The words of a paragraph that is the sender's to change."""
    return next(
        block.text
        for block in blocks_of(HTML)
        if not block.fixed and not block.passages and block.element.tag == "p"
    )


def _back(edit: Edit, html: str = HTML) -> tuple[Rewording, ...]:
    return changes(html, edit(_out()), LANGUAGE)


def _problems(reworded: tuple[Rewording, ...], *, before_outcome: bool = True) -> list[str]:
    return problems(HTML, reworded, DATA, LANGUAGE, before_outcome=before_outcome)


def _swap(old: str, new: str) -> Edit:
    def edit(paragraphs: list[str]) -> list[str]:
        made = [text.replace("\u00a0", " ").replace(old, new) for text in paragraphs]
        assert made != paragraphs
        return made

    return edit


# Letters with every kind of paragraph: a Word file for each of them all would take long, and show nothing more.
@pytest.mark.parametrize("letter_id", [LETTER, "suspension", "no-further-action", "first-written-warning"])
def test_a_draft_that_comes_back_untouched_says_nothing_otherwise(letter_id: str) -> None:
    html = compose(letter_id, example(letter_id))
    assert changes(html, _out(html), LANGUAGE) == ()


def test_what_has_to_stay_is_shaded_and_the_rest_is_not() -> None:
    document = docx.Document(io.BytesIO(draft_docx(HTML, LANGUAGE)))
    shaded = {p.text for p in document.paragraphs if p._p.xpath("./w:pPr/w:shd")}
    assert any("Please come" in text or "hearing" in text for text in shaded)
    assert all(_own() not in text for text in shaded)
    assert document.sections[0].header.paragraphs[0].text.startswith("DRAFT")


def test_a_paragraph_that_is_changed_added_or_left_out_is_told_and_printed() -> None:
    own = _own()

    def edit(paragraphs: list[str]) -> list[str]:
        place = paragraphs.index(own)
        return [
            *paragraphs[:place],
            f"{own} Take your time.",
            "Parking is free.\nUse the back gate.",
            *paragraphs[place + 1 :],
        ]

    found = _back(edit)
    assert [(change.was, change.after, change.now) for change in found] == [
        (own, "", (f"{own} Take your time.",)),
        ("", own, ("Parking is free.\nUse the back gate.",)),
    ]
    assert _problems(found) == []
    text = " ".join(to_text(apply(HTML, found)).split())
    assert "Take your time. Parking is free. Use the back gate." in text
    gone = _back(lambda paragraphs: [text for text in paragraphs if text != own])
    assert [(change.was, change.now) for change in gone] == [(own, ())]
    assert own not in " ".join(to_text(apply(HTML, gone)).split())


def test_the_letter_that_is_composed_is_in_the_senders_words() -> None:
    own = _own()
    data = copy.deepcopy(DATA)
    data["reworded"] = [{"was": own, "now": [f"<b>{own}</b> & more"]}]
    html = compose(LETTER, data)
    assert f"&lt;b&gt;{own}&lt;/b&gt; &amp; more" in html.replace("’", "’")
    assert own in " ".join(to_text(html).split())


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_swap("Mr Jordan Price", "Mr Gordon Price"), "comes from the record"),
        (_swap("Flat 2", "Flat 3"), "comes from the record"),
        (_swap("Invitation to a disciplinary hearing", "A chat"), "comes from the record"),
        (_swap("Diane Whitfield", "Helen Marsh"), "comes from the record"),
        (_swap("Friday 17 April 2026", "Monday 20 April 2026"), "has lost what the record says"),
        (_swap("uploaded 14 photographs", "uploaded 15 photographs"), "word for word"),
        (_swap("right to bring a companion", "chance to bring a companion"), "word for word"),
        (lambda paragraphs: [*paragraphs[:-1], "You are guilty.", paragraphs[-1]], "takes guilt for granted"),
        (lambda paragraphs: [*paragraphs[:-1], "See ACAS-9a.", paragraphs[-1]], "is a code of ours"),
    ],
)
def test_what_must_not_be_said_otherwise_is_refused(edit: Edit, said: str) -> None:
    found = _back(edit)
    assert any(said in reason for reason in _problems(found))
    with pytest.raises(WrongFact, match="cannot be said like this"):
        compose(LETTER, {**DATA, "reworded": [change.model_dump() for change in found]})


def test_a_required_passage_is_said_otherwise_only_with_an_approval_and_keeps_its_facts() -> None:
    passage = next(
        block for block in blocks_of(HTML) if block.passages and "17 April" in block.text and not block.fixed
    )
    change = Rewording(was=passage.text, nth=passage.nth, now=(f"So: {passage.text}",))
    assert any("word for word" in reason for reason in _problems((change,)))
    approved = change.model_copy(update={"approved": "Priya Nair, minute 2026/4"})
    assert _problems((approved,)) == []
    html = compose(LETTER, {**DATA, "reworded": [approved.model_dump()]})
    kept = next(block for block in blocks_of(html) if block.text.startswith("So: "))
    assert kept.passages == passage.passages
    without = approved.model_copy(update={"now": ("Come when you like.",)})
    assert any("has lost" in reason for reason in _problems((without,)))


def test_nothing_is_added_to_what_comes_from_the_record_nor_within_a_passage() -> None:
    blocks = blocks_of(HTML)
    heading = next(block for block in blocks if block.element.tag == "h1")
    inside = next(
        first
        for first, second in itertools.pairwise(blocks)
        if not first.fixed and first.element.passages & second.element.passages
    )
    more = {"now": ("You can come at any time.",)}
    for block, said in ((blocks[0], "Nothing can be added after"), (inside, "has to be there word for word")):
        found = _problems((Rewording(after=block.text, nth=block.nth, **more),))
        assert any(said in reason for reason in found)
    assert _problems((Rewording(after="", **more),)) == ["Nothing can be added before the letterhead."]
    assert _problems((Rewording(after=heading.text, **more),)) == []


def test_guilt_may_be_named_once_it_is_decided() -> None:
    change = Rewording(was="", after=_own(), now=("You are guilty of it.",))
    assert _problems((change,), before_outcome=False) == []
    assert _problems((change,)) != []


@pytest.mark.parametrize(
    "said",
    [
        {"own_words": ["It was Jordan Price."]},
        {"reworded": [{"after": "", "now": ["It was Jordan Price."]}]},
    ],
)
def test_whom_a_letter_withholds_is_not_named_in_the_senders_own_words_either(said: dict[str, Any]) -> None:
    letter = next(item for item in shipped().letters.values() if "employee" in item.withholds)
    data = example(letter.id)
    assert "Jordan Price" not in compose(letter.id, data)
    data["employee"] = "Mr Jordan Price"
    with pytest.raises(WrongFact, match="it names the employee"):
        compose(letter.id, {**data, **said})


def test_a_change_that_has_nothing_to_stand_on_any_more_is_refused() -> None:
    change = Rewording(was="Something that the letter said last week.", now=("Something else.",))
    assert _problems((change,)) == [
        "The letter does not say “Something that the letter said last week.” any more."
    ]


def test_a_draft_of_another_day_takes_the_dates_of_today_and_no_other_change() -> None:
    later = copy.deepcopy(DATA)
    later["letter"]["date"] = "2026-03-09"
    later["fields"]["companion_latest"] = "2026-04-27"
    own = _own()
    html = compose(LETTER, later)
    assert changes(html, _out(), LANGUAGE) == ()
    found = changes(html, _swap(own, f"{own} Take your time.")(_out()), LANGUAGE)
    assert [change.now for change in found] == [(f"{own} Take your time.",)]


def test_items_of_a_list_can_be_added_and_a_list_without_items_goes() -> None:
    html = "<body><h1>T</h1><p>a</p><ul><li>one</li><li>two</li></ul><p>z</p><div class='close'><p>end</p></div></body>"
    added = apply(html, [Rewording(after="one", now=("one and a half",))])
    assert "<li>one</li>\n<li>one and a half</li><li>two</li>" in added
    emptied = apply(html, [Rewording(was="one"), Rewording(was="two")])
    assert "<li>" not in emptied


def test_tracked_changes_count_as_accepted_breaks_are_lines_and_margins_do_not_count() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("one")
    paragraph.add_run().add_break()
    paragraph.add_run("two")
    for tag, words, text in (("ins", "t", " new"), ("del", "delText", " old")):
        change = paragraph._p.makeelement(qn(f"w:{tag}"), {})
        run = change.makeelement(qn("w:r"), {})
        said = run.makeelement(qn(f"w:{words}"), {})
        said.text = text
        run.append(said)
        change.append(run)
        paragraph._p.append(change)
    document.add_table(1, 1).cell(0, 0).text = "cell"
    document.sections[0].header.paragraphs[0].text = "head"
    file = io.BytesIO()
    document.save(file)
    assert lines_of(file.getvalue()) == ["one\ntwo new", "cell"]
