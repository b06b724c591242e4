"""Plays a case on the pages as somebody would who has never seen them: one form after another, nothing beside."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from casework.base.time import FixedClock
from casework.services.workspace import Workspace
from tests.integration.web.conftest import Browser

Fields = Mapping[str, str | list[str]]


class Player:
    """Somebody at the pages of one case.

    Args:
        browser: theirs, signed in.
        workspace: whose clock the player sets.
    """

    def __init__(self, browser: Browser, workspace: Workspace) -> None:
        self.browser, self.workspace, self.address = browser, workspace, ""

    def now(self, moment: str) -> None:
        """Let it be another time, a local one in ISO form."""
        at = datetime.fromisoformat(moment).replace(tzinfo=self.workspace.clock.now().tzinfo)
        self.workspace.clock = FixedClock(at)

    def open_case(self, reported: str, summary: str, about: str) -> None:
        """Open a case by its three questions."""
        self.browser.get("/cases/new")
        for question, typed in (("when", {"reported": reported}), ("what", {"summary": summary})):
            self.browser.post(f"/cases/new/{question}", typed)
        self.browser.post("/cases/new/who", {"employee": about})
        self.address = str(self.browser.post("/cases/new/check").url.path)

    def give(self, named: str, role: str) -> None:
        """Give somebody a part, from the case's page where that asks for it."""
        self.send("people/give", {"named": named, "role": role}, start=f"people/give?role={role}")

    def send(self, page: str, fields: Fields, *, start: str = "") -> str:
        """Send the form of a page of the case, and return the page that follows; a refusal fails, in its words."""
        self.browser.get(f"{self.address}/{start or page}")
        answer = self.browser.post(f"{self.address}/{page}", fields)
        assert answer.status_code == 200, f"{page}: {problem_of(answer.text)}"
        return answer.text

    def first_look(self, **answers: str) -> str:
        """Answer every question of the first look: `no`, but for those that are named; return what follows."""
        page = self.browser.get(f"{self.address}/first-look").text
        for _ in range(40):
            asked = re.findall(r'name="question" value="([^"]+)"', page.partition("<details>")[0])
            if not asked and 'name="rest"' not in page:
                return page
            offered = re.findall(r'name="answer" value="([^"]+)"', page)
            usual = "no" if "no" in offered else next(iter(offered), "")
            typed = {"answer": answers.get(asked[0], usual), "why": "Looked at."} if asked else {}
            typed = typed or {"rest": "None of this."}
            answer = self.browser.post(f"{self.address}/first-look", typed)
            assert answer.status_code == 200, f"{asked}: {problem_of(answer.text)}"
            page = answer.text
        raise AssertionError("The first look never ends.")

    def take(
        self,
        step: str,
        fields: Fields,
        *,
        by: str = "",
        each: Fields | None = None,
        beside: Fields | None = None,
    ) -> str:
        """Take a step: its pages for single allegations first, where it has them; `beside` is what shows it."""
        address = f"{self.address}/steps/{step}"
        shown = self.browser.get(address)
        while "/allegations/" in str(shown.url.path):
            number = str(shown.url.path).rpartition("/")[2]
            typed = {f"f.{name}.{number}": value for name, value in (each or {}).items()}
            shown = self.browser.post(str(shown.url.path), {**typed, "do": "next"})
            assert shown.status_code == 200, f"{step}: {problem_of(shown.text)}"
        sent = filled(shown.text) | {f"f.{name}": value for name, value in fields.items()}
        answer = self.browser.post(address, {**sent, **(beside or {}), "taken_by": by, "do": "take"})
        assert answer.status_code == 200, f"{step}: {problem_of(answer.text)}"
        assert "Recorded:" in answer.text
        return answer.text

    def write(self, letter: str, day: str, **fields: str) -> None:
        """Write a letter, with something in every box that is empty, issue it, and record that it was handed over."""
        page, sent = written(self.browser, self.address.rpartition("/")[2], letter, day)
        given = {f"f.{name}": value for name, value in fields.items()}
        issued = self.browser.post(page, {**sent, **given, "do": "issue"}).text
        assert "Issued:" in issued, f"{letter}: {problem_of(issued)}"
        number = re.findall(r"/letters/(\d+)", self.browser.get(f"{self.address}/letters").text)[-1]
        served = {"method": "hand", "on": day, "proof": "Signed for"}
        life = f"{self.address}/letters/{number}"
        self.browser.get(life)
        assert "Counts as served" in self.browser.post(f"{life}/served", served).text


def said(page: str) -> str:
    """The words of a page on one line."""
    words = re.sub(r"(?s)<head>.*?</head>|<[^>]+>", " ", page)
    return " ".join(html.unescape(words).split())


def written(
    browser: Browser, reference: str, letter: str, day: str = "2026-03-09"
) -> tuple[str, dict[str, Any]]:
    """Answer what a letter asks until it is complete; return its address and what was typed."""
    address = f"/cases/{reference}/letters/new/{letter}"
    fields: dict[str, Any] = {}
    browser.get(address)
    for _ in range(4):
        fields |= answers(browser.page, day)
        do = "details" if "Keep these details" in browser.page else "look"
        browser.post(address, {**fields, "do": do})
        if "The letter is complete" in browser.page:
            return address, {name: value for name, value in fields.items() if not name.startswith("d.")}
    raise AssertionError(said(browser.page))


def answers(page: str, day: str) -> dict[str, str]:
    """Something that fits for each question that has to be answered."""
    asked = page.partition('id="questions"')[2].partition("Words of your own")[0]
    given = {"date": day, "time": "10:00", "number": "30", "text": "01234 567899"}
    found = {
        name: given[kind]
        for name, kind in re.findall(r'name="([fd]\.[^"]+)" type="([\w-]+)"', asked)
        if kind in given
    }
    found |= dict.fromkeys(re.findall(r'<textarea id="([fd]\.[^"]+)"', asked), "Words that say it.")
    found |= dict(reversed(re.findall(r'type="radio" name="(f\.[^"]+)" value="(no|[a-z_]+)"', asked)))
    for name, options in re.findall(r'(?s)<select id="(f\.[^"]+)".*?>(.*?)</select>', asked):
        found[name] = re.findall(r'value="([^"]+)"', options)[0]
    return found


class _Boxes(HTMLParser):
    """What stands in the boxes of a page, as a browser would send it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str | list[str]] = {}
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        kind, name = known.get("type", "text"), known.get("name", "")
        if tag == "textarea":
            self._words = name
        elif tag == "input" and name and (kind not in ("radio", "checkbox", "file") or "checked" in known):
            self.found[name] = known.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._words = ""

    def handle_data(self, data: str) -> None:
        if self._words:
            self.found[self._words] = data


def filled(page: str) -> dict[str, str | list[str]]:
    """Return what a page has filled in already."""
    boxes = _Boxes()
    boxes.feed(page.partition("<main")[2])
    return boxes.found


def problem_of(page: str) -> str:
    """Return what a page says is wrong, as text."""
    found = re.findall(r'(?s)<div class="problem".*?</div>|<(?:fieldset|div)[^>]*wrong.*?</p>', page)
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(found) or page.partition("<main")[2]).split())
