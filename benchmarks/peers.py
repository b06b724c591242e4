"""Other programs that make PDFs, if they are on this machine: Chromium, kept warm over DevTools, and LibreOffice."""

from __future__ import annotations

import base64
import json
import os
import shutil
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
        # It reads from descriptor 3 and writes to descriptor 4: a shell puts the pipes there.
        line = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        options = [*_QUIET, "--remote-debugging-pipe", f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", line, program, *options],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._out, self._in = os.fdopen(ours_out, "wb", buffering=0), os.fdopen(ours_in, "rb")
        self._number, self._session = 0, ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

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
        self._process.terminate()
        self._process.wait()
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
        text = bytearray()
        while byte := self._in.read(1):
            if byte == b"\0":
                return json.loads(text)
            text += byte
        raise RuntimeError("the browser has ended")


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
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text()
            except OSError:  # it has ended meanwhile
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(path.name))
    whole, open_ = 0.0, [pid]
    while open_:
        process = open_.pop()
        open_ += parents.get(process, [])
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        whole += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return whole
