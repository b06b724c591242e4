"""Signed heads: a log's size and Merkle root as a C2SP checkpoint in a signed note.

    <origin>
    <size>
    <root hash, base64>
    <empty line>
    — <key name> <base64 of key id (4 bytes) ‖ Ed25519 signature (64 bytes)>

The origin is `<host>/<organisation id>/<cases|access>/<generation>`; the key's name is the origin. A key id
is the first 4 bytes of SHA-256(key name ‖ 0x0A ‖ 0x01 ‖ public key). A *verifier key* is the one line that an
auditor needs: `<key name>+<key id in hexadecimal>+<base64 of 0x01 ‖ public key>`.

Signature lines of unknown keys are ignored, so that witnesses may add theirs. Base64 that a strict writer
would not have written is refused: a note has one form only.

Source: C2SP signed-note and tlog-checkpoint (https://c2sp.org); RFC 8032 for Ed25519.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from casework.base.errors import BadInput
from casework.ledger.errors import NoteRefused
from casework.ledger.merkle import HASH_BYTES

_ED25519: Final = b"\x01"
_DASH: Final = "— "
_MAX_NOTE: Final = 1_000_000
_MAX_SIGNATURES: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_CLAIM: Final = re.compile(r"[^\n]*\n([0-9]{1,16})\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says: of which log, how many events, which Merkle root (32 bytes).

    Raises:
        BadInput: one of the three is not of its form.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.origin):
            raise BadInput("The origin of a log is one word without spaces or plus signs.")
        if not 0 <= self.size < 2**53 or len(self.root) != HASH_BYTES:
            raise BadInput("The size or the root of a checkpoint is not of its form.")

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode('ascii')}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read the text of a note as a checkpoint. Extension lines are not of our logs and are refused.

        Raises:
            NoteRefused: not of that form.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("A checkpoint has three lines: origin, size and root hash.")
        try:
            return cls(lines[0], int(lines[1]), strict_base64(lines[2]))
        except BadInput as problem:
            raise NoteRefused(problem.message) from None


@dataclass(frozen=True, slots=True)
class Verifier:
    """A known signer: its name and its Ed25519 public key (32 bytes).

    Raises:
        BadInput: not of that form.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public_key) != 32:
            raise BadInput("A verifier key has a name without spaces or plus signs, and 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which signature lines name the key."""
        return key_id(self.name, self.public_key)

    def to_text(self) -> str:
        """Return the verifier key as one line, for letters, exports and other tools."""
        material = b64encode(_ED25519 + self.public_key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_text(cls, line: str) -> Verifier:
        """Read a verifier key from its one line.

        Raises:
            BadInput: not of that form, of another algorithm, or its id is not that of its key.
        """
        name, _, rest = line.partition("+")
        stated, _, encoded = rest.partition("+")
        try:
            material = strict_base64(encoded)
        except BadInput:
            material = b""
        if material[:1] == _ED25519 and len(material) == 33 and _KEY_ID.fullmatch(stated):
            found = cls(name, material[1:])
            if found.key_id.hex() == stated:
                return found
        raise BadInput("This is not an Ed25519 verifier key.", remedy="It looks like name+1a2b3c4d+AbCd...")

    def accepts(self, signature: bytes, text: str) -> bool:
        """Say whether `signature` is this signer's on `text`; never raises."""
        try:
            _public(self.public_key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key held open, because opening one for each signature would cost more than signing.

    Args:
        name: the key's name; for a log, its origin.
        public_key: 32 bytes.
        sign: returns the 64-byte Ed25519 signature of what it is given; never shown.
    """

    name: str
    public_key: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)
    _line_head: str = field(init=False, repr=False)
    _key_id: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        verifier = Verifier(self.name, self.public_key)
        object.__setattr__(self, "_line_head", f"{_DASH}{self.name} ")
        object.__setattr__(self, "_key_id", verifier.key_id)

    @classmethod
    def holding(cls, name: str, private_key: Ed25519PrivateKey) -> Signer:
        """Return the signer that uses `private_key`."""
        return cls(name, private_key.public_key().public_bytes_raw(), private_key.sign)

    def verifier(self) -> Verifier:
        """Return the public half."""
        return Verifier(self.name, self.public_key)

    def sign_note(self, text: str) -> str:
        """Return the signed note over `text`.

        Raises:
            BadInput: the text does not end its last line, or holds control characters.
        """
        if not text.endswith("\n") or _CONTROL.search(text):
            raise BadInput("The text of a note ends with a new line and holds no control characters.")
        signature = b64encode(self._key_id + self.sign(text.encode())).decode("ascii")
        return f"{text}\n{self._line_head}{signature}\n"


@lru_cache(maxsize=64)
def _public(public_key: bytes) -> Ed25519PublicKey:
    """Return a key held open: a log has few keys, and thousands of heads."""
    return Ed25519PublicKey.from_public_bytes(public_key)


@lru_cache(maxsize=64)
def key_id(name: str, public_key: bytes) -> bytes:
    """Return the 4-byte id of an Ed25519 key under that name."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def sign(checkpoint: Checkpoint, key_name: str, private_key: Ed25519PrivateKey) -> str:
    """Return `checkpoint` as a signed note; for many, hold a `Signer`."""
    return Signer.holding(key_name, private_key).sign_note(checkpoint.text())


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """Return the text of a note that carries a valid signature of a known key.

    Raises:
        NoteRefused: not a well-formed note; a signature of a known key is not valid; no known key signed it.
    """
    text, signatures = _split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    accepted = False
    for name, signature in signatures:
        verifier = known.get((name, signature[:4]))
        if verifier is None:
            continue
        if not verifier.accepts(signature[4:], text):
            raise NoteRefused(f"The signature of {name} does not fit the text.", signer=name)
        accepted = True
    if not accepted:
        raise NoteRefused("No known key has signed this note.")
    return text


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return what a log's signed head says.

    Raises:
        NoteRefused: not well formed, not signed by the log's key, or of another log.
    """
    checkpoint = Checkpoint.from_text(open_note(note, (verifier,)))
    if checkpoint.origin != verifier.name:
        raise NoteRefused("The checkpoint is of another log than its signer.", origin=checkpoint.origin)
    return checkpoint


def claimed_size(note: object) -> int | None:
    """Return the size that a note says, whether or not its signature holds; None if it says none."""
    match = _CLAIM.match(note) if isinstance(note, str) else None
    return int(match[1]) if match else None


def cosign(note: str, signer: Signer) -> str:
    """Return a signed note with one more signature on the same text.

    Raises:
        NoteRefused: it is no signed note.
    """
    text, _ = _split(note)
    return note + signer.sign_note(text).removeprefix(f"{text}\n")


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Take a note apart into its text and its signatures (key name, key id and signature)."""
    text, separator, lines = note.rpartition("\n\n")
    well_formed = separator and lines.endswith("\n") and len(note) <= _MAX_NOTE and _is_text(note)
    signatures = []
    for line in lines[:-1].split("\n") if well_formed else []:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        try:
            signature = strict_base64(encoded)
        except BadInput:
            signature = b""
        if not line.startswith(_DASH) or not _is_name(name) or len(signature) < 5:
            raise NoteRefused("A signature line of the note is not well formed.")
        signatures.append((name, signature))
    if not 0 < len(signatures) <= _MAX_SIGNATURES:
        raise NoteRefused("This is not a signed note: a text, an empty line, and signature lines.")
    return text + "\n", signatures


def _is_text(note: str) -> bool:
    """Say whether a note is Unicode without control characters other than new lines."""
    try:
        note.encode()
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(note)


def _is_name(name: str) -> bool:
    """Say whether `name` may name a key: not empty, without Unicode spaces, plus or control characters."""
    return name.split() == [name] and "+" not in name and not _CONTROL.search(name)


def strict_base64(text: str) -> bytes:
    """Return the bytes of standard base64 in its one form.

    Raises:
        BadInput: any other form, also where only unused bits differ.
    """
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not text or b64encode(data).decode("ascii") != text:
        raise BadInput("This is not base64 in its one form.")
    return data
