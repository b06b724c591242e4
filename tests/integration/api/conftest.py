"""The API on a copy of the school that is made once, and programs with tokens that ask it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from casework.base.time import FixedClock
from casework.services.schools import choose_school
from casework.services.tokens import ACTIONS, create_token
from casework.services.workspace import Workspace
from casework.web.api.app import PREFIX
from casework.web.api.mount import mounted
from tests.integration.cli.desk import NOW, Desk, make_school

PROGRAM = "Staff system"


def command() -> str:
    """The id of a new act."""
    return str(uuid4())


class Program:
    """A program that asks the API with its token."""

    def __init__(self, folder: Path, token: str) -> None:
        self.folder, self.token, self.open = folder, token, ExitStack()
        workspace = self.open.enter_context(Workspace.open(folder, str, clock=FixedClock(NOW)))
        mount = self.open.enter_context(mounted(workspace))
        self.site, self.api = Starlette(routes=[mount]), mount.app

    def close(self) -> None:
        self.open.close()

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
    made.close()
