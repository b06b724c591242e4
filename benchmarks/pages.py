"""Pages from a real server process to a real HTTP client, with 1,000 schools and 20,000 cases on PostgreSQL.

The server is `casework serve` on a loopback port; each request comes from an address of its own, as people's do. The
cases are those of `benchmarks.many_schools`.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx

from benchmarks.many_schools import CASES_OF_A_SCHOOL, SCHOOLS, _enter
from benchmarks.postgresql import _make_school
from casework.services.schools import schools
from casework.services.workspace import Workspace
from tests.support.databases import Databases
from tests.support.postgresql import NoServer, a_server
from tests.support.shown_school import make_shown_school

LIMIT = 0.100
"""Seconds within which 95 of 100 pages are there."""

PREVIEW = 1.0
"""Seconds for the look at a letter."""

FIRST_PAGE = 60_000
"""Bytes of the first page with all that it loads, as they are sent."""

PEOPLE = 50
_RUNS = 100
_LETTER = "allegation-received"
_LINK = re.compile(r"http://[\d.:]+/open\?key=[\w-]+")


def run(_rounds: int) -> tuple[str, bool]:
    """Measure each main page, its size, a letter's look, and many at once; return a table and whether limits hold."""
    try:
        with (
            a_server(on_disk=True, autovacuum="on", shared_buffers="256MB") as server,
            tempfile.TemporaryDirectory() as folder,
        ):
            databases = Databases(server, "pages")
            databases.prepare(Path(folder) / "template")
            with databases.empty() as name:
                data = Path(folder) / "0"
                databases.settings(data, name)
                _make_school(data, 0)
                _enter(data, range(1, SCHOOLS[-1]))
                with databases.administrator(name) as connection:
                    connection.execute("VACUUM ANALYZE")
                reference = _own_case(data)
                with _serving(data) as link:
                    return _measured(Client(link), reference)
    except NoServer as problem:
        return f"Pages on a server: not measured, because there is {problem}", True


def _own_case(data: Path) -> str:
    with Workspace.open(data, str) as workspace:
        own = next(school for school in schools(workspace) if school.name == "School 0")
        with workspace.store.read(own.id) as reader:
            return reader.cases(own.id)[0].reference


@contextmanager
def _serving(data: Path) -> Iterator[str]:
    """Run `casework serve` and yield its one-time link."""
    command = [sys.executable, "-m", "casework", "--data", str(data), "serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield next(filter(None, map(_LINK.search, process.stdout)))[0]
    finally:
        process.terminate()
        process.wait(30)


class Client:
    """Somebody who is signed in, and asks from a new address each time: an address may ask 240 times in a minute.

    Args:
        link: the one-time link.
    """

    def __init__(self, link: str) -> None:
        self._base, _, key = link.partition("/open?key=")
        self._addresses = (f"127.0.{1 + number // 250}.{1 + number % 250}" for number in count())
        with self._from_new_address() as client:
            client.post("/open", data={"key": key}).raise_for_status()
            self._cookies = dict(client.cookies)

    def __call__(self, address: str, fields: dict[str, str] | None = None) -> httpx.Response:
        """Ask for a page, or send a form and follow to its answer."""
        with self._from_new_address() as client:
            return client.post(address, data=fields) if fields else client.get(address)

    def timed(self, address: str, fields: dict[str, str] | None = None) -> tuple[float, int]:
        """Ask for a page; return the seconds and the status."""
        with self._from_new_address() as client:
            began = perf_counter()
            answer = client.post(address, data=fields) if fields else client.get(address)
            return perf_counter() - began, answer.status_code

    def _from_new_address(self) -> httpx.Client:
        transport = httpx.HTTPTransport(local_address=next(self._addresses))
        return httpx.Client(
            base_url=self._base,
            transport=transport,
            cookies=getattr(self, "_cookies", None),
            follow_redirects=True,
            timeout=60,
        )


def _measured(ask: Client, reference: str) -> tuple[str, bool]:
    of_case = f"/cases/{reference}"
    pages = {
        "the first page": "/",
        "the first ten minutes": "/first-ten-minutes",
        "opening a case": "/cases/new/when",
        "a case": of_case,
        "what happened": f"{of_case}/timeline",
        "dates to come": f"{of_case}/dates",
        "letters": f"{of_case}/letters",
        "evidence": f"{of_case}/evidence",
        "the first look": f"{of_case}/first-look",
        "a step": f"{of_case}/steps/hold-investigation-meeting",
        "a letter": f"{of_case}/letters/new/{_LETTER}",
    }
    number = SCHOOLS[-1] * CASES_OF_A_SCHOOL
    lines = [f"Seconds for a page from a server with {number:,} cases (median, and 95 of 100)"]
    good = True
    for name, address in pages.items():
        seconds = _runs(ask, address)
        slow = statistics.quantiles(seconds, n=20)[-1]
        good = good and slow <= LIMIT
        lines.append(f"  {name:24}{statistics.median(seconds):.4f}   {slow:.4f}")
    for line, held in (_look(), _size(ask), _at_once(ask, list(pages.values()))):
        lines.append(f"  {line}")
        good = good and held
    lines.append(f"  limit: 95 of 100 pages within {LIMIT} s")
    return "\n".join(lines), good


def _runs(ask: Client, address: str) -> list[float]:
    for _ in range(5):
        assert ask(address).status_code in (200, 422), address
    return [ask.timed(address)[0] for _ in range(_RUNS)]


def _look() -> tuple[str, bool]:
    """The page of a letter as it will be, typeset anew each time, after the first few."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_shown_school(Path(folder) / "data")
        with _serving(made.folder) as link:
            ask = Client(link)
            address = f"/cases/{made.led}/letters/new/{_LETTER}"
            token = re.findall(r'name="token" value="([^"]+)"', ask(address).text)[0]
            fields = {"token": token, "f.safeguarding_line": "no", "f.support": "The support line"}
            assert ask(f"{address}/draft.pdf", fields).content.startswith(b"%PDF-")
            found = [ask.timed(f"{address}/draft.pdf", fields) for _ in range(10)][2:]
    assert all(status == 200 for _, status in found)
    seconds = [took for took, _ in found]
    return f"the look at a letter: {max(seconds):.3f} s; limit {PREVIEW} s", max(seconds) <= PREVIEW


def _size(ask: Client) -> tuple[str, bool]:
    """Bytes of the first page and of all that it names, as they come over the wire."""
    page = ask("/")
    loaded = [ask(address) for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))]
    sent = sum(int(answer.headers.get("content-length", len(answer.content))) for answer in (page, *loaded))
    return f"the first page: {sent:,} bytes with all that it loads; limit {FIRST_PAGE:,}", sent <= FIRST_PAGE


def _at_once(ask: Client, addresses: list[str]) -> tuple[str, bool]:
    """Many at once, each through every page, with a connection and an address of their own."""
    began = perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        found = list(pool.map(ask.timed, addresses * PEOPLE))
    took = perf_counter() - began
    wrong = sum(status not in (200, 422) for _, status in found)
    return (
        f"{PEOPLE} at once: {len(found)} pages in {took:.1f} s ({len(found) / took:.0f} a second), {wrong} errors",
        not wrong,
    )
