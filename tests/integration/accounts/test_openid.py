"""Signing in with an OpenID provider: over HTTP with one that runs on this machine, and statements that are none.

The provider makes its statements by the real clock, so the clock of these tests stands at the moment at which they run.
"""

from __future__ import annotations

import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from casework.base.errors import BadInput
from casework.base.ids import SeededDice
from casework.base.time import SystemClock
from casework.services import openid
from casework.services.openid import (
    Asked,
    Endpoints,
    OpenIDRefused,
    OpenIDUnavailable,
    Provider,
    answered,
    ask,
    discover,
    provider_of,
)
from tests.integration.accounts.room import PHRASE, Room

HELEN = "helen-1234"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider on this machine, that vouches for Helen Marsh."""
    with warnings.catch_warnings(record=True):  # its own libraries are told that others will replace them
        from oidc_provider_mock import User, run_server_in_thread
    helen = User(sub=HELEN, claims={"email": "h.marsh@ashgrove.example", "email_verified": True})
    with run_server_in_thread(user_claims=[helen]) as server:
        yield f"http://localhost:{server.server_port}"


def sign_in_there(url: str, subject: str = HELEN) -> str:
    """Sign in at the provider, as somebody does in a browser, and return where it sends the browser."""
    return httpx.post(url, data={"sub": subject}).headers["location"]


def browser(subject: str) -> Any:
    """A browser in which somebody signs in at the provider and is sent back."""

    def visit(url: str) -> None:
        threading.Thread(target=lambda: httpx.get(sign_in_there(url, subject)), daemon=True).start()

    return visit


def test_the_provider_says_who_and_the_phrase_opens_the_key(
    room: Room, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_OPENID_SECRET", "a secret")
    room.now = SystemClock().now()
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    room.visit = browser(HELEN)
    none = room.type("login helen.marsh --openid", CASEWORK_PASSPHRASE=PHRASE, ok=5)
    assert "No OpenID provider is set up" in none.said
    room.type(f"user openid --issuer {issuer} --client-id casework --required")
    first = room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "with their organisation's account first" in first.said
    wrong = room.type("login helen.marsh --openid", CASEWORK_PASSPHRASE="another three words", ok=6)
    assert "do not belong together" in wrong.said
    room.type("login helen.marsh --openid", CASEWORK_PASSPHRASE=PHRASE)
    room.type("logout")
    assert room.type("login --openid --json", CASEWORK_PASSPHRASE=PHRASE).json["name"] == "helen.marsh"
    log = room.type("audit log --log access --json").json["entries"]
    kinds = [entry["kind"] for entry in log]
    assert kinds[-4:] == ["sign_in_failed", "identity_bound", "signed_in", "signed_in"]
    taken = room.type("login priya.nair --openid", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "belongs to another identity" in taken.said
    room.visit = browser("somebody-else")
    other = room.type("login helen.marsh --openid", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "belongs to another identity" in other.said
    unbound = room.type("login --openid", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "do not belong together" in unbound.said
    room.type("logout")
    room.type("user openid --off")
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)


def test_an_answer_to_another_question_is_refused(issuer: str) -> None:
    provider, dice, now = (
        Provider(issuer, "casework", secret="a secret"),
        SeededDice(b"openid"),
        SystemClock().now(),
    )
    asked = ask(provider, "http://127.0.0.1:1/", dice)
    query = dict(httpx.URL(sign_in_there(asked.url)).params)
    with pytest.raises(OpenIDRefused, match="not to what was asked"):
        answered(provider, asked, {**query, "state": "another"}, now)
    with pytest.raises(OpenIDRefused, match="not from the provider"):
        answered(provider, asked, {**query, "iss": "https://other.example"}, now)
    with pytest.raises(OpenIDRefused, match="access_denied"):
        answered(provider, asked, {"state": asked.state, "error": "access_denied"}, now)
    again = dict(httpx.URL(sign_in_there(asked.url)).params)
    with pytest.raises(OpenIDRefused, match="does not verify"):
        answered(provider, replace(asked, nonce="another"), again, now)
    once = dict(httpx.URL(sign_in_there(asked.url)).params)
    who = answered(provider, asked, once, now)
    assert (who.issuer, who.subject, who.email) == (issuer, HELEN, "h.marsh@ashgrove.example")
    with pytest.raises(OpenIDUnavailable):
        answered(provider, asked, once, now)


def test_a_provider_that_names_another_issuer_or_no_safe_address_is_refused(issuer: str) -> None:
    with pytest.raises(OpenIDUnavailable, match="another issuer"):
        discover(Provider(f"{issuer}/", "casework"))
    with pytest.raises(OpenIDUnavailable, match="does not answer"):
        discover(Provider(f"{issuer}/nowhere", "casework"))
    for address in ("http://accounts.example", "ftp://localhost", "accounts.example"):
        with pytest.raises(BadInput, match="https://"):
            discover(Provider(address, "casework"))


KEY, STRANGER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
ISSUER, NOW = "https://accounts.example", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
CLAIMS = {
    "iss": ISSUER,
    "aud": "casework",
    "sub": "1234",
    "iat": SECONDS,
    "exp": SECONDS + 300,
    "nonce": "the nonce",
    "email": "h.marsh@ashgrove.example",
}
PLACES = Endpoints(ISSUER, f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k")
ASKED = Asked(f"{ISSUER}/a", "http://127.0.0.1:1/", "the state", "the nonce", "the verifier", PLACES)


def test_the_code_is_bound_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider on this machine does not check it, so what is sent is looked at (RFC 7636, section 4)."""
    monkeypatch.setattr(openid, "discover", lambda _: PLACES)
    asked = ask(Provider(ISSUER, "casework"), "http://127.0.0.1:1/", SeededDice(b"pkce"))
    sent = dict(httpx.URL(asked.url).params)
    challenge = urlsafe_b64encode(sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
    assert (sent["code_challenge"], sent["code_challenge_method"]) == (challenge, "S256")
    assert len({sent["state"], sent["nonce"], asked.verifier}) == 3
    forms: list[dict[str, str]] = []
    monkeypatch.setattr(openid, "_asked", lambda method, url, **more: forms.append(more["data"]) or {})
    with pytest.raises(OpenIDRefused, match="no statement"):
        answered(Provider(ISSUER, "casework"), asked, {"state": asked.state, "code": "c"}, NOW)
    assert forms[0]["code_verifier"] == asked.verifier


def told(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], key: ECKey = KEY, alg: str = "ES256"
) -> Any:
    """What comes of a statement with these claims."""
    made = jwt.encode({"alg": alg}, claims, key)
    answers = {PLACES.token_endpoint: {"id_token": made}, PLACES.jwks_uri: KeySet([KEY]).as_dict()}
    monkeypatch.setattr(openid, "_asked", lambda method, url, **_: answers[url])
    return answered(Provider(ISSUER, "casework"), ASKED, {"state": "the state", "code": "c"}, NOW)


def test_an_address_counts_only_if_it_was_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, CLAIMS).email == ""
    assert told(monkeypatch, {**CLAIMS, "email_verified": "true"}).email == ""
    assert told(monkeypatch, {**CLAIMS, "email_verified": True}).email == "h.marsh@ashgrove.example"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"aud": "another client"},
        {"aud": ["casework", "another client"]},
        {"exp": SECONDS - 61},
        {"iat": SECONDS + 3600},
        {"nonce": "another"},
        {"sub": None},
        {"nonce": None},
        {"exp": None},
    ],
)
def test_a_statement_that_is_not_for_us_now_is_not_believed(
    changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    with pytest.raises(OpenIDRefused, match="does not verify"):
        told(monkeypatch, claims)


def test_a_statement_that_somebody_else_signed_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OpenIDRefused, match="does not verify"):
        told(monkeypatch, CLAIMS, STRANGER)


def test_settings_that_cannot_be_read_are_said_so(tmp_path: Path) -> None:
    assert provider_of(tmp_path) is None
    (tmp_path / "openid.json").write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        provider_of(tmp_path)
