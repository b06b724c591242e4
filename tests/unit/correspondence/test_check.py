from __future__ import annotations

from pathlib import Path

import pytest

from casework.correspondence.check import check_all
from casework.correspondence.library import Library
from tests.unit.correspondence.small import USE_ALL, library, reasons

ONE = "- {id: acas:10, says: The date of it.}"
WHEN_A = "- {id: acas:10, says: The date of it., when: {field: kind, is: a}}"
MARK = '{% satisfies "acas:10" %}words{% endsatisfies %}'


def missing(folder: Path, template: str, required: str = ONE) -> bool:
    """Say whether the check finds that the passage acas:10 can be missing, and nothing else is wrong."""
    found = reasons(folder, USE_ALL + template, required)
    assert all("The passage acas:10 is missing" in reason for reason in found)
    return bool(found)


def test_the_shipped_letters_are_in_order() -> None:
    assert [str(finding) for finding in check_all()] == []


@pytest.mark.parametrize(
    "template",
    [
        MARK,
        "{% if fields.yes_or_no %}" + MARK + "{% else %}" + MARK + "{% endif %}",
        '{% if fields.kind == "a" %}'
        + MARK
        + '{% elif fields.kind != "b" %}'
        + MARK
        + "{% else %}"
        + MARK
        + "{% endif %}",
        '{% if fields.kind in ("a", "b") %}'
        + MARK
        + '{% endif %}{% if fields.kind == "c" %}'
        + MARK
        + "{% endif %}",
        "{% if fields.yes_or_no %}"
        + MARK
        + "{% endif %}{% if not fields.yes_or_no %}"
        + MARK
        + "{% endif %}",
        '{% if fields.yes_or_no or fields.kind == "a" %}' + MARK + "{% endif %}"
        '{% if not fields.yes_or_no and fields.kind != "a" %}' + MARK + "{% endif %}",
        "{% block body %}" + MARK + "{% endblock %}",
        '{% with word = "x" %}{% if word == "x" %}' + MARK + "{% endif %}{% endwith %}",
        '{% satisfies "acas:10" %}{% for person in fields.people %}{{ person.name }}{% endfor %}{% endsatisfies %}',
        '{% satisfies "acas:10" %}{% for i in fields.items %}{{ i }}{% else %}none{% endfor %}{% endsatisfies %}',
        '{% satisfies "acas:10" %}{% if fields.yes_or_no %}yes{% else %}no{% endif %}{% endsatisfies %}',
    ],
)
def test_a_passage_on_every_path_is_there(tmp_path: Path, template: str) -> None:
    assert not missing(tmp_path, template)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{# " + MARK + " #}",
        "{% if fields.yes_or_no %}" + MARK + "{% endif %}",
        "{% if not fields.yes_or_no %}" + MARK + "{% endif %}",
        '{% if fields.kind == "a" %}' + MARK + '{% elif fields.kind == "b" %}' + MARK + "{% endif %}",
        '{% if fields.kind in ("a", "b") %}' + MARK + "{% endif %}",
        '{% if fields.yes_or_no and fields.kind == "a" %}' + MARK + "{% endif %}",
        '{% if fields.yes_or_no %}{% if fields.kind == "a" %}'
        + MARK
        + "{% endif %}{% else %}"
        + MARK
        + "{% endif %}",
        "{% for person in fields.people %}" + MARK + "{% endfor %}",
        "{% if copy_to %}" + MARK + "{% endif %}",
        "{% if draft %}" + MARK + "{% else %}" + MARK + "{% endif %}",
        "{% if fields.items | length > 0 %}" + MARK + "{% endif %}",
        '{% with word = "x" %}{% if word == "y" %}' + MARK + "{% endif %}{% endwith %}",
    ],
)
def test_a_passage_that_some_path_lacks_is_missing(tmp_path: Path, template: str) -> None:
    assert missing(tmp_path, template)


def test_a_passage_that_is_needed_sometimes_may_be_absent_otherwise(tmp_path: Path) -> None:
    assert not missing(tmp_path, '{% if fields.kind == "a" %}' + MARK + "{% endif %}", WHEN_A)
    assert missing(tmp_path, '{% if fields.kind == "b" %}' + MARK + "{% endif %}", WHEN_A)
    assert missing(
        tmp_path, '{% if fields.kind == "a" and fields.yes_or_no %}' + MARK + "{% endif %}", WHEN_A
    )


def test_the_finding_gives_the_values_under_which_the_passage_is_missing(tmp_path: Path) -> None:
    template = USE_ALL + '{% if fields.kind == "a" or fields.yes_or_no %}' + MARK + "{% endif %}"
    assert reasons(tmp_path, template, ONE) == [
        "letter.yaml:15: The passage acas:10 is missing where kind is b and yes_or_no is false: The date of it."
    ]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ('{% satisfies "lx:1" %}x{% endsatisfies %}', "letter.yaml does not require the passage lx:1."),
        ('{% satisfies "acas:10" %}<p></p>{% endsatisfies %}', "The passage acas:10 may say nothing."),
        (
            '{% satisfies "acas:10" %}{% if fields.yes_or_no %}x{% endif %}{% endsatisfies %}',
            "The passage acas:10 may say nothing.",
        ),
        (
            '{% satisfies "acas:10" %}{% for i in fields.items %}{{ i }}{% endfor %}{% endsatisfies %}',
            "The passage acas:10 may say nothing.",
        ),
    ],
)
def test_marks_have_to_mean_something(tmp_path: Path, template: str, reason: str) -> None:
    found = reasons(tmp_path, USE_ALL + MARK + template, ONE)
    assert len(found) == 1
    assert reason in found[0]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{% if fields.words %}x{% endif %}", "fields.words is no field to ask about."),
        ("{% if recipient.name %}x{% endif %}", "recipient.name is no field to ask about."),
        ('{% if fields.words == "x" %}x{% endif %}', "This compares something that is no field."),
        ('{% if fields.kind == "d" %}x{% endif %}', "fields.kind is never 'd'."),
        ('{% if fields.kind > "a" %}x{% endif %}', "This is not a comparison with fixed values."),
        ("{% if fields.kind == fields.words %}x{% endif %}", "This is not a comparison with fixed values."),
        ("{% if true %}x{% endif %}", "This is not a condition on a field."),
        ("{% if fields.none %}x{% endif %}", "There is no fact fields.none."),
        ("{{ fields.none }}", "There is no fact fields.none."),
        ("{{ school.naem }}", "There is no fact school.naem."),
        ("{{ school }}", "school is a record, not a leaf."),
        ("{{ fields.people }}", "fields.people is a list, not a leaf."),
        ("{{ fields.words.upper }}", "There is no fact fields.words.upper."),
        ("{{ fields.words.upper() }}", "This is not a fact to print."),
        ("{{ fields['words'] }}", "This is not a fact to print."),
        ("{{ 1 + 1 }}", "This is not a fact to print."),
        ("{{ fields.words if fields.yes_or_no else 'x' }}", "This is not a fact to print."),
        ("{{ fields.words | safe }}", "There is no filter safe."),
        ("{% for x in fields.words %}{{ x }}{% endfor %}", "This is not a loop over a list of facts."),
        ("{% for x in fields.items if x %}{{ x }}{% endfor %}", "This is not a loop over a list of facts."),
        ("{% for x in [1, 2] %}{{ x }}{% endfor %}", "This is not a loop over a list of facts."),
        ("{% set x = 1 %}", "A letter has no use for “assign”."),
        ("{% macro m() %}x{% endmacro %}", "A letter has no use for “macro”."),
        ("{% autoescape false %}x{% endautoescape %}", "A letter has no use for"),
        ("{% with x = 1 + 1 %}{% endwith %}", "x names no fact and no constant."),
        ("{% include 'no/such.html.j2' %}", "There is no no/such.html.j2."),
        ("{% include 'small/letter.html.j2' %}", "small/letter.html.j2 includes itself."),
        ("{% include fields.words %}", "This include is not plain."),
        ("{% include 'shared/help.html.j2' ignore missing %}", "This include is not plain."),
        ("{% include 'shared/help.html.j2' without context %}", "This include is not plain."),
        ("{% if fields.yes_or_no %}", "Unexpected end of template"),
        ("{% satisfies %}x{% endsatisfies %}", "expected token 'string'"),
        ("{% if fields.items | listed == 'x' %}x{% endif %}", "This is not a count of a list."),
    ],
)
def test_what_the_check_cannot_follow_is_a_finding(tmp_path: Path, template: str, reason: str) -> None:
    found = reasons(tmp_path, USE_ALL + template)
    assert any(reason in one for one in found), found
    assert all(one.startswith("letter.html.j2:") for one in found if reason in one)


def test_a_declared_field_that_nothing_uses_is_a_finding(tmp_path: Path) -> None:
    found = reasons(tmp_path, USE_ALL.replace("{{ fields.words }}", ""))
    assert found == ["letter.yaml:10: words is declared and never used."]


def test_a_field_is_used_only_where_it_is_given(tmp_path: Path) -> None:
    found = reasons(tmp_path, USE_ALL + "{{ fields.only_a }}")
    assert found == ["letter.html.j2:5: only_a is used where kind is b, and is not given there."]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            "fields: {x: {type: text, label: Some words, when: {field: y, is: 1}}}",
            "There is no field y to decide.",
        ),
        (
            "fields:\n  y: {type: enum, label: One of two, options: {a: A, b: B}}\n"
            "  x: {type: text, label: Some words, when: {field: y, is: c}}",
            "y is never 'c'.",
        ),
        (
            "fields:\n  x: {type: boolean, label: First}\n"
            "  y: {type: boolean, label: Second, when: {field: x, is: true}}\n"
            "  z: {type: boolean, label: Third, when: {field: y, is: true}}",
            "z hangs on y, which hangs on another field.",
        ),
    ],
)
def test_a_when_tests_a_field_that_decides(tmp_path: Path, fields: str, reason: str) -> None:
    assert any(reason in one for one in reasons(tmp_path, "", fields=fields + "\n"))


@pytest.mark.parametrize(
    "words",
    [
        "You are guilty.",
        "You have breached it.",
        "your <b>misconduct</b>",
        "a neutral act",
        "it has been proved",
    ],
)
def test_no_word_of_guilt_before_the_outcome(tmp_path: Path, words: str) -> None:
    found = reasons(tmp_path, USE_ALL + f"<p>{words}</p>")
    assert len(found) == 1
    assert "takes guilt for granted" in found[0]


@pytest.mark.parametrize("words", ["under ACAS-9a", "KCSIE-4.10", "letter L-12", "rule SMP-4.1b"])
def test_no_code_of_ours_is_printed(tmp_path: Path, words: str) -> None:
    found = reasons(tmp_path, USE_ALL + words)
    assert len(found) == 1
    assert "is a code of ours" in found[0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ("fields: {Bad: {type: text, label: Some words}}", "'Bad' is not a name"),
        ("fields: {x: {type: enum, label: Some words}}", "an enum, and nothing else, has options"),
        (
            "fields: {x: {type: text, label: Some words, options: {a: A}}}",
            "an enum, and nothing else, has options",
        ),
        ("fields: {x: {type: rows, label: Some rows}}", "rows, and nothing else, have columns"),
        (
            "fields: {x: {type: text, label: Some words, each: allegation}}",
            "only rows are given for each allegation",
        ),
        ("fields: {x: {type: number, label: Some words}}", "Input should be"),
        ("fields: {x: {type: text, label: Some words, from: nowhere}}", "'nowhere' is not a source"),
        ("fields: {x: {type: text, label: Some words, colour: red}}", "Extra inputs are not permitted"),
        ("required: [{id: Nonsense, says: Something or other}]", "is not the id of a passage"),
        ("shares: [no-such]", "There is no shared/no-such.yaml to share."),
        ("catalogue: [L-1]", "stands here twice"),
    ],
)
def test_a_letter_file_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, fields: str, reason: str
) -> None:
    found = reasons(tmp_path, "", fields=fields + "\n")
    assert any(reason in one and one.startswith("letter.yaml:7:") for one in found), found


def test_every_error_of_every_file_is_found_at_once(tmp_path: Path) -> None:
    library(tmp_path, USE_ALL + "{{ fields.none }}", ONE)
    (tmp_path / "Bad Name").mkdir()
    (tmp_path / "Bad Name" / "letter.yaml").write_text("title: x")
    (tmp_path / "worse").mkdir()
    (tmp_path / "worse" / "letter.yaml").write_text("title: [")
    found = [f"{finding.file}: {finding.reason}" for finding in check_all((tmp_path,))]
    assert len(found) == 4
    assert any("Bad Name" in one for one in found)
    assert any("worse/letter.yaml: This is not YAML" in one for one in found)
    assert any("fields.none" in one for one in found)
    assert any("acas:10 is missing" in one for one in found)


def test_a_school_may_not_drop_a_passage_of_ours(tmp_path: Path) -> None:
    shipped = Library.read()
    place = tmp_path / "suspension"
    place.mkdir()
    ours = shipped.text("suspension/letter.yaml") or ""
    (place / "letter.yaml").write_text(ours)
    assert not [finding for finding in check_all((tmp_path,)) if finding.file.startswith("suspension")]
    weaker = ours.replace("id: letter:available", "id: letter:something-else")
    weaker = weaker.replace(
        "when: {field: employer_type, is: M-LA}", "when: {field: employer_type, is: ACAD}"
    )
    (place / "letter.yaml").write_text(weaker)
    found = [finding.reason for finding in check_all((tmp_path,)) if "no longer required" in finding.reason]
    assert [reason.split()[2] for reason in found] == ["letter:available", "ssr:19b"]


def test_a_school_may_put_its_own_words_in_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "privacy.html.j2").write_text(
        '{% satisfies "ukgdpr:5a" %}<p>Ask.</p>{% endsatisfies %}'
    )
    assert check_all((tmp_path,)) == []
    (tmp_path / "shared" / "privacy.html.j2").write_text("<p>Ask.</p>")
    assert {finding.reason.split()[2] for finding in check_all((tmp_path,))} == {"ukgdpr:5a"}
