"""What the ledger raises when it cannot write, open or read; what verification finds is in `findings`."""

from __future__ import annotations

from casework.base.errors import BadInput, Conflict, Findings, Unavailable


class NotAnEnvelope(BadInput):
    """Bytes are not an envelope of version 1: not canonical, not complete, or a value out of its form."""

    code = "not-an-envelope"


class UnknownVersion(BadInput):
    """An envelope of a version that this release does not know: checked by its hash, its content not read."""

    code = "unknown-envelope-version"


class NotOpened(Unavailable):
    """A sealed body or file cannot be opened: another key, another place in the log, or altered bytes."""

    code = "not-opened"


class NoteRefused(Findings):
    """A signed note or checkpoint is not well formed, or does not carry a valid signature of a known key."""

    code = "note-refused"


class ClockBehind(Unavailable):
    """The machine's clock stands more than five minutes before the newest event of the log."""

    code = "clock-behind"


class WrongSigner(Unavailable):
    """The signing key bears another name than the log's origin."""

    code = "wrong-signer"


class StreamMoved(Conflict):
    """Somebody else recorded in the stream after these events were sealed."""

    code = "stream-moved"
