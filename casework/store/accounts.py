"""Accounts, the roles that they have in organisations, the keys that sign, and what signing in leaves behind."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

from casework.store.rows import Account, FailedSignIns, Invitation, Membership, SigningKey
from casework.store.schema import accounts, identities, invitations, memberships, sign_ins, signing_keys
from casework.store.session import Session
from casework.store.statement import delete_where, insert_into, select_where, update_where

ACCOUNT: Final = select_where(accounts, "account")
_ACCOUNT_CALLED: Final = select_where(accounts, "login_digest")
_ACCOUNTS: Final = select_where(accounts, order=("account",))
MEMBERSHIPS_OF: Final = select_where(memberships, "account", order=("first", "membership"))
_MEMBERSHIPS: Final = select_where(memberships, "organisation", order=("first", "membership"))
_SIGNING_KEY: Final = select_where(signing_keys, "organisation")
_INVITATION: Final = select_where(invitations, "account")
_FAILED: Final = select_where(sign_ins, "account")
_BOUND: Final = select_where(identities, "digest", columns=("account",))
_BOUND_TO: Final = select_where(identities, "account", columns=("digest",), order=("digest",))
_BIND: Final = insert_into(identities)
_UNBIND: Final = delete_where(identities, "account")
_ADD_ACCOUNT: Final = insert_into(accounts)
_SET_ACCOUNT: Final = update_where(
    accounts, ("login_digest", "public_key", "credential", "disabled"), ("account",)
)
_ADD_MEMBERSHIP: Final = insert_into(memberships)
_SET_MEMBERSHIP: Final = update_where(
    memberships, ("role", "first", "last", "sealed"), ("membership", "account", "organisation")
)
_ADD_SIGNING_KEY: Final = insert_into(signing_keys)
_FORGET_SIGNING_KEY: Final = delete_where(signing_keys, "organisation")
_INVITE: Final = insert_into(invitations)
_FORGET_INVITATION: Final = delete_where(invitations, "account")
_ADD_FAILED: Final = insert_into(sign_ins)
_FORGET_FAILED: Final = delete_where(sign_ins, "account")


class AccountReading(Session):
    """Queries on accounts and what belongs to them."""

    def account(self, account: str) -> Account | None:
        """Return an account, or None."""
        row = self._row(ACCOUNT, account)
        return Account(*row) if row else None

    def account_called(self, login_digest: str) -> Account | None:
        """Return the account whose sign-in name has this hash, or None."""
        row = self._row(_ACCOUNT_CALLED, login_digest)
        return Account(*row) if row else None

    def accounts(self) -> list[Account]:
        """Return every account."""
        return [Account(*row) for row in self._rows(_ACCOUNTS)]

    def memberships_of(self, account: str) -> list[Membership]:
        """Return the roles of an account, in every organisation, ended ones too, by first date."""
        return [Membership(*row) for row in self._rows(MEMBERSHIPS_OF, account)]

    def memberships(self, organisation: str) -> list[Membership]:
        """Return the roles that anybody has or had in an organisation, by first date."""
        return [Membership(*row) for row in self._rows(_MEMBERSHIPS, organisation)]

    def signing_key(self, organisation: str) -> SigningKey | None:
        """Return the key that signs an organisation's logs, or None where another machine holds it."""
        row = self._row(_SIGNING_KEY, organisation)
        return SigningKey(*row) if row else None

    def invitation(self, account: str) -> Invitation | None:
        """Return the invitation of an account that waits for its first sign-in, or None."""
        row = self._row(_INVITATION, account)
        return Invitation(*row) if row else None

    def failed_sign_ins(self, account: str) -> FailedSignIns | None:
        """Return what is known of failed sign-ins of an account, or None."""
        row = self._row(_FAILED, account)
        return FailedSignIns(*row) if row else None

    def account_bound_to(self, identity: str) -> str | None:
        """Return the account that is bound to an identity of an OpenID provider, by its hash, or None."""
        row = self._row(_BOUND, identity)
        return str(row[0]) if row else None

    def identities_of(self, account: str) -> list[str]:
        """Return the hashes of the identities that an account is bound to."""
        return [str(row[0]) for row in self._rows(_BOUND_TO, account)]


class AccountWriting(AccountReading):
    """Entering accounts and what belongs to them, or replacing what is entered."""

    def put_account(self, account: Account) -> None:
        """Enter an account, or replace it.

        Raises:
            Overtaken: the sign-in name belongs to another account.
        """
        changed = (
            account.login_digest,
            account.public_key,
            account.credential,
            account.disabled,
            account.account,
        )
        if self._run(_SET_ACCOUNT, changed).rowcount == 0:
            self._run(_ADD_ACCOUNT, astuple(account))

    def put_membership(self, membership: Membership) -> None:
        """Enter a role of an account, or replace it.

        Raises:
            Overtaken: the id belongs to another account or organisation.
        """
        key = (membership.membership, membership.account, membership.organisation)
        values = (membership.role, membership.first, membership.last, membership.sealed, *key)
        if self._run(_SET_MEMBERSHIP, values).rowcount == 0:
            self._run(_ADD_MEMBERSHIP, astuple(membership))

    def put_signing_key(self, key: SigningKey) -> None:
        """Enter the key that signs an organisation's logs, in the place of the one before."""
        self._run(_FORGET_SIGNING_KEY, (key.organisation,))
        self._run(_ADD_SIGNING_KEY, astuple(key))

    def bind_identity(self, identity: str, account: str) -> None:
        """Bind an account to an identity of an OpenID provider, in the place of another one.

        Raises:
            Overtaken: the identity belongs to another account.
        """
        self.unbind_identities(account)
        self._run(_BIND, (identity, account))

    def unbind_identities(self, account: str) -> None:
        """Bind an account to no identity any more."""
        self._run(_UNBIND, (account,))

    def put_invitation(self, invitation: Invitation) -> None:
        """Enter an invitation, in the place of the one before."""
        self.forget_invitation(invitation.account)
        self._run(_INVITE, astuple(invitation))

    def forget_invitation(self, account: str) -> None:
        """Take away an account's invitation."""
        self._run(_FORGET_INVITATION, (account,))

    def put_failed_sign_ins(self, failed: FailedSignIns) -> None:
        """Note failed sign-ins, in the place of what was noted before."""
        self.forget_failed_sign_ins(failed.account)
        self._run(_ADD_FAILED, astuple(failed))

    def forget_failed_sign_ins(self, account: str) -> None:
        """Forget the failed sign-ins of an account."""
        self._run(_FORGET_FAILED, (account,))
