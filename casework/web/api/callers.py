"""Who asks: a program with its token, and the workspace whose keys the token opens.

A workspace is kept open for a quarter of an hour after it was last used; that a token came in is put on the access log
of each of its schools when its workspace is opened. Whether the token is still good is seen with every request.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final, ParamSpec, TypeVar

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.keyring.token import refused
from casework.services.errors import CaseMoved, CommandUsed, NoAccess
from casework.services.guard import asker, my_schools, no_such_case
from casework.services.loading import LoadedCase, find_case
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School
from casework.services.sign_in import note_sign_in
from casework.services.tokens import Allowed, TokenAction, is_still_good, opened_with
from casework.services.workspace import Workspace
from casework.web.api.problems import ScopeLacks

if TYPE_CHECKING:
    from datetime import date

    from casework.keyring.files import AccountKeys

P = ParamSpec("P")
R = TypeVar("R")

IDLE: Final = 15 * 60.0
"""Seconds after which the workspace of a token that nobody used is closed."""

MOST: Final = 32
"""Workspaces that are kept open at most."""

CROWDED: Final = 60.0
"""Seconds after which it is closed where as many are open."""

Opener = Callable[[Callable[[], "AccountKeys"]], Workspace]
"""Opens the data folder for an account, by its keys."""


@dataclass
class Caller:
    """A program that came in with a good token; `lock` lets one request at a time use its workspace."""

    workspace: Workspace
    allowed: Allowed
    used: float
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def today(self) -> date:
        """Today, a local date."""
        return local_date(self.workspace.clock.now())

    def schools(self) -> list[School]:
        """The schools for which it has a role today, by name."""
        return [one for one in my_schools(self.workspace) if asker(self.workspace, one.id).roles]

    def school(self, prefix: str) -> School:
        """Return one of its schools by the prefix of its references.

        Raises:
            NoAccess: there is none, or it is not for this token.
        """
        for school in self.schools():
            if school.prefix == prefix.upper():
                return school
        raise NoAccess("There is no such school, or it is not for you.")

    def case(self, reference: str) -> tuple[School, LoadedCase]:
        """Return a case by its reference, and its school.

        Raises:
            NoAccess: there is none, it is not for this token, or it is no reference: all answer alike.
        """
        for school in self.schools():
            try:
                return school, find_case(self.workspace, school, reference)
            except (BadInput, NoAccess):
                continue
        raise no_such_case()

    def before(
        self, loaded: LoadedCase, command: str, seen: int | None, kind: str, step: str = ""
    ) -> Receipt | None:
        """Return the receipt of an act that was recorded before; None if it is new, and the case stands as was seen.

        Args:
            kind: how the kinds of its events begin.
            step: of a step, which one.

        Raises:
            CommandUsed: the id belongs to another act. CaseMoved: something was recorded since it was looked at.
        """
        repeated = already_recorded(self.workspace, command, loaded.stream)
        if repeated is not None:
            told = [loaded.history[n - 1].facts for n in repeated.events]
            if not any(one["kind"].startswith(kind) and one.get("step", "") == step for one in told):
                raise CommandUsed
            return repeated
        if seen is not None and seen != loaded.n:
            raise CaseMoved(
                "The case has moved on since you looked. Nothing was recorded.",
                since=[{"event": e.n, "kind": e.facts["kind"]} for e in loaded.history[seen:]],
            )
        return None


class Callers:
    """The programs that came in; threads share it.

    Args:
        open_workspace: opens the data folder for an account.
        now: seconds that only ever grow.
    """

    def __init__(self, open_workspace: Opener, now: Callable[[], float] = monotonic) -> None:
        self._open, self._now = open_workspace, now
        self._door = open_workspace(_nobody)
        self._kept: OrderedDict[str, Caller] = OrderedDict()
        self._lock = threading.Lock()

    def caller(self, token: str) -> Caller:
        """Return whose token this is, with its workspace open.

        Raises:
            TokenRefused: it is no good, whyever.
        """
        name = sha256(token.encode("utf-8", "replace")).hexdigest()
        with self._lock:
            self._close_idle()
            found = self._kept.get(name) or self._come_in(token)
            if not is_still_good(self._door, found.allowed):
                self._kept.pop(name, None)
                with found.lock:
                    found.workspace.close()
                raise refused()
            self._kept[name] = found
            self._kept.move_to_end(name)
            found.used = self._now()
            return found

    def close(self) -> None:
        """Close every workspace."""
        with self._lock:
            for one in self._kept.values():
                with one.lock:
                    one.workspace.close()
            self._kept.clear()
            self._door.close()

    def _come_in(self, token: str) -> Caller:
        with self._door.store.read() as reader:
            allowed = opened_with(reader, token, local_date(self._door.clock.now()))
        if not is_still_good(self._door, allowed):
            raise refused()
        workspace = self._open(lambda: allowed.keys)
        try:
            note_sign_in(workspace, token=True)
        except BaseException:
            workspace.close()
            raise
        return Caller(workspace, allowed, self._now())

    def _close_idle(self) -> None:
        now = self._now()
        for name, one in list(self._kept.items()):
            idle = now - one.used > (IDLE if len(self._kept) < MOST else CROWDED)
            if idle and one.lock.acquire(blocking=False):
                del self._kept[name]
                one.workspace.close()
                one.lock.release()


def _nobody() -> AccountKeys:
    raise refused()


_BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made with `casework token create`, sent as `Authorization: Bearer casework_...`.",
)


def _may(action: TokenAction) -> Callable[..., Caller]:
    """Return what finds out who asks, and sees that the token includes an action."""

    def caller(
        request: Request,
        response: Response,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Caller:
        response.headers["Cache-Control"] = "no-store"
        if given is None:
            raise refused()
        callers: Callers = request.app.state.callers
        found = callers.caller(given.credentials)
        if action not in found.allowed.scope.actions:
            raise ScopeLacks(
                f"This token does not include “{action}”.",
                remedy="Ask whoever looks after casework for one that does.",
            )
        return found

    return caller


Reading = Annotated[Caller, Depends(_may("read"))]
Opening = Annotated[Caller, Depends(_may("open"))]
Stepping = Annotated[Caller, Depends(_may("step"))]
Naming = Annotated[Caller, Depends(_may("people"))]
Proving = Annotated[Caller, Depends(_may("evidence"))]
Writing = Annotated[Caller, Depends(_may("letter"))]
Exporting = Annotated[Caller, Depends(_may("export"))]


def alone(function: Callable[P, R]) -> Callable[P, R]:
    """Let one request of a token at a time use its workspace."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        caller: Any = kwargs["caller"]
        with caller.lock:
            return function(*args, **kwargs)

    return wrapped
