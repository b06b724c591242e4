"""A token opens its account's key, and nothing that was altered."""

from __future__ import annotations

from datetime import date

import pytest

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.ids import SeededDice, new_id
from casework.keyring.container import Cost
from casework.keyring.errors import TokenRefused
from casework.keyring.files import AccountKeys, seal_account_keys
from casework.keyring.token import Scope, account_named, is_token, new_token, open_token, revoked, scope_of

DICE = SeededDice(b"token")
KEYS = AccountKeys.generate(new_id(DICE), DICE)
SCOPE = Scope(("read", "step"), date(2026, 12, 31))
TOKEN, KEPT = new_token(KEYS, SCOPE, DICE)


def test_a_token_opens_its_key_and_says_what_it_may_do() -> None:
    keys, scope = open_token(TOKEN, KEPT)
    assert keys.agreement_public == KEYS.agreement_public
    assert (keys.account, scope) == (KEYS.account, SCOPE)
    assert account_named(TOKEN) == KEYS.account


def test_nothing_of_the_token_is_kept() -> None:
    assert TOKEN.encode() not in KEPT
    assert TOKEN[-40:].encode() not in KEPT


@pytest.mark.parametrize(
    "change", [{"actions": ["export", "read", "step"]}, {"until": "2036-12-31"}, {"account": new_id(DICE)}]
)
def test_a_scope_that_was_altered_in_the_database_opens_nothing(change: dict[str, object]) -> None:
    altered = canonical_bytes({**parse_canonical(KEPT), **change})
    with pytest.raises(TokenRefused):
        open_token(TOKEN, altered)


@pytest.mark.parametrize("kept", [b"", b"{}", b"\xff", revoked(KEPT), KEPT[:-3]])
def test_what_is_no_key_of_a_token_opens_nothing(kept: bytes) -> None:
    with pytest.raises(TokenRefused):
        open_token(TOKEN, kept)


def test_another_secret_and_another_account_open_nothing() -> None:
    other, _ = new_token(KEYS, SCOPE, DICE)
    elsewhere, _ = new_token(AccountKeys.generate(new_id(DICE), DICE), SCOPE, DICE)
    for token in (other, elsewhere, TOKEN[:-1], TOKEN.removeprefix("casework_"), "", "casework_" + "é"):
        with pytest.raises(TokenRefused):
            open_token(token, KEPT)


def test_a_revoked_token_keeps_its_scope_and_no_key() -> None:
    assert scope_of(revoked(KEPT)) == (SCOPE, True)
    assert scope_of(KEPT) == (SCOPE, False)
    assert set(parse_canonical(KEPT)) - set(parse_canonical(revoked(KEPT))) == {"private", "nonce"}


def test_a_key_under_a_phrase_is_no_token() -> None:
    weak = Cost(memory_kib=32, iterations=1, lanes=1)
    sealed = seal_account_keys(
        KEYS, protection="passphrase", passphrase=lambda: "three plain words", dice=DICE, cost=weak
    )
    assert is_token(KEPT) and is_token(revoked(KEPT))
    assert not is_token(sealed) and not is_token(None)
