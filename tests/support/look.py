"""A look at a page in a real browser: its words, what axe finds, how wide it is, what the keyboard reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

from tests.support.browser import LAPTOP, PHONE

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""WCAG 2.2 AA, as axe names the rules for it."""

NARROW: Final = (640, 320)
"""CSS pixels across at 200 % and at 400 % zoom of a window of 1280 (WCAG 1.4.10)."""

_PAGE: Final = """() => ({
    title: document.title,
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map(e => e.innerText),
    text: document.body.innerText,
    spoken: [...document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")].flatMap(e =>
        ["aria-label", "title", "placeholder", "alt"].map(name => e.getAttribute(name)).filter(Boolean)),
})"""

_AXE: Final = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], elementRef: false})"

_STOPS: Final = """() => {
    const kinds = "a[href], button, input, select, textarea, summary, iframe, [tabindex='0']";
    const every = [...document.querySelectorAll(kinds)]
        .filter(e => e.type !== "hidden" && !e.disabled && e.checkVisibility({visibilityProperty: true}));
    const names = new Set();
    const stops = every.filter(e => {
        if (e.type !== "radio") return true;
        const key = (e.form ? [...document.forms].indexOf(e.form) : "") + "/" + e.name;
        if (names.has(key)) return false;
        names.add(key);
        return true;
    });
    window.reached = new Map();
    const key = e => e.type === "radio" ? stops.find(s => s.name === e.name && s.form === e.form) : e;
    document.addEventListener("focusin", event => {
        const e = event.target, style = getComputedStyle(e), box = e.getBoundingClientRect();
        const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        window.reached.set(key(e), drawn && inside);
    });
    window.stops = stops;
    return stops.length;
}"""

_REACHED: Final = """() => window.stops.map(e => ({
    what: e.outerHTML.slice(0, 90), reached: window.reached.has(e), shown: window.reached.get(e) === true }))"""

_TOO_WIDE: Final = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 90))"""

_PRINTED: Final = """() => [...document.querySelectorAll("button, header nav, .skip, .tabs, input[type=file]")]
    .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 90))"""


@dataclass
class Look:
    """What was found on a page; lists are empty where all is well.

    `faults` are what axe found, each with the width at which; `too_wide` is what stands out at 200 % and 400 %;
    `unreached` and `unseen` what the Tab key does not come to, or comes to without showing it; `printed` what is on
    paper and is no use there.
    """

    address: str
    status: int
    title: str
    language: str
    headings: list[str]
    words: str
    faults: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    first_stop: str = ""
    unreached: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)


@cache
def axe() -> str:
    """The program of axe-core."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def look_at(page: Page, address: str) -> Look:
    """Go to a page and look at it in every way."""
    _size(page, LAPTOP)
    answer = page.goto(address)
    look = looked(page, answer.status if answer is not None else 0)
    tab_through(page, look)
    return look


def looked(page: Page, status: int = 200) -> Look:
    """Look at the page that is shown, at every width and on paper."""
    found: dict[str, Any] = page.evaluate(_PAGE)
    words = "\n".join([found["text"], *found["spoken"]])
    look = Look(page.url, status, found["title"], found["language"], found["headings"], words)
    page.evaluate(axe())
    for size in (LAPTOP, PHONE):
        _size(page, size)
        look.faults += _faults(page, size[0])
    for width in NARROW:
        _size(page, (width, 800))
        look.too_wide += [f"{width}: {what}" for what in page.evaluate(_TOO_WIDE)]
    page.emulate_media(media="print")
    look.printed = page.evaluate(_PRINTED)
    page.emulate_media(media="screen")
    _size(page, LAPTOP)
    return look


def _faults(page: Page, width: int) -> Sequence[str]:
    return [
        f"{width}: {fault['id']} ({fault['help']}): {node['html'][:120]}"
        for fault in page.evaluate(_AXE, RULES)["violations"]
        for node in fault["nodes"][:3]
    ]


def tab_through(page: Page, look: Look) -> None:
    """Press Tab as often as there is something to come to, and note what was never come to."""
    stops = page.evaluate(_STOPS)
    for number in range(2 * stops + 2):  # a day and a time are several stops each
        page.keyboard.press("Tab")
        if number == 0:
            look.first_stop = page.evaluate("document.activeElement.innerText || ''")
        if number % 5 == 4 and page.evaluate("window.stops.every(e => window.reached.has(e))"):
            break
    for stop in page.evaluate(_REACHED):
        if not stop["reached"]:
            look.unreached.append(stop["what"])
        elif not stop["shown"]:
            look.unseen.append(stop["what"])


def _size(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
