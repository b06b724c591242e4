"""The file in a data folder that says which PostgreSQL server keeps the record, and what is asked of such a server.

    [postgresql]
    url = "postgresql://casework_app@db.example.org/casework?sslmode=verify-full"
    password = "..."            # or leave it to a password file (~/.pgpass) or to PGPASSWORD
    owner = "casework_owner"    # only for `casework db upgrade`, `db move` and `retention finish`
    owner_password = "..."      # likewise

The file is its owner's only. No secret is ever taken from a command line, where other users of the machine see it.
"""

from __future__ import annotations

import ipaddress
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from casework.store.errors import ServerRefused, StoreUnavailable

SETTINGS: Final = "database.toml"
"""The file's name, beside where the SQLite database would be."""

_KNOWN: Final = frozenset(("url", "password", "owner", "owner_password"))
_SAFE: Final = "verify-full"
_NEEDED: Final = "Install it beside casework: pip install 'casework[postgresql]'"


@dataclass(frozen=True, slots=True)
class Server:
    """Where the record is kept, and as whom: `app` records and reads, `owner` makes tables. Values are libpq's."""

    path: Path
    app: Mapping[str, Any] = field(repr=False)
    owner: Mapping[str, Any] = field(repr=False)

    @property
    def place(self) -> str:
        """The database and its server, without a secret."""
        host = self.app.get("host") or self.app.get("hostaddr") or "this machine"
        return f"{self.app.get('dbname') or self.app.get('user', '')} on {host}"


def settings_beside(database: Path) -> Path | None:
    """Return the settings that stand in for the SQLite file `database`; None if there are none."""
    found = database.parent / SETTINGS
    return found if os.path.lexists(found) else None


def read_server(path: Path) -> Server:
    """Read the settings.

    Raises:
        ServerRefused: others may read the file, it says something else than it should, or the server would be spoken to
            without a proof of who it is. StoreUnavailable: it cannot be read, or no driver is installed.
    """
    said = _section(path)
    unknown = sorted(said.keys() - _KNOWN)
    if unknown or not isinstance(said.get("url"), str) or not all(isinstance(v, str) for v in said.values()):
        what = f"has {', '.join(unknown)}, which it cannot have" if unknown else "names no url"
        raise ServerRefused(
            f"The file {path} {what}.",
            remedy='It holds: [postgresql], then url = "postgresql://USER@HOST/DATABASE?sslmode=verify-full"',
        )
    app = _parsed(path, said["url"])
    if "password" in said:
        app["password"] = said["password"]
    _require_proof(app, _defaults())
    owner = {key: value for key, value in app.items() if key != "password"}
    owner["user"] = said.get("owner", app.get("user", ""))
    if "owner_password" in said:
        owner["password"] = said["owner_password"]
    elif owner["user"] == app.get("user") and "password" in app:
        owner["password"] = app["password"]
    return Server(path, app, owner)


def _section(path: Path) -> dict[str, Any]:
    """The one section of the file, which nobody but its owner may have read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise ServerRefused(
                    f"Others than you may use the file {path}, which opens the database.",
                    remedy=f"Run: chmod 600 {path}",
                )
            said = tomllib.load(file)
    except OSError as problem:
        raise StoreUnavailable(f"The file {path} cannot be read: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ServerRefused(f"The file {path} is not TOML: {problem}.") from None
    section = said.get("postgresql")
    if said.keys() != {"postgresql"} or not isinstance(section, dict):
        raise ServerRefused(f"The file {path} has to have one section, [postgresql], and nothing else.")
    return section


def _parsed(path: Path, url: str) -> dict[str, Any]:
    """The parts of a connection's URL. What is wrong with it is not quoted: there may be a password in it."""
    driver = require_driver()
    try:
        return dict(driver.conninfo.conninfo_to_dict(url))
    except driver.Error:
        raise ServerRefused(
            f"The url in {path} is not one of PostgreSQL.",
            remedy="It looks like this: postgresql://USER@HOST/DATABASE?sslmode=verify-full",
        ) from None


def require_driver() -> Any:
    """Return psycopg, which an installation for one laptop does without.

    Raises:
        StoreUnavailable: it is not installed.
    """
    try:
        import psycopg
    except ImportError:
        raise StoreUnavailable("The driver for PostgreSQL is not installed.", remedy=_NEEDED) from None
    return psycopg


def _defaults() -> dict[str, str]:
    """What libpq takes from the environment where the URL says nothing."""
    found = require_driver().pq.Conninfo.get_defaults()
    return {item.keyword.decode(): item.val.decode() for item in found if item.val}


def _require_proof(app: Mapping[str, Any], defaults: Mapping[str, str]) -> None:
    """Refuse a server beyond this machine whose certificate would not be checked against its name."""
    named = "service" in app or "service" in defaults  # its file may name any host
    hosts = str(
        app.get("hostaddr") or app.get("host") or defaults.get("hostaddr") or defaults.get("host") or ""
    )
    here = not (named and not hosts) and all(_is_here(host) for host in hosts.split(","))
    if not here and (app.get("sslmode") or defaults.get("sslmode")) != _SAFE:
        raise ServerRefused(
            "The database is on another machine, and the connection would not prove that it is the right one.",
            remedy="Add sslmode=verify-full to the url (and sslrootcert=FILE for a certificate authority of your own).",
        )


def _is_here(host: str) -> bool:
    """Whether a host is this machine: a socket in a folder, or a loopback address."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
