"""Other programs that make PDFs, if they are on this machine: Chromium, kept warm over DevTools, and LibreOffice."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIBREOFFICE = ("soffice", "libreoffice")
_QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")


def found(names: tuple[str, ...]) -> str | None:
    """Return the path of the first of these programs that this machine has; None if it has none."""
    return next((path for name in names if (path := shutil.which(name))), None)


class Chromium:
    """One browser with one page, driven over a pipe with the DevTools protocol.

    Args:
        program: its path.
    """

    def __init__(self, program: str) -> None:
        self._profile = tempfile.TemporaryDirectory()
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        self.pid = _start(program, theirs_in, theirs_out, self._profile.name)
        self._out, self._in = (
            os.fdopen(end, mode, buffering=0) for end, mode in ((ours_out, "wb"), (ours_in, "rb"))
        )
        self._read = bytearray()
        self._number, self._session = 0, ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def print(self, page: Path) -> bytes:
        """Return a page as a tagged PDF."""
        self._call("Page.navigate", url=page.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass
        made = self._call(
            "Page.printToPDF", preferCSSPageSize=True, printBackground=True, generateTaggedPDF=True
        )
        return base64.b64decode(made["data"])

    def close(self) -> None:
        """End it."""
        self._out.close()
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        self._in.close()
        self._profile.cleanup()

    def _call(self, method: str, **given: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> Any:
        """The next message, which ends with a zero byte."""
        while (end := self._read.find(b"\0")) < 0:
            more = self._in.read(1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self._read += more
        message = json.loads(self._read[:end])
        del self._read[: end + 1]
        return message


def _start(program: str, reads: int, writes: int, profile: str) -> int:
    """Start a browser that reads from descriptor 3 and writes to descriptor 4, and return its process id."""
    high_in, high_out = (fcntl.fcntl(pipe, fcntl.F_DUPFD, 10) for pipe in (reads, writes))
    quiet = os.open(os.devnull, os.O_WRONLY)
    there = [(high_in, 3), (high_out, 4), (quiet, 1), (quiet, 2)]
    command = [program, *_QUIET, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
    actions = [(os.POSIX_SPAWN_DUP2, here, number) for here, number in there]
    pid = os.posix_spawn(program, command, os.environ, file_actions=actions)
    for pipe in (reads, writes, high_in, high_out, quiet):
        os.close(pipe)
    return pid


def print_cold(program: str, page: Path, out: Path) -> None:
    """Start a browser, print a page and end it."""
    command = [program, *_QUIET, "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def office(program: str, document: Path, folder: Path) -> None:
    """Start LibreOffice, convert a document to PDF and end it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def memory_of(pid: int) -> float:
    """Return the megabytes of a process and of all that it started; what they share counts once. Linux only."""
    whole = 0.0
    for process in _family(pid):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        whole += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return whole


def processor_time_of(pid: int) -> float:
    """Return the seconds of processor time of a process and of all that it started and that still run. Linux only."""
    return sum(_family(pid).values())


def _family(pid: int) -> dict[int, float]:
    """A process and all below it, each with its seconds of processor time."""
    below: dict[int, list[int]] = {}
    seconds: dict[int, float] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            below.setdefault(int(stat[1]), []).append(int(path.name))
            seconds[int(path.name)] = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    found, ahead = {}, [pid]
    while ahead:
        process = ahead.pop()
        ahead += below.get(process, [])
        found[process] = seconds.get(process, 0.0)
    return found
