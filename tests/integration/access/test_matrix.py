"""The access matrix, tried cell by cell: every role, every relation to a case, every action, through every face.

A face is a driver with one method, `attempt`; whoever adds a face adds its driver to `FACES`. What is tried either
comes about or is rehearsed, and what counts is whether it was permitted: any other refusal (nothing to put into a pack,
an answer that is missing) comes after the guard.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, Protocol

import httpx
import pytest

from casework.access.matrix import ROLES, can_be
from casework.access.model import ACTIONS, OF_THE_SCHOOL, RELATIONS, Action, Relation
from casework.access.rules import AUDITOR, SHUT_OUT
from casework.base.time import parse_occurred
from casework.services import cases
from casework.services.directory import Person, add_person, find_person
from casework.services.errors import UnknownPerson
from casework.services.readers import let_somebody_in, let_somebody_out
from casework.web.app import application
from casework.web.site import Site
from tests.integration.access.api_face import Api
from tests.integration.access.conftest import ME, Office
from tests.integration.cli.desk import make_school
from tests.support.accounts import enrol

TABLE = Path(__file__).parents[2] / "golden" / "access" / "matrix.csv"
NOBODY = "ASH-26-ZZZZ"
APART = {"read_deliberations": "What the panel said", "read_safeguarding": "What the lead knows"}
UNTIL = "2026-12-31"

Came = Literal["yes", "no", "unknown"]
"""Whether something was permitted; `unknown` is a refusal that could as well be of a case that is not there."""


class Face(Protocol):
    """A way in which people use the product."""

    actions: frozenset[Action]
    """What can be done in this way."""

    omits: frozenset[Action]
    """What is shown nowhere, also to whom it could be; it is tried all the same, so that it stays so for the others."""

    def attempt(self, office: Office, name: str, action: Action, reference: str) -> Came | None:
        """Try to do something as somebody, and say what came of it; None if this face does not offer it."""


LINES: Final[dict[Action, tuple[str, ...]]] = {
    "list": ("case", "list", "--json"),
    "open": ("case", "next", "REF", "--json"),
    "read_facts": ("due", "REF", "--json"),
    "read_words": ("case", "brief", "REF"),
    "read_deliberations": ("case", "show", "REF", "--json"),
    "read_safeguarding": ("case", "show", "REF", "--json"),
    "step": ("case", "note", "REF", "Something", "--dry-run"),
    "letter": ("letter", "preview", "REF", "allegation-received"),
    "evidence": ("evidence", "add", "REF", "A page", "--type", "screenshot", "--dry-run"),
    "pack": ("pack", "build", "REF", "--for", "hearing"),
    "export": (
        "case",
        "export",
        "REF",
        "--purpose",
        "A test",
        "--to",
        "A",
        "--format",
        "txt",
        "--out",
        "OUT",
        "--force",
    ),
    "assign": ("case", "assign", "REF", "Spare Person", "--role", "note_taker", "--dry-run"),
    "let_in": ("case", "let-in", "REF", "Spare Person", "--reason", "A test", "--dry-run"),
    "let_out": ("case", "let-out", "REF", ME, "--reason", "A test", "--dry-run"),
    "read_access_log": ("access", "log", "REF", "--json"),
    "open_case": (
        *("case", "open", "--reported", "2026-02-23", "--summary", "It happened"),
        *("--employee", "Jordan Blake", "--dry-run"),
    ),
    "break_glass": ("access", "break-glass", NOBODY, "--reason", "A test"),
    "verify": ("audit", "checkpoint"),
    "manage_users": ("user", "add", "New Person", "--role", "clerk", "--dry-run"),
}


class CommandLine:
    """The commands, as they are typed."""

    actions = frozenset(ACTIONS)
    omits: frozenset[Action] = frozenset()

    def attempt(self, office: Office, name: str, action: Action, reference: str) -> Came:
        words = [{"REF": reference, "OUT": str(office.folder / "out")}.get(w, w) for w in LINES[action]]
        answer = office.type(name, *words)
        if action == "list":
            return "yes" if reference in answer.stdout else "unknown"
        if action in APART and answer.exit_code == 0:
            return "yes" if APART[action] in answer.stdout else "no"
        if answer.exit_code != 6:
            return "yes"
        return "unknown" if "There is no such case" in answer.said else "no"


PAGES: Final[dict[Action, tuple[str, Mapping[str, str] | None]]] = {
    "list": ("/cases", None),
    "open": ("/cases/REF/timeline", None),
    "read_facts": ("/cases/REF/dates", None),
    "read_words": ("/cases/REF", None),
    "read_deliberations": ("/cases/REF/timeline", None),
    "read_safeguarding": ("/cases/REF/timeline", None),
    "step": ("/cases/REF/steps/triage", {"do": "take"}),
    "letter": ("/cases/REF/letters/new/allegation-received", None),
    "evidence": ("/cases/REF/evidence", {"title": "A page", "type": "screenshot"}),
    "open_case": ("/cases/new/check", {}),
}
"""Where each action is done on the pages, and what the form holds; what is not here has no page."""


class OnPages:
    """The pages, with what the forms on them send."""

    actions = frozenset(PAGES)
    omits: frozenset[Action] = frozenset(("read_deliberations", "read_safeguarding"))

    def __init__(self) -> None:
        self._site = Site(hosts=frozenset(("localhost",)))
        self._application = application(self._site)
        self._cookies: dict[str, str] = {}

    def attempt(self, office: Office, name: str, action: Action, reference: str) -> Came:
        address, form = PAGES[action]
        if action == "open_case":
            answers = {"reported": "2026-02-23", "summary": "It happened", "employee": "Jordan Blake"}
            self._ask(office, name, "/cases/new/when", answers)
        workspace = office.as_(name)
        workspace.rehearsal = form is not None
        answer = self._ask(office, name, address.replace("REF", reference), form)
        workspace.rehearsal = False
        if action == "list":
            return "yes" if reference in answer.text else "unknown"
        if answer.status_code == 404:
            return "unknown" if "There is no such case" in answer.text else "no"
        assert answer.status_code in (200, 303, 422), answer.text
        if action in APART:
            return "yes" if APART[action] in answer.text else "no"
        assert action != "open_case" or not answer.headers["location"].startswith("/cases/new/")
        return "yes"

    def _ask(self, office: Office, name: str, address: str, form: Mapping[str, str] | None) -> httpx.Response:
        if name not in self._cookies:
            self._cookies[name] = self._site.sessions.begin(office.as_(name))
        visitor = self._site.sessions.visitor(self._cookies[name])
        assert visitor is not None

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._application, client=(name, 1))
            cookies = {self._site.cookie: self._cookies[name]}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost", cookies=cookies
            ) as client:
                if form is None:
                    return await client.get(address)
                answer = await client.post(address, data={**form, "token": visitor.token})
                stays = answer.headers.get("location") == address
                return await client.get(address) if stays else answer

        return asyncio.run(ask())


FACES: dict[str, Face] = {"command line": CommandLine(), "pages": OnPages(), "JSON API": Api()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """A school with an account of every role, and a case for each relation that they can have to one."""
    folder = tmp_path_factory.mktemp("matrix") / "data"
    reference = make_school(folder, policy="england-academy")
    names = {role: f"Person {role.replace('_', ' ').title()}" for role in ROLES}
    keys = {name: enrol(folder, name, role) for role, name in names.items()}
    keys["Spare Person"] = enrol(folder, "Spare Person", "named_contact")
    office = Office(folder, reference, keys)
    with office.open:
        yield Matrix(office, names)


class Matrix:
    """The school, and which case stands for which role and relation."""

    def __init__(self, office: Office, names: dict[str, str]) -> None:
        self.office, self.names = office, names
        self._me, self._school = office.as_(ME), office.school()
        self._subjects = {role: self._opened({role: "employee"}) for role in ROLES}
        others = {
            relation: self._opened(dict.fromkeys(ROLES, relation))
            for relation in ("witness", "reporter", "companion")
        }
        parts = {role: role for role in ROLES if can_be(role, "assigned")}
        self._cases: dict[str, str] = {**others, "assigned": self._opened(parts), "none": self._opened({})}
        self._cases["named"] = self._cases["granted"] = self._let_in()
        adviser = names["hr_adviser"]
        let_somebody_out(
            self._me, self._school, office.case(ME, self._cases["none"]), named=adviser, reason="A test"
        )

    def case(self, role: str, relation: Relation) -> str:
        """The reference of a case to which the account of a role has a relation."""
        return self._subjects[role] if relation == "subject" else self._cases[relation]

    def _opened(self, parts: dict[str, str]) -> str:
        people = [(self._person(self.names[role]), [part]) for role, part in parts.items()]
        if "employee" not in parts.values():
            people.append((self._person("Jordan Blake"), ["employee"]))
        opened = cases.open_case(
            self._me,
            self._school,
            reported=parse_occurred("2026-02-23"),
            summary="It happened",
            people=people,
        )
        return opened.reference

    def _person(self, name: str) -> Person:
        try:
            return find_person(self._me, self._school, name)
        except UnknownPerson:
            return add_person(self._me, self._school, name=name, title="Somebody")

    def _let_in(self) -> str:
        """A case to which everybody was let in by name; the auditor, who is not, gets a grant in another."""
        reference = self._opened({})
        for role, name in self.names.items():
            if role == "hr_adviser" or not (can_be(role, "named") or role == AUDITOR):
                continue
            until = date.fromisoformat(UNTIL) if role == AUDITOR else None
            loaded = self.office.case(ME, reference)
            let_somebody_in(self._me, self._school, loaded, named=name, reason="A test", until=until)
        for reader, type_ in (("hearing_chair", "deliberation"), ("safeguarding_lead", "safeguarding")):
            for kept in (reference, self._cases["assigned"]):
                text = APART["read_deliberations" if type_ == "deliberation" else "read_safeguarding"]
                name = self.names[reader]
                loaded = self.office.case(name, kept)
                cases.add_note(self.office.as_(name), self._school, loaded, text=text, type_=type_)
        return reference


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
def test_every_cell_of_the_matrix_holds(whole: Matrix, face: Face) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        table = {(row["role"], row["relation"]): row for row in csv.DictReader(file)}
    wrong = []
    for role, relation in itertools.product(ROLES, RELATIONS):
        if not can_be(role, relation):
            assert (role, relation) not in table
            continue
        told, reference = table.pop((role, relation)), whole.case(role, relation)
        for action in ACTIONS:
            if action not in face.actions or (action in OF_THE_SCHOOL and relation != "none"):
                continue  # what concerns no case is tried once for each role
            came = face.attempt(whole.office, whole.names[role], action, reference)
            if came is None:
                continue
            expected = told[action]
            if action in face.omits and (came, expected) == ("no", "yes"):
                continue
            if action in OF_THE_SCHOOL and came == "unknown":
                came = "no"  # the directory is not for them: that is no answer about a case
            hidden = action not in OF_THE_SCHOOL and (told["open"] != "yes" or action == "list")
            if came != ("yes" if expected == "yes" else "unknown" if hidden else "no"):
                wrong.append(f"{role}, {relation}, {action}: {came}, and the matrix says {expected}")
    assert not wrong, "\n".join(wrong)
    assert not table


def test_each_relation_of_a_party_keeps_somebody_out() -> None:
    assert set(SHUT_OUT.values()) == {"subject", "witness", "reporter", "companion"}
