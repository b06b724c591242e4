"""What runs over a page is one list, one item and one paragraph to whoever has it read aloud."""

from __future__ import annotations

from casework.rendering.pdf import html_to_pdf
from tests.unit.rendering.aloud import Tagged, tree
from tests.unit.rendering.standards import failures, read

LONG = "words " * 500
BODY = f"""<h1>A heading</h1><p>{LONG * 2}</p>
<ol><li value="1"><p>{LONG}</p><p>{LONG}</p></li><li value="2">{LONG * 3}</li></ol>
<ul>{"<li>an item</li>" * 120}</ul><div><p>{LONG}</p><p>{LONG}</p></div>
<table><tr><th scope="col">A column</th></tr>{"<tr><td>a row</td></tr>" * 90}</table><p>The end</p>"""
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>Long</title></head>
<body data-foot="f" data-page="Page" data-of="of" data-draft="D">{BODY}</body></html>"""


def _tags(element: Tagged, name: str) -> list[Tagged]:
    return [inner for inner in element.walk() if inner.tag == name]


def test_what_runs_over_pages_is_one() -> None:
    pdf = html_to_pdf(PAGE)
    assert len(read(pdf).pages) > 8
    assert failures(pdf) == []
    whole = tree(pdf)
    lists = _tags(whole, "L")
    assert [len(found.below) for found in lists] == [2, 120]
    assert {tuple(part.tag for part in item.below) for item in _tags(whole, "LI")} == {("Lbl", "LBody")}
    first = lists[0].below[0].below[1]
    assert [part.tag for part in first.below] == ["P", "P"]
    assert [part.text().count("words") for part in first.below] == [500, 500]
    assert len(_tags(whole, "P")) == BODY.count("<p>")
    assert len(_tags(whole, "TD")) == 90
    heard = whole.text()
    assert heard.count("words") == BODY.count("words")
    assert heard.rstrip().endswith("The end")
