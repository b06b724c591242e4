"""The JSON API where it is answered: beside the pages of a running site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.routing import Mount

from casework.services.workspace import Workspace
from casework.web.api.app import PREFIX, api

if TYPE_CHECKING:
    from casework.keyring.files import AccountKeys


@contextmanager
def mounted(workspace: Workspace) -> Iterator[Mount]:
    """Answer programs for a workspace's data folder; whoever comes works as the account of their token."""

    def open_(keys: Callable[[], AccountKeys]) -> Workspace:
        return Workspace.open(workspace.folder, str, clock=workspace.clock, account_keys=keys)

    made = api(open_)
    try:
        yield Mount(PREFIX, made, name="api")
    finally:
        made.state.callers.close()
