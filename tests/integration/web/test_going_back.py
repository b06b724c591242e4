"""Going back never asks to send a form again: its answer is a page that is fetched, once, by whoever sent it."""

from __future__ import annotations

import asyncio

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from casework.web.going_back import FOR, GoingBack

MINE, YOURS = {"cookie": "casework=mine"}, {"cookie": "casework=yours"}


async def form(request: Request) -> Response:
    if request.method == "GET":
        return HTMLResponse("the form")
    return HTMLResponse("cannot be", 422, headers={"X-Ours": "yes"})


async def paper(request: Request) -> Response:
    return PlainTextResponse("paper")


class Asked:
    def __init__(self) -> None:
        self.now = 0.0
        inner = Starlette(
            routes=[
                Route("/form", form, methods=["GET", "POST"]),
                Route("/act", form, methods=["POST"]),
                Route("/paper", paper, methods=["GET", "POST"]),
            ]
        )
        self._app = GoingBack(inner, ["/form", "/paper"], now=lambda: self.now)

    def __call__(self, method: str, address: str, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(self._app), base_url="http://127.0.0.1"
            ) as client:
                return await client.request(method, address, headers=headers)

        return asyncio.run(ask())


def test_the_answer_of_a_form_is_fetched_once_by_its_sender_alone() -> None:
    ask = Asked()
    sent = ask("POST", "/form?school=ASH", **MINE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/form?school=ASH")
    assert ask("GET", "/form?school=ASH", **YOURS).text == "the form"
    assert ask("GET", "/form", **MINE).text == "the form"
    fetched = ask("GET", "/form?school=ASH", **MINE)
    assert (fetched.status_code, fetched.text, fetched.headers["x-ours"]) == (422, "cannot be", "yes")
    assert ask("GET", "/form?school=ASH", **MINE).text == "the form"


def test_an_answer_that_nobody_fetched_is_forgotten_after_a_minute() -> None:
    ask = Asked()
    ask("POST", "/form", **MINE)
    ask.now = FOR + 1
    assert ask("GET", "/form", **MINE).text == "the form"


def test_papers_scripts_strangers_and_what_cannot_be_asked_for_are_answered_at_once() -> None:
    ask = Asked()
    assert ask("POST", "/paper", **MINE).text == "paper"
    assert ask("POST", "/act", **MINE).status_code == 422
    assert ask("POST", "/form").status_code == 422
    assert ask("POST", "/form", **MINE, **{"hx-request": "true"}).status_code == 422
