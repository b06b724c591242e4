"""Reminders by e-mail, to a real server on this machine under TLS, and a calendar by secret link."""

from __future__ import annotations

import re
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework.base.time import FixedClock
from casework.services.due_for import due_for
from casework.services.members import login_hash
from casework.store.connect import Store
from casework.web.guard import CALENDARS
from casework.web.own_pages import OwnPages
from casework.web.site import Site
from tests.integration.cli.desk import NOW, Desk, make_school
from tests.integration.web.conftest import Browser
from tests.support.accounts import enrol

SETTINGS = """
[smtp]
host = "127.0.0.1"
port = {port}
security = "{security}"
from = "casework@trust.example"
user = "casework"
password_file = "{folder}/password"
ca_file = "{folder}/server.pem"
[reminders]
address = "https://casework.trust.example"
[to]
"priya.nair" = "priya@trust.example"
"helen.marsh" = "helen@trust.example"
"""
PASSWORD = "not a secret of anybody"
NAMES = ("Priya", "Nair", "Jordan", "Blake", "Helen", "Marsh", "Ashgrove", "investigation", "letter")


class Post:
    """What a mail server does with what it is sent: keeps it, refuses an address, or goes away in the middle."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.refused = self.broken = ""

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address == self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.broken in envelope.rcpt_tos:
            assert server.transport is not None
            server.transport.abort()
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def messages(self) -> dict[str, Message]:
        """What was taken, by whom it is for."""
        return {to[0]: message_from_bytes(data, policy=default) for to, data in self.taken}


class Listening(Controller):
    """A mail server on whichever port was free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A school with two accounts that act and one that audits; a certificate of the mail server; a password."""
    folder = tmp_path_factory.mktemp("reminders")
    reference = make_school(folder / "data")
    for name, role in (("Helen Marsh", "headteacher"), ("Rosa Lind", "auditor")):
        enrol(folder / "data", name, role, title="Of the school")
    let_in = ("case", "let-in", reference, "Helen Marsh", "--reason", "Runs the case")
    Desk(folder / "data", reference).type(*let_in)
    _certificate(folder)
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (folder / "password").chmod(0o600)
    return folder, reference


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=36500))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key.private_bytes(*plain))


@pytest.fixture(params=["tls"])
def post(request: pytest.FixtureRequest, place: tuple[Path, str]) -> Iterator[tuple[Post, int]]:
    """A mail server, running; it takes one user and password, and nothing without TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(place[0] / "server.pem", place[0] / "server.key")
    handler = Post()

    def authenticated(*about: Any) -> AuthResult:
        given = about[-1]
        known = (given.login, given.password) == (b"casework", PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    options: dict[str, Any] = {"authenticator": authenticated}
    if request.param == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}  # it is, before SMTP begins
    else:
        options |= {"tls_context": context, "require_starttls": True, "auth_required": True}
    controller = Listening(handler, "127.0.0.1", 0, **options)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


@pytest.fixture
def desk(
    place: tuple[Path, str], post: tuple[Post, int], tmp_path: Path, request: pytest.FixtureRequest
) -> Desk:
    """A copy of the data folder, with settings for the server that runs."""
    folder = tmp_path / "data"
    shutil.copytree(place[0] / "data", folder)
    security = request.node.callspec.params["post"]
    _settings(folder, SETTINGS.format(port=post[1], security=security, folder=place[0]))
    return Desk(folder, place[1])


def _settings(folder: Path, text: str) -> None:
    (folder / "reminders.toml").write_text(text, encoding="utf-8")
    (folder / "reminders.toml").chmod(0o600)


@pytest.mark.parametrize("post", ["tls", "starttls"], indirect=True)
def test_everybody_who_acts_gets_one_digest_a_day_without_a_name_in_it(
    desk: Desk, post: tuple[Post, int]
) -> None:
    assert "would get a reminder" in desk.type("remind", "--dry-run").stdout
    assert post[0].taken == []
    done = desk.type("remind", "--json").json
    assert (sorted(done["sent"]), done["accounts_without_address"]) == (["helen.marsh", "priya.nair"], 0)
    again = desk.type("remind", "--json").json
    assert (again["sent"], sorted(again["had_one_today"])) == ([], ["helen.marsh", "priya.nair"])
    assert sorted(post[0].messages()) == ["helen@trust.example", "priya@trust.example"]
    message = post[0].messages()["priya@trust.example"]
    whole = f"{message['Subject']}\n{message.get_content()}"
    assert desk.reference in whole and "late" in whole and "https://casework.trust.example" in whole
    assert not [name for name in NAMES if name.casefold() in whole.casefold()]
    assert (message["From"], message["Auto-Submitted"]) == ("casework@trust.example", "auto-generated")
    desk.now = NOW + timedelta(days=1)
    assert len(desk.type("remind", "--json").json["sent"]) == 2


def test_who_did_not_get_one_is_said_and_gets_it_at_the_next_try(desk: Desk, post: tuple[Post, int]) -> None:
    post[0].refused = "helen@trust.example"
    failed = desk.type("remind", ok=5)
    assert "helen.marsh did not get a reminder: the server does not take mail" in failed.said
    assert "priya.nair got a reminder" in failed.stdout
    post[0].refused = ""
    assert desk.type("remind", "--json").json["sent"] == ["helen.marsh"]
    assert [to for to, _ in post[0].taken] == [["priya@trust.example"], ["helen@trust.example"]]


def test_what_may_have_been_taken_when_the_line_broke_is_not_sent_again_that_day(
    desk: Desk, post: tuple[Post, int]
) -> None:
    post[0].broken = "priya@trust.example"
    broken = desk.type("remind", ok=5)
    assert "priya.nair may have got a reminder today, or not" in broken.said
    assert "helen.marsh did not get a reminder: the server" in broken.said
    post[0].broken = ""
    again = desk.type("remind", "--json", ok=5).json
    assert (again["sent"], again["unclear"]) == (["helen.marsh"], ["priya.nair"])


def test_a_server_that_cannot_prove_itself_or_is_not_there_gets_nothing(
    desk: Desk, post: tuple[Post, int], place: tuple[Path, str]
) -> None:
    settings = SETTINGS.format(port=post[1], security="tls", folder=place[0])
    stranger = re.sub(r"ca_file = .*", "", settings)
    wrong = settings.replace('casework"\npassword', 'somebody"\npassword')
    nowhere = settings.replace(str(post[1]), "1")
    for text, says in (
        (stranger, "could not prove who it is"),
        (wrong, "did not take the user and the password"),
        (nowhere, "cannot be reached"),
    ):
        _settings(desk.folder, text)
        said = desk.type("remind", ok=5).said
        assert said.count(says) == 2 and PASSWORD not in said
    assert post[0].taken == []


def test_settings_that_cannot_be_are_refused_with_what_is_wrong(desk: Desk, place: tuple[Path, str]) -> None:
    good = (desk.folder / "reminders.toml").read_text(encoding="utf-8")
    for was, now, says in (
        ('"tls"', '"none"', "nothing is sent without"),
        ('"casework@trust.example"', '"casework"', "names no address"),
        ('"helen@trust.example"', '"a@b.example\\nBcc: c@d.example"', "no address for somebody"),
        ("[reminders]", "[reminders]\npassword = 1", "has password, which it cannot have"),
        ("[smtp]", "[smtp", "is not TOML"),
    ):
        _settings(desk.folder, good.replace(was, now, 1))
        assert says in desk.type("remind", ok=2).said
    (desk.folder / "reminders.toml").chmod(0o640)
    assert "Others than you may use" in desk.type("remind", ok=5).said
    (desk.folder / "reminders.toml").unlink()
    assert "docs/administrator/reminders.md" in desk.type("remind", ok=5).said


def test_names_that_nobody_has_and_accounts_without_an_address_are_said(desk: Desk) -> None:
    text = (desk.folder / "reminders.toml").read_text(encoding="utf-8")
    _settings(desk.folder, text.replace("helen.marsh", "rosa.lind"))
    done = desk.type("remind")
    assert "rosa.lind is written in reminders.toml, and nobody" in done.said
    assert "1 account that acts here has no address" in done.said


def test_a_calendar_is_given_out_by_its_newest_link_alone(
    desk: Desk, place: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_ADDRESS", "https://casework.trust.example/")
    first, link = (desk.type("calendar", "link", "create", "--json").json["link"] for _ in range(2))
    address = link.removeprefix("https://casework.trust.example")
    with Store.open(desk.folder / "casework.sqlite3") as store:
        assert address.split("/")[-1][:20].encode() not in (desk.folder / "casework.sqlite3").read_bytes()
        pages = OwnPages(store, FixedClock(NOW))
        browser = Browser(Site(hosts=frozenset(("127.0.0.1",)), own=pages))
        answer = browser.get(address)
        assert answer.headers["content-type"].startswith("text/calendar")
        text = answer.text.replace("\r\n ", "")
        with store.read() as reader:
            account = reader.account_called(login_hash("priya.nair"))
        assert account is not None
        due = due_for(store, FixedClock(NOW), account.account)
        assert text.count("BEGIN:VEVENT") == len(due) > 0 and desk.reference in text and due[0].title in text
        assert not [name for name in NAMES[:7] if name in text] and "DESCRIPTION" not in text
        old = browser.get(first.removeprefix("https://casework.trust.example"))
        unknown = browser.get("/calendar/unknown.ics")
        assert (old.status_code, old.text) == (unknown.status_code, unknown.text) == (404, unknown.text)
        desk.type("calendar", "link", "revoke")
        assert browser.get(address).status_code == 404
        assert 429 in [browser.get(address).status_code for _ in range(CALENDARS)]
    assert "There is no link" in desk.type("calendar", "link", "revoke").stdout


def test_nothing_is_due_for_whoever_only_audits_or_is_disabled(desk: Desk) -> None:
    with Store.open(desk.folder / "casework.sqlite3") as store, store.read() as reader:
        clock = FixedClock(NOW)
        for login, has in (("rosa.lind", False), ("helen.marsh", True)):
            account = reader.account_called(login_hash(login))
            assert account is not None and bool(due_for(store, clock, account.account)) is has
