"""Signed notes and checkpoints: the published examples of C2SP and Go, RFC 8032, and everything refused."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.ledger.checkpoint import Checkpoint, Signer, Verifier, key_id, open_checkpoint, open_note, sign
from casework.ledger.errors import NoteRefused

h = bytes.fromhex

# golang.org/x/mod/sumdb/note, package documentation and note_test.go.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # of PRIVATE+KEY+PeterNeumann+c74f20a3+...
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
GO_OTHER_VERIFIER = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
GO_OTHER_SIGNATURE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

# c2sp.org/signed-note, the example of a verifier key and its note.
C2SP_VERIFIER = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

# c2sp.org/tlog-checkpoint, the example. It is a real head of Go's checksum database under another name: with
# the name that was signed, its signature verifies under the key of that database (cmd/go, modfetch/key.go).
C2SP_CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
C2SP_SIGNATURE = (
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
)
SUMDB_VERIFIER = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

# RFC 8032 section 7.1, tests 1 to 3: private key, public key, message, signature.
ED25519 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd2"
        "5bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c38"
        "7b2eaeb4302aeeb00d291612bb0c00",
    ),
]

ORIGIN = "casework.example/school/cases/1"


@pytest.fixture
def signer() -> Signer:
    return Signer.holding(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.mark.parametrize(("private", "public", "message", "signature"), ED25519)
def test_rfc_8032_ed25519(private: str, public: str, message: str, signature: str) -> None:
    holder = Signer.holding("a", Ed25519PrivateKey.from_private_bytes(h(private)))
    assert holder.public_key == h(public)
    assert holder.sign(h(message)) == h(signature)
    assert holder.verifier().accepts(h(signature), h(message).decode())
    assert not holder.verifier().accepts(h(signature), "other")


def test_go_sumdb_note_is_written_byte_for_byte() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b64decode(GO_PRIVATE)[1:])
    holder = Signer.holding("PeterNeumann", private)
    assert holder.sign_note(GO_TEXT) == f"{GO_TEXT}\n{GO_SIGNATURE}"
    assert holder.verifier().to_text() == GO_VERIFIER
    assert key_id("PeterNeumann", holder.public_key).hex() == "c74f20a3"


def test_go_sumdb_notes_open_with_the_keys_that_are_known() -> None:
    peter, enoch = Verifier.from_text(GO_VERIFIER), Verifier.from_text(GO_OTHER_VERIFIER)
    both = f"{GO_TEXT}\n{GO_SIGNATURE}{GO_OTHER_SIGNATURE}"
    for known in ([peter], [enoch], [peter, enoch]):
        assert open_note(both, known) == GO_TEXT
    with pytest.raises(NoteRefused):
        open_note(both, [])


def test_c2sp_signed_note_example() -> None:
    assert open_note(C2SP_NOTE, [Verifier.from_text(C2SP_VERIFIER)]) == "This is an example message.\n"


def test_c2sp_checkpoint_example_is_read_and_written() -> None:
    read = Checkpoint.from_text(C2SP_CHECKPOINT)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.text() == C2SP_CHECKPOINT


def test_c2sp_checkpoint_example_under_the_name_that_was_signed() -> None:
    signed = C2SP_CHECKPOINT.replace("example.com/behind-the-sofa", "go.sum database tree")
    note = f"{signed}\n— sum.golang.org {C2SP_SIGNATURE}\n"
    assert open_note(note, [Verifier.from_text(SUMDB_VERIFIER)]) == signed
    with pytest.raises(NoteRefused):
        open_note(note.replace("20852163", "20852164"), [Verifier.from_text(SUMDB_VERIFIER)])


def test_a_head_that_was_signed_opens(signer: Signer) -> None:
    head = Checkpoint(ORIGIN, 7, bytes(range(32)))
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert sign(head, ORIGIN, private) == signer.sign_note(head.text())
    assert open_checkpoint(signer.sign_note(head.text()), signer.verifier()) == head


def test_a_head_of_another_log_is_refused(signer: Signer) -> None:
    note = signer.sign_note(Checkpoint("casework.example/school/access/1", 7, bytes(32)).text())
    with pytest.raises(NoteRefused, match="another log"):
        open_checkpoint(note, signer.verifier())


def test_witnesses_may_add_their_signatures(signer: Signer) -> None:
    witness = Signer.holding("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = Checkpoint(ORIGIN, 1, bytes(32)).text()
    note = signer.sign_note(text) + witness.sign_note(text).removeprefix(text + "\n")
    assert open_checkpoint(note, signer.verifier()).size == 1
    assert open_note(note, [witness.verifier()]) == text


def test_a_note_may_carry_a_hundred_signatures_and_a_million_characters(signer: Signer) -> None:
    note = signer.sign_note(Checkpoint(ORIGIN, 1, bytes(32)).text())
    assert open_checkpoint(note + "— name AAAAAAAA\n" * 99, signer.verifier()).size == 1
    room = 1_000_000 - len(note) - len("— name \n")
    most = f"{note}— name {'A' * (room - room % 4)}\n"
    assert open_checkpoint(most, signer.verifier()).size == 1
    with pytest.raises(NoteRefused):
        open_checkpoint(most.replace("name ", "name AAAA"), signer.verifier())


def test_a_signed_text_with_control_characters_is_refused(signer: Signer) -> None:
    text = "a\x00b\n"
    encoded = b64encode(signer.verifier().key_id + signer.sign(text.encode())).decode()
    with pytest.raises(NoteRefused):
        open_note(f"{text}\n— {ORIGIN} {encoded}\n", [signer.verifier()])


def test_a_wrong_signature_of_a_known_key_spoils_the_note(signer: Signer) -> None:
    witness = Signer.holding("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = Checkpoint(ORIGIN, 1, bytes(32)).text()
    wrong = witness.sign_note("other\n").removeprefix("other\n\n")
    with pytest.raises(NoteRefused):
        open_note(signer.sign_note(text) + wrong, [signer.verifier(), witness.verifier()])


def _spoilt(good: str) -> list[str]:
    text, _, lines = good.rpartition("\n\n")
    head, _, encoded = lines.rstrip("\n").rpartition(" ")
    last = encoded[-2]
    looser = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    # The last character before the padding carries unused bits: another one may decode to the same bytes.
    sloppy = encoded[:-2] + looser[looser.index(last) + 1] + "="
    return [
        "",
        "\n",
        "\n\n",
        text,
        good[:-1],
        good.replace("\n\n", "\n"),
        good.replace("— ", "- "),
        good.replace("— ", "—"),
        good.replace("\n\n", "\n\t\n\n"),
        good + "\n",
        good + "x",
        good + "— \n",
        good + "— name \n",
        good + "— na+me AAAAAAAA\n",
        good + "— name AAAA\n",
        f"{text}\n\n{head} {sloppy}\n",
        f"{text}\n\n{head} {encoded.rstrip('=')}\n",
        f"{text}\n\n{head} {encoded[:-8]}\n",
        good.replace(good[:5], "\ud800"),
        good + "— name AAAAAAAA\n" * 100,
        "x" * 1_000_001 + good,
    ]


@pytest.mark.parametrize("number", range(21))
def test_a_note_has_one_form_only(signer: Signer, number: int) -> None:
    good = signer.sign_note(Checkpoint(ORIGIN, 7, bytes(range(32))).text())
    bad = _spoilt(good)[number]
    assert bad != good
    with pytest.raises(NoteRefused):
        open_checkpoint(bad, signer.verifier())


@given(st.integers(0, 8 * 300), st.integers(0, 10**6))
def test_any_bit_of_a_head_matters(bit: int, size: int) -> None:
    signer = Signer.holding(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    data = bytearray(signer.sign_note(Checkpoint(ORIGIN, size, bytes(range(32))).text()).encode())
    bit %= 8 * len(data)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NoteRefused):
        open_checkpoint(data.decode("utf-8", "surrogateescape"), signer.verifier())


@given(st.text(max_size=80))
def test_no_text_stops_the_reader(text: str) -> None:
    verifier = Verifier(ORIGIN, bytes(32))
    for note in (text, text + "\n\n— a b\n", f"{ORIGIN}\n{text}\n\n\n— {ORIGIN} {text}\n"):
        with pytest.raises(NoteRefused):
            open_checkpoint(note, verifier)


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        f"{ORIGIN}\n01\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n9007199254740992\n{'A' * 43}=\n",
        f"{ORIGIN}\n9999999999999999\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1\n{'A' * 40}\n",
        f"\n1\n{'A' * 43}=\n",
        f"a b\n1\n{'A' * 43}=\n",
        f"a+b\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\nextension\n",
        f"{ORIGIN}\n١\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint_of_ours_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        GO_VERIFIER.replace("c74f20a3", "c74f20a4"),
        GO_VERIFIER.replace("c74f20a3", "C74F20A3"),
        GO_VERIFIER.replace("PeterNeumann", "Peter Neumann"),
        GO_VERIFIER[:-1],
        "PeterNeumann+c74f20a3+" + "A" * 44,
    ],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(BadInput):
        Verifier.from_text(line)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b"])
def test_a_name_is_one_word(name: str) -> None:
    with pytest.raises(BadInput):
        Verifier(name, bytes(32))
    with pytest.raises(BadInput):
        Checkpoint(name, 1, bytes(32))


@pytest.mark.parametrize("text", ["no new line", "a\tb\n", "a\x00\n"])
def test_only_text_is_signed(signer: Signer, text: str) -> None:
    with pytest.raises(BadInput):
        signer.sign_note(text)
