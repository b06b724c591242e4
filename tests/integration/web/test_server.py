"""Pages of a server: who signs in, how a session ends, and what the proxy before it is believed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework.base.time import FixedClock, SystemClock
from casework.services.accounts import add_user, stop_account
from casework.services.admitting import admit
from casework.services.openid import Provider, set_provider
from casework.services.schools import choose_school
from casework.web.app import application
from casework.web.guard import network_of
from casework.web.sessions import IDLE, LONGEST
from tests.support.accounts import NOW, PHRASE, open_as
from tests.support.trust import HOST, Trust

NEW = "gorse lantern pebble"


@pytest.fixture
def trust(trust_made_once: tuple[Path, str], tmp_path: Path) -> Iterator[Trust]:
    shutil.copytree(trust_made_once[0], tmp_path / "data")
    trust = Trust(tmp_path / "data", trust_made_once[1])
    yield trust
    trust.server.close()


def test_whoever_has_a_phrase_signs_in_and_sees_their_own_schools(trust: Trust) -> None:
    helen, noor = trust.signed_in("helen.marsh"), trust.signed_in("noor.khan")
    assert "Your account" in helen.get("/").text
    assert "Ashgrove Primary School" in helen.get("/account").text
    shown = noor.get("/account").text
    assert "Birchwood School" in shown and "Ashgrove" not in shown
    assert noor.get("/?school=ASH").status_code == 422
    assert trust.reference in trust.signed_in("daniel.okoro").get("/").text


def test_a_wrong_phrase_and_a_name_that_nobody_has_look_the_same(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.services.sign_in.try_in_vain", lambda phrase: phrase())
    said = []
    for name in ("helen.marsh", "nobody.here"):
        browser = trust.browser()
        answers = [browser.post("/sign-in", {"name": name, "phrase": "not it at all"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [403] * 4
        assert "Try again in 5 seconds" in answers[-1].text and "casework login" not in answers[0].text
        said.append([answer.text.replace(f'value="{name}"', "") for answer in answers])
    assert said[0] == said[1]
    trust.server.base.clock = FixedClock(NOW + timedelta(seconds=6))
    assert "failed 3 times before" in trust.signed_in("helen.marsh").page


def test_an_invitation_is_accepted_and_one_call_lets_somebody_in(trust: Trust) -> None:
    with open_as(trust.folder, None, seed="invite") as adviser:
        added = add_user(adviser, choose_school(adviser, "ASH"), name="Ruth Adeyemi", role="clerk")
    browser, login = trust.browser(), added.member.login
    fields = {"name": login, "code": added.code.lower(), "phrase": NEW, "again": NEW}
    assert "not the same" in browser.post("/invitation", {**fields, "again": "another"}).text
    assert (
        "at least 12 characters"
        in browser.post("/invitation", {**fields, "phrase": "ash", "again": "ash"}).text
    )
    groups = re.findall(r'class="groups">([^<]+)', browser.post("/invitation", fields).text)
    assert browser.post("/invitation", fields).status_code == 403
    browser.post("/sign-in", {"name": login, "phrase": NEW})
    assert "Nobody has let you in yet" in browser.get("/").text and groups[0] in browser.page
    assert browser.get(f"/cases/{trust.reference}").status_code == 404
    assert "None has let you in" in browser.get("/account").text
    with open_as(trust.folder, None, seed="admit") as adviser:
        admit(adviser, choose_school(adviser, "ASH"), login)
    assert browser.get("/").status_code == 200


def test_the_phrase_is_changed_and_other_places_are_signed_out(trust: Trust) -> None:
    here, there = trust.signed_in("helen.marsh"), trust.signed_in("helen.marsh")
    here.get("/account")
    assert "In 2 places" in here.page
    wrong = here.post("/account/phrase", {"phrase": "not it at all", "new": NEW, "again": NEW})
    assert wrong.status_code == 422 and "does not open" in wrong.text
    assert "signed out in 1 other place" in (
        here.post("/account/phrase", {"phrase": PHRASE, "new": NEW, "again": NEW}).text
    )
    assert "Sign in" in there.get("/").text and "Here only" in here.get("/account").text
    fresh = trust.browser()
    assert fresh.post("/sign-in", {"name": "helen.marsh", "phrase": PHRASE}).status_code == 403
    assert fresh.post("/sign-in", {"name": "helen.marsh", "phrase": NEW}).status_code == 200


def test_leaving_everywhere_and_a_stopped_account_end_every_session(trust: Trust) -> None:
    here, there, ada = (trust.signed_in(name) for name in ("helen.marsh", "helen.marsh", "ada.quill"))
    here.get("/account")
    here.post("/account/leave-everywhere")
    assert [one.get("/account").url.path for one in (here, there, ada)] == [
        "/sign-in",
        "/sign-in",
        "/account",
    ]
    with open_as(trust.folder, None) as adviser:
        stop_account(adviser, choose_school(adviser, "ASH"), "ada.quill", reason="A test")
    assert ada.get("/account").url.path == "/sign-in"


def test_a_session_ends_by_the_clock_and_its_keys_go_though_nobody_comes(trust: Trust) -> None:
    helen = trust.signed_in("helen.marsh")
    (visitor,) = trust.site.sessions._visitors.values()
    trust.seconds[0] += IDLE + 1
    trust.site.sessions.sweep()
    assert "keys" not in visitor.workspace.__dict__ and not visitor.workspace._opening
    assert helen.get("/account").url.path == "/sign-in"
    assert LONGEST > IDLE


def test_what_was_typed_waits_for_whoever_typed_it_also_after_a_restart(trust: Trust) -> None:
    helen = trust.signed_in("helen.marsh")
    helen.get("/cases/new")
    trust.site = trust.new_site()
    helen.application = application(trust.site)
    helen.post("/cases/new/when", {"reported": "2026-02-27"})
    assert "kept for half an hour" in helen.page
    others = trust.browser()
    others.cookies = httpx.Cookies(helen.cookies)
    assert "2026-02-27" not in others.post("/sign-in", {"name": "ada.quill", "phrase": PHRASE}).text
    assert "2026-02-27" in helen.post("/sign-in", {"name": "helen.marsh", "phrase": PHRASE}).text


def test_signing_in_leads_to_the_page_that_was_asked_for_and_to_no_other_site(trust: Trust) -> None:
    daniel = trust.browser()
    daniel.get(f"/cases/{trust.reference}")
    came = daniel.post("/sign-in", {"name": "daniel.okoro", "phrase": PHRASE})
    assert came.url.path == f"/cases/{trust.reference}"
    for evil in ("//evil.example", "https://evil.example", "/\\evil.example", "/a?b"):
        assert f'value="{evil}"' not in trust.browser().get("/sign-in", params={"to": evil}).text


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider on this machine, that vouches for Helen Marsh."""
    with warnings.catch_warnings(record=True):  # its own libraries are told that others will replace them
        from oidc_provider_mock import User, run_server_in_thread
    helen = User(sub="helen-1234", claims={"email": "h.marsh@ashgrove.example", "email_verified": True})
    with run_server_in_thread(user_claims=[helen]) as server:
        yield f"http://localhost:{server.server_port}"


def test_the_organisation_says_who_and_the_phrase_opens_the_key(trust: Trust, issuer: str) -> None:
    trust.server.base.clock = SystemClock()  # the provider makes its statements by the real clock
    trust.server = trust.site.server = replace(trust.server, openid_secret="a secret")
    set_provider(trust.folder, Provider(issuer, "casework", required=True))
    browser = trust.browser()
    assert 'name="phrase"' not in browser.get("/sign-in").text
    alone = browser.post("/sign-in", {"name": "helen.marsh", "phrase": PHRASE})
    assert alone.status_code == 403 and "organisation" in alone.text
    assert "First your organisation" in browser.get("/invitation").text
    for name in ("helen.marsh", ""):  # the second time the identity names the account
        there = browser.get("/sign-in/organisation", follow=False)
        asked = httpx.URL(there.headers["location"])
        assert asked.params["code_challenge_method"] == "S256" and asked.params["state"]
        assert asked.params["redirect_uri"] == f"https://{HOST}/sign-in/answer"
        assert "samesite=lax" in there.headers["set-cookie"].lower()
        back = httpx.post(asked, data={"sub": "helen-1234"}).headers["location"]
        way = httpx.URL(back).raw_path.decode()
        assert "begun in another browser" in trust.browser().get(way).text
        assert "h.marsh@ashgrove.example" in browser.get(way).text
        assert browser.get(way).status_code == 422  # an answer counts once
        asked = httpx.URL(browser.get("/sign-in/organisation", follow=False).headers["location"])
        back = httpx.post(asked, data={"sub": "helen-1234"}).headers["location"]
        browser.get(httpx.URL(back).raw_path.decode())
        came = browser.post("/sign-in", {"name": name, "phrase": PHRASE})
        assert came.url.path == "/" and "Today" in came.text
    asked = httpx.URL(browser.get("/sign-in/organisation", follow=False).headers["location"])
    back = httpx.post(asked, data={"sub": "somebody-else"}).headers["location"]
    browser.get(httpx.URL(back).raw_path.decode())
    other = browser.post("/sign-in", {"name": "helen.marsh", "phrase": PHRASE})
    assert other.status_code == 403 and "belongs to another identity" in other.text


def test_only_the_named_proxy_is_believed(trust: Trust) -> None:
    direct = trust.browser(client="127.0.0.1")
    refused = direct.get(f"http://{HOST}/sign-in")
    assert refused.status_code == 403 and "through its proxy" in refused.text
    assert trust.browser().get("/sign-in", headers={"X-Forwarded-Proto": "http"}).status_code == 403
    assert trust.browser().get("/sign-in", headers={"Host": "evil.example"}).status_code == 421
    cookie = (
        trust.browser()
        .post("/sign-in", {"name": "ada.quill", "phrase": PHRASE}, follow=False)
        .headers["set-cookie"]
    )
    assert cookie.startswith("__Host-casework=") and "Secure" in cookie and "HttpOnly" in cookie
    assert "strict-transport-security" in trust.browser().get("/sign-in").headers


def test_limits_count_the_real_address_and_each_session_alone(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.web.guard.RATE", 40)
    monkeypatch.setattr("casework.web.guard.TRIES", 5)
    monkeypatch.setattr("casework.services.sign_in.try_in_vain", lambda phrase: phrase())
    helen = trust.signed_in("helen.marsh")
    one, other = trust.browser(address="203.0.113.7"), trust.browser(address="198.51.100.1")
    other.application = one.application = helen.application
    tried = [one.post("/sign-in", {"name": "x"}).status_code for _ in range(6)]
    assert tried[-1] == 429 and other.post("/sign-in", {"name": "y"}).status_code == 403
    spoofed = {"X-Forwarded-For": "8.8.8.8, 203.0.113.7"}
    assert one.post("/sign-in", {"name": "x"}, headers=spoofed).status_code == 429
    seen = {one.get("/health").status_code for _ in range(41)}
    assert seen == {204, 429} and helen.get("/account").status_code == 200
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") != network_of("2001:db8:1::1")


def test_the_health_page_says_nothing(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = trust.browser(client="127.0.0.1")
    well = probe.get("/health", headers={"Host": "127.0.0.1:8642", "X-Forwarded-Proto": "http"})
    assert (well.status_code, well.content) == (204, b"")
    monkeypatch.setattr(trust.server.base.store, "read", _broken)
    ill = probe.get("/health")
    assert (ill.status_code, ill.content) == (503, b"")


def _broken(*_: object) -> None:
    from casework.store.errors import StoreUnavailable

    raise StoreUnavailable("The database is away.")


def test_a_server_runs_by_its_settings_and_stops_when_it_is_told(
    trust_made_once: tuple[Path, str], tmp_path: Path
) -> None:
    shutil.copytree(trust_made_once[0], tmp_path / "data")
    certificate, key = self_signed(tmp_path)
    settings = tmp_path / "server.toml"
    settings.write_text(
        '[server]\nhosts = ["localhost"]\nlisten = "127.0.0.1:0"\n'
        f'certificate = "{certificate.name}"\nkey = "{key.name}"\n'
    )
    words = ["--data", str(tmp_path / "data"), "serve", "--settings", str(settings), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "casework", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = "".join(iter(process.stdout.readline, "}\n")) + "}"
            address = json.loads(said)["address"]
            context = ssl.create_default_context(cafile=str(certificate))
            answer = httpx.get(f"{address}sign-in", verify=context)
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
    assert answer.status_code == 200 and "Unlock phrase" in answer.text
    assert "server" not in answer.headers
    assert (process.returncode, errors) == (0, "")


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "chain.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.touch(0o600)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret
