"""What a school may change of our letters, what it may not, and what needs an approval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.correspondence.check import check_all
from casework.correspondence.compose import compose, to_text
from casework.correspondence.examples import example
from casework.correspondence.library import Library, shipped
from casework.correspondence.look import contrast
from casework.correspondence.overlay import read_files
from casework.services.own_letters import approve_words, rewordings

SUPPORT = "shared/support.html.j2"
OUR_SUPPORT = shipped().text(SUPPORT) or ""
PRIVACY = "shared/privacy.html.j2"


def own(folder: Path, **files: str) -> Path:
    """Write files of a school's own into a folder; `__` in a name stands for a slash, `_` for a dot or hyphen."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def found(folder: Path) -> list[str]:
    return [finding.reason for finding in check_all((folder,))]


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Write our own file into the folder with something put in the place of something else."""
    text = shipped().text(name) or ""
    assert old in text
    return own(folder, **{name: text.replace(old, new)})


def test_words_around_a_passage_are_the_schools_own(tmp_path: Path) -> None:
    own(tmp_path, **{SUPPORT: OUR_SUPPORT + "<p>Samira Ahmed keeps Thursdays free.</p>\n"})
    assert found(tmp_path) == []
    html = compose("suspension", example("suspension"), library=Library.adopted(read_files(tmp_path)[0]))
    assert "Samira Ahmed keeps Thursdays free." in to_text(html)


def test_a_passage_keeps_its_wording_whatever_the_markup_around_the_words(tmp_path: Path) -> None:
    changed(tmp_path, PRIVACY, "<p>", "{# in bold #}\n<p><b>")
    own(tmp_path, **{PRIVACY: (tmp_path / PRIVACY).read_text().replace("</p>", "</b></p>")})
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "hearing-invitation/letter.yaml",
            "before_outcome: true",
            "before_outcome: false",
            "`before_outcome` is changed",
        ),
        (
            "hearing-invitation/letter.yaml",
            "recipient: employee",
            "recipient: clerk",
            "The letter would go to somebody to whom ours does not: clerk",
        ),
        (
            "hearing-invitation/letter.yaml",
            "sent_by: [headteacher",
            "sent_by: [note_taker, headteacher",
            "Who may sign is wider",
        ),
        (
            "hearing-invitation/letter.yaml",
            "from: [step.rearrange_hearing.hearing_at, step.invite_to_hearing.hearing_at]",
            "from: asked",
            "hearing_at is another fact than it was",
        ),
        (
            "hearing-invitation/letter.yaml",
            "  - id: acas:25\n",
            "  - id: acas:250\n",
            "There is no rule acas:250",
        ),
        (
            "hearing-invitation/letter.yaml",
            "catalogue: [L-12]",
            "catalogue: [L-12, L-28]",
            "`catalogue` is changed",
        ),
        ("shared/letter.html.j2", "{% if own_words %}", "{% if copy_to %}", ""),
        (
            "shared/letter.html.j2",
            "{{ letter.replaces.reason | stopped }}",
            "",
            "no longer says why it is replaced",
        ),
        (
            "shared/letter.html.j2",
            "<title>{{ letter.title }}</title>",
            '<title>{% include "shared/help.html.j2" %}{{ letter.title }}</title>',
            "would not be on the page",
        ),
        (
            "hearing-invitation/letter.html.j2",
            '{% extends "shared/letter.html.j2" %}',
            "",
            "not on the page that every letter is on",
        ),
        (PRIVACY, "<p>", "<p hidden>", "no use for the attribute “hidden”"),
        (PRIVACY, "<p>", '<p style="color: white">', "no use for the attribute “style”"),
        (PRIVACY, "<p>", '<p class="tiny">', "no class “tiny”"),
        (PRIVACY, "<p>", "<!-- --><p>", "would be in the letter unseen"),
        (PRIVACY, "<p>", "<script></script><p>", "no use for the element “script”"),
        (PRIVACY, "<p>", '<p>{{ "You are guilty" }}', "takes guilt for granted"),
    ],
)
def test_what_a_school_may_not_change(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    changed(tmp_path, name, old, new)
    assert any(says in reason for reason in found(tmp_path)) if says else found(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("letter.css", "the same for all"),
        ("fonts/Ours.ttf", "the same for all"),
        ("logo.png", "Pictures are not kept"),
        ("hearing-invitation/letter.html", "casework knows no such file"),
        ("Hearing/letter.yaml", "casework knows no such file"),
        ("approvals.yml", "casework knows no such file"),
    ],
)
def test_a_file_that_is_none_of_a_letters_is_told(tmp_path: Path, name: str, says: str) -> None:
    own(tmp_path, **{name: "x", "README.md": "ours", ".git/config": "x"})
    (reason,) = found(tmp_path)
    assert says in reason


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / SUPPORT).write_bytes(b"\xff\xfe words")
    (tmp_path / PRIVACY).symlink_to("/etc/hostname")
    assert found(tmp_path) == ["The file cannot be read as text."] * 2


def test_a_letter_of_the_schools_own_has_a_number_of_its_own(tmp_path: Path) -> None:
    ours = (shipped().text("suspension-ended/letter.yaml") or "").replace("title: ", "title: Our ")
    template = shipped().text("suspension-ended/letter.html.j2") or ""
    own(tmp_path, **{"welcome-back/letter.yaml": ours, "welcome-back/letter.html.j2": template})
    assert found(tmp_path) == ["L-04 is a number of our catalogue, and this is a letter of your own."]
    own(tmp_path, **{"welcome-back/letter.yaml": ours.replace("[L-04]", "[S-01]")})
    assert found(tmp_path) == []


def test_an_approval_holds_for_the_words_that_were_approved(tmp_path: Path) -> None:
    old, new = "If you cannot come,", "If you are not able to come,"
    changed(tmp_path, "hearing-invitation/letter.html.j2", old, new)
    (reason,) = found(tmp_path)
    assert "The required passage acas:25 is not in our words (hearing-invitation)" in reason
    ((approval, one),) = approve_words(
        tmp_path, "acas:25", by="Dana Whitfield, chair", because="Agreed with the unions", on=date(2026, 3, 2)
    )
    assert (approval.wording, one.approved) == (one.theirs.short, False)
    assert found(tmp_path) == []
    assert [(one.passage, one.approved) for one in rewordings(tmp_path)] == [("acas:25", True)]
    with pytest.raises(BadInput, match="approved already"):
        approve_words(
            tmp_path, "acas:25", by="Dana Whitfield", because="Once more, please", on=date(2026, 3, 2)
        )
    changed(tmp_path, "hearing-invitation/letter.html.j2", old, "If you will not come,")
    assert len(found(tmp_path)) == 1


def test_an_approval_says_who_and_why(tmp_path: Path) -> None:
    changed(tmp_path, "hearing-invitation/letter.html.j2", "If you cannot come,", "If you can’t come,")
    for by, because in (("", "Because it is shorter"), ("Dana Whitfield", "So")):
        with pytest.raises(BadInput, match="names who gives it"):
            approve_words(tmp_path, None, by=by, because=because, on=date(2026, 3, 2))
    with pytest.raises(BadInput, match="in our own words there"):
        approve_words(tmp_path, "acas:23", by="Dana Whitfield", because="It is shorter", on=date(2026, 3, 2))
    assert not (tmp_path / "approvals.yaml").exists()
    own(
        tmp_path,
        **{"approvals.yaml": "approvals:\n  - {passage: acas:25, wording: zz, by: x, on: 1, because: y}\n"},
    )
    assert len(found(tmp_path)) > 1


def test_a_changed_condition_or_filter_is_another_wording(tmp_path: Path) -> None:
    name = "hearing-invitation/letter.html.j2"
    for old, new in (
        ("{{ fields.hearing_at | day_and_time }}", "{{ fields.hearing_at | time }}"),
        (
            '{% if fields.recording == "notes" %}\nYou will get',
            '{% if fields.recording == "recorded" %}\nYou will get',
        ),
    ):
        changed(tmp_path, name, old, new)
        assert any("is not in our words" in reason for reason in found(tmp_path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('colours: {headings: "#0b3d62", line: "#888888"}', ""),
        ('colours: {headings: "#ffff00"}', "too pale for white paper"),
        ('colours: {headings: "red"}', "is not a colour"),
        ('colours: {body: "#000000"}', "Extra inputs are not permitted"),
    ],
)
def test_colours_can_be_read_on_white_paper(tmp_path: Path, text: str, says: str) -> None:
    own(tmp_path, **{"look.yaml": text})
    reasons = found(tmp_path)
    assert (says in reasons[0]) if says else reasons == []
    if not says:
        html = compose("suspension", example("suspension"), library=Library.adopted(read_files(tmp_path)[0]))
        assert "<style>h1,h2,h3{color:#0b3d62}.facts{border-color:#888888}</style>" in html


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000"), 2) == 21
    assert round(contrast("#767676"), 2) == 4.54
    assert round(contrast("#ffffff"), 2) == 1
