"""What can be wrong with a key: one sentence each, with what to do; never with anything secret in it."""

from __future__ import annotations

from casework.base.errors import BadInput, NotPermitted, Unavailable


class KeyMissing(Unavailable):
    """The key file is not there or cannot be read."""

    code = "key-missing"


class KeyTooOpen(Unavailable):
    """Others than its owner may read the key file or write to it."""

    code = "key-too-open"


class KeyDamaged(Unavailable):
    """The key file is not as it was written, or is no key file of a known version."""

    code = "key-damaged"


class KeyNotWritten(Unavailable):
    """A key file could not be written; nothing of it was left behind."""

    code = "key-not-written"


class KeyExists(BadInput):
    """There is a file already where a new key should go: a key is never overwritten."""

    code = "key-exists"


class PassphraseNeeded(Unavailable):
    """The key file is under a passphrase, and none can be asked for."""

    code = "passphrase-needed"


class WrongPassphrase(Unavailable):
    """The passphrase does not open the key file."""

    code = "wrong-passphrase"


class PassphraseTooShort(BadInput):
    """A new passphrase is too short to protect a key."""

    code = "passphrase-too-short"


class PassphraseTooWeak(BadInput):
    """A new passphrase is one that somebody would try."""

    code = "passphrase-too-weak"


class NotSignedIn(Unavailable):
    """Nobody is signed in here, or their sign-in has ended."""

    code = "not-signed-in"


class WrapRefused(Unavailable):
    """A wrapped stream key does not open for this reader, or is of an unknown suite."""

    code = "wrap-refused"


class TokenRefused(NotPermitted):
    """A program's token opens nothing: unknown, revoked, altered or over; which of these is not told."""

    code = "token-refused"
