from __future__ import annotations

from casework.correspondence.plaintext import WIDTH, to_text
from tests.unit.rendering.pages import page_of


def lines(body: str) -> list[str]:
    """Return the lines of the text of a page, without those about its foot."""
    return to_text(page_of(body)).splitlines()[2:]


def test_the_foot_of_the_pages_is_told_once_at_the_top() -> None:
    assert to_text(page_of("<p>a</p>")).startswith("[At the foot of each page: Foot | Page x of y]\n\na\n")


def test_headings_lists_and_breaks() -> None:
    body = "<h1>One</h1><p>a<br>b</p><ul><li>x</li><li>y</li></ul><h2>Two</h2><ol><li value='4'>p</li><li>q</li></ol>"
    assert lines(body) == ["One", "===", "a", "b", "", " - x", " - y", "", "Two", "---", "4. p", "5. q"]


def test_long_lines_are_wrapped_and_items_indented() -> None:
    body = f"<ol><li><p>{'word ' * 40}</p><p>more</p></li></ol>"
    found = lines(body)
    assert all(len(line) <= WIDTH for line in found)
    assert found[0].startswith("1. word")
    assert all(line.startswith("   ") for line in found[1:] if line)


def test_numbers_are_not_parted_from_their_words() -> None:
    body = f"<p>{'x' * (WIDTH - 10)} on 27\u00a0February\u00a02026</p>"
    assert lines(body) == ["x" * (WIDTH - 10) + " on", "27 February 2026"]


def test_markup_in_words_stays_words() -> None:
    assert lines("<p>&lt;p&gt; &amp;amp; <b>b</b></p>") == ["<p> &amp; b"]
