"""A machine on which several people sign in, and the time there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from casework.base.time import FixedClock
from casework.cli.main import main
from casework.cli.session import Session
from tests.integration.cli.desk import Answer
from tests.support.accounts import NOW, WEAK

PHRASE = "gorse lantern pebble"


@dataclass
class Room:
    """A data folder on a machine where several people sign in, the time there, and what their browser does."""

    folder: Path
    runtime: Path
    now: datetime = NOW
    visit: Callable[[str], object] = print

    def type(self, line: str, *more: str, ok: int | None = 0, **environment: str) -> Answer:
        """Type a command, away from a terminal."""
        clock = FixedClock(self.now)
        session = Session(clock=clock, interactive=False, cost=WEAK, visit=self.visit)
        clear = {"COLUMNS": "100", "NO_COLOR": "1", "XDG_RUNTIME_DIR": str(self.runtime)}
        runner = CliRunner(env={**clear, "CASEWORK_AS": None, **environment})
        words = ["--data", str(self.folder), *line.split(), *more]
        done = runner.invoke(main, words, obj=session, prog_name="casework")
        if ok is not None:
            assert done.exit_code == ok, f"{words}: {done.exit_code}\n{done.stdout}\n{done.stderr}"
        return Answer(done.exit_code, done.stdout, done.stderr)

    def join(self, name: str, role: str, login: str) -> None:
        """Add somebody, sign in as them for the first time, let them in, and sign out."""
        code = self.type(f"user add --role {role} --json", name).json["code"]
        first = self.type(
            f"login {login} --invitation --json", CASEWORK_INVITATION=code, CASEWORK_PASSPHRASE=PHRASE
        ).json
        self.type(f"--as {login} logout")
        self.type(f"user admit {login} --fingerprint", first["fingerprint"])
