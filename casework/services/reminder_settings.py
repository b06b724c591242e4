"""The file in a data folder that says how reminders are sent, and to whom.

    [smtp]
    host = "smtp.trust.example"
    security = "tls"                   # or "starttls"; nothing is ever sent without
    port = 465                         # 465 for tls, 587 for starttls if left out
    from = "casework@trust.example"
    user = "casework"                  # if the server asks for one
    password_file = "/etc/casework/smtp-password"   # or password_keyring = "NAME" of the system's keyring
    ca_file = "/etc/casework/ca.pem"   # for a certificate authority of your own

    [reminders]
    days = 7                           # what is due within so many days is named, and what is late
    address = "https://casework.trust.example"      # where the pages are, if there are any

    [to]
    "priya.nair" = "p.nair@trust.example"           # sign-in names and addresses

The file is its owner's only. No password stands in it, or on a command line.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from casework.base.errors import BadInput, Unavailable

SETTINGS: Final = "reminders.toml"
"""The file's name in a data folder."""

_PORTS: Final = {"tls": 465, "starttls": 587}
_SMTP: Final = frozenset(
    ("host", "port", "security", "from", "user", "password_file", "password_keyring", "ca_file")
)
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")


class RemindersNotSet(Unavailable):
    """The settings of reminders are missing, or cannot be used as they are."""

    code = "reminders-not-set"


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """How reminders are sent: the server, as whom, what they name, and the address of each sign-in name."""

    host: str
    port: int
    security: str
    sender: str
    to: dict[str, str]
    user: str = ""
    password_file: Path | None = None
    password_keyring: str = ""
    ca_file: Path | None = None
    days: int = 7
    address: str = ""
    password: str = field(default="", repr=False)


def read_settings(folder: Path) -> ReminderSettings:
    """Read the settings of a data folder, with the password from where they say.

    Raises:
        RemindersNotSet: there are none, others may read them or the password, or the password is not there.
        BadInput: something in them cannot be.
    """
    path = folder / SETTINGS
    try:
        said = tomllib.loads(_private(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} is not TOML: {problem}.") from None
    smtp, more, to = (_section(path, said, name) for name in ("smtp", "reminders", "to"))
    unknown = sorted({*said} - {"smtp", "reminders", "to"}) or sorted(
        ({*smtp} - _SMTP) | ({*more} - {"days", "address"})
    )
    security, days = smtp.get("security", "tls"), more.get("days", 7)
    port: Any = smtp.get("port", _PORTS.get(str(security)))
    for wrong, says in (
        (unknown, f"has {', '.join(unknown)}, which it cannot have"),
        (not _words(smtp.get("host")), "names no host in [smtp]"),
        (not _is_address(smtp.get("from")), "names no address in [smtp] from which reminders come"),
        (security not in _PORTS, "has a security that is neither tls nor starttls; nothing is sent without"),
        (type(port) is not int or not 0 < port < 65536, "has a port that is none"),
        (type(days) is not int or not 0 <= days <= 90, "has a number of days that is not from 0 to 90"),
        (not to or not all(map(_is_address, to.values())), "has no address for somebody in [to]"),
        (len({"password_file", "password_keyring"} & {*smtp}) > 1, "names two places for the password"),
    ):
        if wrong:
            raise BadInput(f"{path} {says}.", remedy="What it can hold: docs/administrator/reminders.md")
    return ReminderSettings(
        host=smtp["host"],
        port=port,
        security=security,
        sender=smtp["from"],
        to={login.strip().lower(): address for login, address in to.items()},
        user=str(smtp.get("user", "")),
        password_file=_path(smtp.get("password_file")),
        password_keyring=str(smtp.get("password_keyring", "")),
        ca_file=_path(smtp.get("ca_file")),
        days=days,
        address=str(more.get("address", "")),
        password=_password(smtp),
    )


def _password(smtp: dict[str, Any]) -> str:
    if "password_file" in smtp:
        lines = _private(Path(str(smtp["password_file"]))).decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""
    if "password_keyring" not in smtp:
        return ""
    from casework.keyring.session import system_keyring

    keyring, service, user = system_keyring(), str(smtp["password_keyring"]), str(smtp.get("user", ""))
    held = keyring.get_password(service, user) if keyring is not None else None
    if held is None:
        raise RemindersNotSet(
            f"The system’s keyring has no password for {service!r}.",
            remedy=f"Put it there: keyring set {service} {user}",
        )
    return held


def _private(path: Path) -> bytes:
    """The content of a file that only its owner can read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
                raise RemindersNotSet(
                    f"Others than you may use the file {path}.", remedy=f"Run: chmod 600 {path}"
                )
            return file.read()
    except FileNotFoundError:
        raise RemindersNotSet(
            f"There is no file {path}.", remedy="What it has to hold: docs/administrator/reminders.md"
        ) from None
    except OSError as problem:
        raise RemindersNotSet(f"The file {path} cannot be read: {problem.strerror}.") from None


def _section(path: Path, said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise BadInput(f"{path}: {name} is no section.")
    return found


def _path(value: Any) -> Path | None:
    return Path(str(value)) if value else None


def _words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and bool(_ADDRESS.fullmatch(value))
