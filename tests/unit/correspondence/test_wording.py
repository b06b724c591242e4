"""The wording of a passage: what approvals are bound to, so it never changes for the same words."""

from __future__ import annotations

from pathlib import Path

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.correspondence.wording import Wording, labels, wordings
from tests.unit.correspondence.small import USE_ALL, library

ONE = "- {id: acas:10, says: The date of it.}"
PASSAGE = """\
{% satisfies "acas:10" %}
<p>Please come.
{% if fields.kind == "a" %}Bring {{ fields.words | lower_first }}.{% else %}Bring nothing.{% endif %}</p>
{% endsatisfies %}
"""


def worded(folder: Path, template: str) -> Wording:
    return wordings(library(folder, USE_ALL + template, ONE), "small")["acas:10"]


def test_a_wording_is_told_as_the_format_says(tmp_path: Path) -> None:
    is_a = ["is", "kind", ["a"]]
    told = [
        ["text", "Please come.", []],
        ["asked", "fields.kind", []],
        ["text", "Bring", [is_a]],
        ["read", "fields.words", [is_a]],
        ["filter", "lower_first", [is_a]],
        ["text", ".", [is_a]],
        ["text", "Bring nothing.", [["not", is_a]]],
    ]
    assert worded(tmp_path, PASSAGE).digest == sha256_hex(canonical_bytes(told))


def test_people_read_it_with_its_facts_in_brackets(tmp_path: Path) -> None:
    made = library(tmp_path, USE_ALL + PASSAGE, ONE)
    text = wordings(made, "small")["acas:10"].text(labels(made, "small"))
    assert text == ("Please come. (if kind is a:) Bring [Some words]. (if kind is not a:) Bring nothing.")


def test_how_a_template_is_divided_makes_no_difference(tmp_path: Path) -> None:
    whole = worded(tmp_path, '{% satisfies "acas:10" %}<p>One two three.</p>{% endsatisfies %}')
    parts = worded(
        tmp_path,
        '{% with x = "1" %}{% satisfies "acas:10" %}<p>One {# #}<b>two</b>\n  three.</p>'
        '{% if x == "2" %}never{% endif %}{% endsatisfies %}{% endwith %}',
    )
    assert whole.digest == parts.digest
    other = worded(tmp_path, '{% satisfies "acas:10" %}<p>One two four.</p>{% endsatisfies %}')
    assert other.digest != whole.digest
