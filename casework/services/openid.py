"""Signing in with the organisation's own account (Google Workspace, Microsoft Entra): OpenID Connect says *who*.

It never opens a key: the unlock phrase does. The authorisation code flow with PKCE, as a browser and as the command
line on this machine use it. An account is bound to issuer and subject, which never change; an e-mail address is looked
at only when it is bound, and only if the provider says that it was verified.

Sources: OpenID Connect Core 1.0 (3.1.2 and 3.1.3.7), RFC 7636 (PKCE), RFC 8252 (native applications), RFC 9207 (`iss`).
"""

from __future__ import annotations

import hmac
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput, NotPermitted, Unavailable

if TYPE_CHECKING:
    from casework.base.ids import Dice

SETTINGS: Final = "openid.json"
"""The file in a data folder that says which provider is asked."""

SCOPES: Final = "openid email"
"""What is asked of a provider: who it is, and an e-mail address to show when an account is bound."""

_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_LEEWAY_SECONDS: Final = 60
_SECONDS: Final = 10
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LARGEST: Final = 1_000_000


class OpenIDUnavailable(Unavailable):
    """The provider cannot be asked, or gave an answer that cannot be relied on."""

    code = "openid-unavailable"


class OpenIDRefused(NotPermitted):
    """The provider did not say who it is, or not in answer to what was asked."""

    code = "openid-refused"


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider as a data folder's settings name it; `required` lets nobody sign in without it.

    `secret` is the client's, where the provider insists on one; it is never written down here.
    """

    issuer: str
    client_id: str
    required: bool = False
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked, as its discovery document says."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is on its way: the address to visit, and what its answer has to fit."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    endpoints: Endpoints


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a provider vouches for; `email` is empty unless the provider says that it was verified."""

    issuer: str
    subject: str
    email: str = ""

    @property
    def digest(self) -> str:
        """What an account is bound to, so that the database holds no subject."""
        return sha256_hex(f"casework identity v1\n{self.issuer}\n{self.subject}".encode())


def provider_of(folder: Path, secret: str = "") -> Provider | None:
    """Return the provider that a data folder's settings name; None if they name none.

    Raises:
        BadInput: the file cannot be read.
    """
    path = folder / SETTINGS
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Provider(str(data["issuer"]), str(data["client_id"]), data["required"] is True, secret)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            f"The settings of the OpenID provider cannot be read: {path}.",
            remedy="Write them anew: casework user openid --issuer URL --client-id ID",
        ) from None


def set_provider(folder: Path, provider: Provider | None) -> None:
    """Write which provider is asked, without its secret; None: none is."""
    path = folder / SETTINGS
    if provider is None:
        path.unlink(missing_ok=True)
        return
    said = {name: value for name, value in asdict(provider).items() if name != "secret"}
    draft = path.with_name(f".{SETTINGS}.new")
    draft.write_bytes(canonical_bytes(said) + b"\n")
    os.replace(draft, path)


def discover(provider: Provider) -> Endpoints:
    """Ask a provider where it is asked.

    Raises:
        OpenIDUnavailable: it does not answer, or names another issuer. BadInput: its address cannot be.
    """
    _require_safe(provider.issuer)
    found = _asked("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise OpenIDUnavailable(
            "The OpenID provider names another issuer than the one in the settings.",
            remedy="Use the issuer exactly as the provider writes it; for Microsoft, the one of your own tenant.",
        )
    try:
        places = [str(found[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    except KeyError:
        raise OpenIDUnavailable("The OpenID provider does not say where it is asked.") from None
    for place in places:
        _require_safe(place)
    return Endpoints(provider.issuer, *places)


def ask(provider: Provider, redirect_uri: str, dice: Dice) -> Asked:
    """Return what somebody has to visit to be vouched for.

    Args:
        provider: whom to ask.
        redirect_uri: where the provider sends them afterwards.
        dice: gives 96 bytes: no answer to another question can be passed off as the answer to this one.

    Raises:
        OpenIDUnavailable, BadInput: as `discover`.
    """
    endpoints = discover(provider)
    state, nonce, verifier = (_text(dice.bytes(32)) for _ in range(3))
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "state": state,
        "nonce": nonce,
        "code_challenge": _text(sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(endpoints.authorization_endpoint).query else "?"
    url = f"{endpoints.authorization_endpoint}{joint}{urlencode(query)}"
    return Asked(url, redirect_uri, state, nonce, verifier, endpoints)


def answered(provider: Provider, asked: Asked, answer: Mapping[str, str], now: datetime) -> Who:
    """Return whom the provider vouches for, in answer to what was asked.

    Args:
        provider: who was asked.
        asked: the question.
        answer: the query with which the provider sent somebody back.
        now: an aware moment.

    Raises:
        OpenIDRefused: the provider refused, or the answer is not to this question or not the provider's.
        OpenIDUnavailable: the provider cannot be asked for its statement.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise OpenIDRefused("The answer is not to what was asked.", remedy="Begin again: casework login")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise OpenIDRefused("The answer is not from the provider that was asked.")
    if "code" not in answer:
        said = answer.get("error", "no reason")
        raise OpenIDRefused(f"The OpenID provider did not sign you in: {said!a}.", remedy="Try again there.")
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": asked.redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": asked.verifier,
    }
    # The way that every provider has to know (OpenID Connect Core 1.0, section 9); without a secret, none.
    client = (
        (quote(provider.client_id, safe=""), quote(provider.secret, safe="")) if provider.secret else None
    )
    statement = _asked("POST", asked.endpoints.token_endpoint, data=form, auth=client).get("id_token")
    if not isinstance(statement, str):
        raise OpenIDRefused("The OpenID provider gave no statement of who you are.")
    return _verified(provider, asked, statement, now)


def _verified(provider: Provider, asked: Asked, statement: str, now: datetime) -> Who:
    """Read a provider's signed statement, seen to be its own, for us, fresh, and in answer to this question."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": asked.nonce},
    )
    try:
        keys = KeySet.import_key_set(_asked("GET", asked.endpoints.jwks_uri))  # type: ignore[arg-type]
        claims = jwt.decode(statement, keys, algorithms=list(_ALGORITHMS)).claims
        registry.validate(claims)
        for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if for_others and claims.get("azp") != provider.client_id:
            raise ValueError
    except (JoseError, KeyError, TypeError, ValueError):
        raise OpenIDRefused(
            "What the OpenID provider says of you does not verify, so it was not believed.",
            remedy="Begin again. If it happens again, tell whoever looks after this installation.",
        ) from None
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    return Who(provider.issuer, str(claims["sub"]), email)


def _asked(method: str, url: str, **more: Any) -> dict[str, Any]:
    """Ask over HTTP and return the JSON object that came back.

    Raises:
        OpenIDUnavailable: there was no such answer, or the library for it is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise OpenIDUnavailable(
            "Signing in with an OpenID provider is not installed here.",
            remedy="Install it: pip install 'casework[openid]'",
        ) from None
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            answer = client.request(method, url, **more)
        data = answer.json() if len(answer.content) <= _LARGEST else None
    except (httpx.HTTPError, ValueError):
        answer, data = None, None
    if answer is None or answer.status_code != httpx.codes.OK or not isinstance(data, dict):
        raise OpenIDUnavailable(
            f"The OpenID provider at {urlsplit(url).netloc} does not answer as it should.",
            remedy="Check the network and the provider's settings, then try again.",
        )
    return data


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise BadInput(f"The address of an OpenID provider begins with https://, unlike {url!a}.")


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
