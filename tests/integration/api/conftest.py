"""The API on a copy of the school that is made once, and programs with tokens that ask it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.base.time import FixedClock
from casework.keyring.files import AccountKeys
from casework.services.schools import choose_school
from casework.services.tokens import ACTIONS, create_token
from casework.services.workspace import Workspace
from casework.web.api.app import PREFIX, api
from tests.integration.cli.desk import NOW, Desk, make_school

PROGRAM = "Staff system"


def command() -> str:
    """The id of a new act."""
    return str(uuid4())


class Program:
    """A program that asks the API with its token."""

    def __init__(self, folder: Path, token: str) -> None:
        def open_(keys: Callable[[], AccountKeys]) -> Workspace:
            return Workspace.open(folder, str, clock=FixedClock(NOW), account_keys=keys)

        self.folder, self.token, self.api = folder, token, api(open_)
        self.site = Starlette(routes=[Mount(PREFIX, self.api)])

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **({"json": body} if body is not None else {}), **more)

    def ask(
        self, method: str, path: str, token: str | None = None, *, extra: Any = None, **more: Any
    ) -> httpx.Response:
        given = self.token if token is None else token
        headers = {"Authorization": f"Bearer {given}".encode()} if given else {}
        headers |= extra or {}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.site, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
                return await client.request(method, f"{PREFIX}{path}", headers=headers, **more)

        return asyncio.run(ask())


def token_for(folder: Path, name: str, role: str, *actions: str) -> str:
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        return create_token(workspace, [school], name=name, role=role, actions=actions or ("read",))[1]


@pytest.fixture(scope="session")
def school_with_a_token(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder, the reference of a case that the program was let in to, and its token, which may do everything."""
    folder = tmp_path_factory.mktemp("api") / "data"
    reference = make_school(folder)
    token = token_for(folder, PROGRAM, "hr_adviser", *ACTIONS)
    Desk(folder).type("case", "let-in", reference, PROGRAM, "--reason", "It keeps the list")
    return folder, reference, token


@pytest.fixture
def folder(school_with_a_token: tuple[Path, str, str], tmp_path: Path) -> Path:
    shutil.copytree(school_with_a_token[0], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def reference(school_with_a_token: tuple[Path, str, str]) -> str:
    return school_with_a_token[1]


@pytest.fixture
def program(folder: Path, school_with_a_token: tuple[Path, str, str]) -> Iterator[Program]:
    made = Program(folder, school_with_a_token[2])
    yield made
    made.api.state.callers.close()
