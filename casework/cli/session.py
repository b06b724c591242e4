"""What every command works with: which data folder and school, whether somebody can be asked, the passphrase.

Nothing is opened until a command needs it, and whatever was opened is closed when the command ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.cli.environment import (
    BACKUP_PASSPHRASE,
    INVITATION,
    MONITORING_PASSPHRASE,
    leave_no_core,
    passphrase_from_environment,
    runtime_folder,
)

if TYPE_CHECKING:
    from casework.base.ids import Dice
    from casework.base.time import Clock
    from casework.keyring.container import Cost
    from casework.keyring.files import AccountKeys
    from casework.keyring.session import UserSession, UserSessions
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.errors import NoStore


def default_folder(*, short: bool = False) -> Path:
    """Return where data is kept if nothing else is said; `short` writes it with `~`, for help."""
    if short:
        return Path("~/.local/share/casework")
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "casework"


class Session:
    """One run of a command.

    Args:
        clock: tells the time; the system's if None.
        dice: gives randomness; the system's if None.
        interactive: whether somebody can be asked; found out from the terminal if None.
        cost: what trying a new unlock phrase costs; what it always costs if None.
        visit: has somebody visit an address in their browser.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        dice: Dice | None = None,
        interactive: bool | None = None,
        cost: Cost | None = None,
        visit: Callable[[str], object] = click.launch,
    ) -> None:
        self.clock, self.dice, self.cost, self.visit = clock, dice, cost, visit
        self._interactive = interactive
        self._school: str | None = None
        self._login: str | None = None
        self._shared: list[str] = []
        self._context: click.Context | None = None
        self._rehearsal = False
        self._answers: list[str] = []
        self._again: Callable[[], Sequence[str]] | None = None
        self.line: Sequence[str] = ()
        self.folder = Path()

    def attach(
        self, context: click.Context, folder: Path | None, school: str | None, login: str | None = None
    ) -> None:
        """Take over the options that all commands share."""
        self._context, self._school, self._login = context, school, login
        by_hand = click.core.ParameterSource.COMMANDLINE
        for parameter, name, value in (
            ("data", "data", folder),
            ("school", "school", school),
            ("login", "as", login),
        ):
            if context.get_parameter_source(parameter) is by_hand:
                self._shared += [f"--{name}", str(value)]
        self.folder = folder or default_folder()
        if os.environ.get("NO_COLOR"):
            context.color = False

    def typed(self, *words: str) -> list[str]:
        """Return a command of ours as arguments, with the shared options as this one was typed."""
        return ["casework", *self._shared, *words]

    def answered(self, option: str, value: str) -> None:
        """Keep what was answered to a question instead of typing `option`, so that a failure does not lose it.

        Args:
            option: such as `--title`; anything without dashes is an argument, typed by its value alone.
            value: as it is typed.
        """
        self._answers += [option, value] if option.startswith("--") else [value]
        self.keep(lambda: ["casework", *self.line, *self._answers])

    def keep(self, again: Callable[[], Sequence[str]] | None) -> None:
        """Say how what was answered is typed as one command, in place of any earlier way; None: it has been said."""
        self._again = again

    def again(self) -> Sequence[str]:
        """Return the command that says what was typed and answered; nothing if no question was answered."""
        return self._again() if self._again is not None else ()

    @property
    def interactive(self) -> bool:
        """True when somebody sits at a terminal and can be asked."""
        if self._interactive is None:
            return sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()
        return self._interactive

    @property
    def login(self) -> str:
        """The sign-in name of the account that was named, as whom to work; empty if none was."""
        return (self._login or "").strip().lower()

    @property
    def rehearsal(self) -> bool:
        """True when what the command does is to be undone: a dry run."""
        return self._rehearsal

    @rehearsal.setter
    def rehearsal(self, wanted: bool) -> None:
        """Say so, for the data folder too if it is open already."""
        self._rehearsal = wanted
        if "workspace" in self.__dict__:  # opened already, because help or options needed the case
            self.workspace.rehearsal = wanted

    @cached_property
    def workspace(self) -> Workspace:
        """The data folder, opened.

        Raises:
            NoStore, StoreUnavailable: there is no database, or it cannot be opened.
        """
        from casework.services.workspace import Workspace
        from casework.store.errors import NoStore

        leave_no_core()
        try:
            workspace = Workspace.open(
                self.folder,
                self.passphrase,
                clock=self.clock,
                dice=self.dice,
                account_keys=self._session_keys if self.signs_in else None,
            )
        except NoStore:
            raise self._no_school() from None
        workspace.rehearsal = self.rehearsal
        if self._context is not None:
            self._context.call_on_close(workspace.close)
        return workspace

    @cached_property
    def user_sessions(self) -> UserSessions:
        """The sign-ins that last in this data folder, for this user of the machine."""
        from casework.keyring.session import UserSessions, system_keyring

        return UserSessions(self.folder, system_keyring, runtime_folder())

    @property
    def signs_in(self) -> bool:
        """Whether an account is worked as that signed in, and not the one of the folder's key file."""
        from casework.services.folder import ACCOUNT_KEY

        return (
            self._login is not None
            or not (self.folder / ACCOUNT_KEY).exists()
            or bool(self.user_sessions.all())
        )

    def user_session(self) -> UserSession:
        """Return the sign-in that is worked under: of the account that was named, else the one used last.

        Raises:
            NotSignedIn: there is none, or it has ended.
        """
        from casework.base.time import SystemClock
        from casework.keyring.errors import NotSignedIn

        found = self.named_session(self.user_sessions.all())
        now = (self.clock or SystemClock()).now()
        if found.is_over(now):
            raise NotSignedIn(
                f"Your sign-in as {found.login} has ended.",
                remedy=f"Sign in again: casework login {found.login}",
            )
        self.user_sessions.was_used(found, now)
        return found

    def named_session(self, there: Sequence[UserSession]) -> UserSession:
        """Return the sign-in of the account that was named, else the one used last, ended or not.

        Raises:
            NotSignedIn: there is none.
        """
        from casework.keyring.errors import NotSignedIn

        wanted = self.login
        for one in there:
            if wanted in ("", one.login, one.account):
                return one
        whom = f"You are not signed in as {wanted}." if wanted else "You are not signed in."
        raise NotSignedIn(whom, remedy=f"Sign in: casework login {wanted or 'NAME'}")

    def _session_keys(self) -> AccountKeys:
        return self.user_sessions.keys(self.user_session())

    def existing_folder(self) -> Path:
        """Return the data folder for a command that only reads it and needs nothing of a workspace.

        Raises:
            NoStore: there is no database in it.
        """
        from casework.services.folder import has_database

        if not has_database(self.folder):
            raise self._no_school()
        return self.folder

    def _no_school(self) -> NoStore:
        from casework.store.errors import NoStore

        return NoStore(
            f"No school is set up in {self.folder} yet.",
            remedy="Set one up: casework init. To watch a whole case first: casework demo. If yours is in another"
            " folder, name that with --data.",
        )

    @cached_property
    def school(self) -> School:
        """The school that is worked for: the one named, or the only one.

        Raises:
            UnknownSchool: none fits, or several do.
        """
        from casework.services.guard import my_school

        return my_school(self.workspace, self._school)

    @cached_property
    def schools(self) -> list[School]:
        """The schools that a list is about: the one named, else every one that you work for, by name."""
        from casework.services.guard import my_schools

        return [self.school] if self._school is not None else my_schools(self.workspace)

    def school_of(self, reference: str) -> School:
        """Return the school of `schools` that has a case of this reference.

        Raises:
            NoAccess: none has, or it is not for this account.
        """
        from casework.services.errors import NoAccess
        from casework.services.loading import find_case

        for school in self.schools[:-1]:
            with suppress(NoAccess):
                find_case(self.workspace, school, reference)
                return school
        find_case(self.workspace, self.schools[-1], reference)
        return self.schools[-1]

    def case(self, reference: str) -> LoadedCase:
        """Return a case by its reference.

        Raises:
            NoAccess: there is none, or it is not for this account.
        """
        from casework.services.loading import find_case

        return find_case(self.workspace, self.school, reference)

    def passphrase(self) -> str:
        """Return the passphrase of the account's key: asked for on a terminal, else from the environment.

        Raises:
            PassphraseNeeded: it is in neither place.
        """
        return self._asked("Passphrase")

    def unlock_phrase(self) -> str:
        """Return the unlock phrase of an account that signs in: asked for on a terminal, else as for a key file.

        Raises:
            PassphraseNeeded: it is nowhere.
        """
        return self._asked("Unlock phrase")

    def invitation_code(self) -> str:
        """Return the code of a first sign-in: asked for on a terminal, else from the environment.

        Raises:
            PassphraseNeeded: it is in neither place.
        """
        if self.interactive:
            asked: str = click.prompt("The code of your invitation", err=True)
            return asked
        held = os.environ.get(INVITATION)
        if held is None:
            from casework.keyring.errors import PassphraseNeeded

            raise PassphraseNeeded(
                "A first sign-in needs the code of the invitation, and there is nobody to ask for it.",
                remedy=f"Run the command on a terminal, or set {INVITATION}.",
            )
        return held

    def recovery_passphrase(self) -> str:
        """Return the passphrase of the recovery key: asked for on a terminal, else as for the account's key.

        Raises:
            PassphraseNeeded: it is nowhere.
        """
        return self._asked("Passphrase of the recovery key")

    def backup_passphrase(self, *, new: bool = False) -> str:
        """Return the passphrase of a backup, asked for twice if it is `new`; else as for the account's key.

        Raises:
            PassphraseNeeded: it is nowhere.
        """
        held = os.environ.get(BACKUP_PASSPHRASE)
        if held is not None and not self.interactive:
            return held
        return self._asked("Passphrase of the backup", twice=new)

    def monitoring_passphrase(self, *, new: bool = False) -> str:
        """Return the passphrase of the monitoring key, asked for twice if it is `new`; else from its own variable.

        Raises:
            PassphraseNeeded: it is in neither place; the account's is never taken for it.
        """
        from casework.keyring.errors import PassphraseNeeded

        held = os.environ.get(MONITORING_PASSPHRASE)
        if self.interactive:
            return self._asked("Passphrase of the monitoring key", twice=new)
        if held is None:
            raise PassphraseNeeded(
                "The monitoring key is under a passphrase of its own, and there is nobody to ask for it.",
                remedy=f"Run the command on a terminal, or set {MONITORING_PASSPHRASE}.",
            )
        return held

    def _asked(self, what: str, *, twice: bool = False) -> str:
        if self.interactive:
            asked: str = click.prompt(
                what, hide_input=True, err=True, default="", show_default=False, confirmation_prompt=twice
            )
            return asked
        return passphrase_from_environment()
