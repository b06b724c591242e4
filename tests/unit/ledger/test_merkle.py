"""RFC 6962 trees: published vectors, and proofs of every kind on small trees."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from casework.ledger.proofs import Proofs

h = bytes.fromhex

# The eight-leaf reference tree of the certificate-transparency project (also transparency-dev/merkle,
# testonly/constants.go and testonly/reference_test.go): inputs, roots of all sizes, proofs.
CT_LEAVES = [
    h(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    h(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
_LEFT = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
_2_TO_4 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_4_TO_8 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_6_TO_8 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_0_TO_4 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
CT_INCLUSION = [  # leaf, size, proof
    (0, 1, []),
    (0, 2, [_LEFT]),
    (1, 2, [_LEAF_0]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, [_LEAF_0, _2_TO_4, _LEAF_4]),
    (0, 8, [_LEFT, _2_TO_4, _4_TO_8]),
    (5, 8, [_LEAF_4, _6_TO_8, _0_TO_4]),
]
CT_CONSISTENCY = [  # first size, second size, proof
    (1, 1, []),
    (1, 8, [_LEFT, _2_TO_4, _4_TO_8]),
    (2, 5, [_2_TO_4, _LEAF_4]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", _6_TO_8, _0_TO_4]),
]


@pytest.mark.parametrize("size", range(9))
def test_certificate_transparency_roots(size: int) -> None:
    assert root_of(CT_LEAVES[:size]) == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), CT_INCLUSION)
def test_certificate_transparency_inclusion_proofs(index: int, size: int, proof: list[str]) -> None:
    hashes = [leaf_hash(leaf) for leaf in CT_LEAVES]
    assert [step.hex() for step in Proofs(hashes, size, indexes=[index]).inclusion[index]] == proof
    assert verify_inclusion(hashes[index], index, size, list(map(h, proof)), CT_ROOTS[size])


@pytest.mark.parametrize(("first", "second", "proof"), CT_CONSISTENCY)
def test_certificate_transparency_consistency_proofs(first: int, second: int, proof: list[str]) -> None:
    hashes = [leaf_hash(leaf) for leaf in CT_LEAVES]
    assert [step.hex() for step in Proofs(hashes, second, firsts=[first]).consistency[first]] == proof
    assert verify_consistency(first, second, CT_ROOTS[first], CT_ROOTS[second], list(map(h, proof)))


def test_leaves_and_nodes_cannot_be_taken_for_one_another() -> None:
    assert leaf_hash(b"ab") == hashlib.sha256(b"\x00ab").digest()
    assert node_hash(b"a", b"b") == hashlib.sha256(b"\x01ab").digest()
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


def _hashes(count: int) -> list[bytes]:
    return [leaf_hash(b"leaf %d" % number) for number in range(count)]


def _mth(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(_mth(hashes[:split]), _mth(hashes[split:]))


def test_every_proof_of_every_small_tree_holds_and_no_other_does() -> None:
    hashes = _hashes(20)
    roots = [_mth(hashes[:size]) for size in range(21)]
    for size in range(21):
        made = Proofs(iter(hashes), size, indexes=range(size), firsts=range(size + 1))
        for index in range(size):
            proof = made.inclusion[index]
            assert verify_inclusion(hashes[index], index, size, proof, roots[size])
            assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, roots[size])
            assert not verify_inclusion(hashes[index], index, size, [*proof, roots[1]], roots[size])
            assert not proof or not verify_inclusion(hashes[index], index, size, proof[:-1], roots[size])
            assert not verify_inclusion(hashes[index], index, size, proof, EMPTY_ROOT)
            wrong = (index + 1) % size
            assert wrong == index or not verify_inclusion(hashes[index], wrong, size, proof, roots[size])
        for first in range(size + 1):
            proof = made.consistency[first]
            assert verify_consistency(first, size, roots[first], roots[size], proof)
            assert not verify_consistency(first, size, leaf_hash(b"x"), roots[size], proof)
            # From the empty tree everything follows, so only there another second root cannot be told.
            assert first == 0 < size or not verify_consistency(
                first, size, roots[first], leaf_hash(b"x"), proof
            )
            assert not verify_consistency(first, size, roots[first], roots[size], [*proof, roots[1]])
            assert not proof or not verify_consistency(first, size, roots[first], roots[size], proof[1:])


@given(st.integers(0, 70))
def test_a_frontier_says_the_root_of_every_tree_on_the_way(count: int) -> None:
    hashes = _hashes(count)
    frontier = Frontier()
    for hashed in hashes:
        frontier = Frontier.from_bytes(frontier.append_hash(hashed).to_bytes())
    assert frontier.size == count
    assert frontier.root() == _mth(hashes)


@given(
    st.binary(max_size=34),
    st.integers(-1, 9),
    st.integers(-1, 9),
    st.lists(st.binary(max_size=33), max_size=5),
)
def test_verifying_answers_and_never_raises(data: bytes, first: int, second: int, proof: list[bytes]) -> None:
    assert verify_inclusion(data, first, second, proof, CT_ROOTS[1]) is False
    assert verify_consistency(first, second, data, CT_ROOTS[2], proof) is False


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\x02" + bytes(8), b"\x01" + (1).to_bytes(8, "big") + bytes(31)]
)
def test_a_damaged_frontier_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        Frontier.from_bytes(data)


def test_what_cannot_be_in_a_tree_is_not_in_it() -> None:
    leaf = leaf_hash(b"leaf")
    assert verify_inclusion(leaf, 0, 1, [], leaf)
    assert not verify_inclusion(leaf, 1, 1, [], leaf)
    assert not verify_inclusion(leaf, -1, 1, [], leaf)
    assert not verify_inclusion(b"leaf", 0, 1, [], b"leaf")
    assert not verify_consistency(2, 1, leaf, leaf, [])
    assert not verify_consistency(-1, -1, leaf, leaf, [])
    assert not verify_consistency(1, 1, b"leaf", b"leaf", [])
    for wrong in (b"short", "x" * 32):
        assert not verify_inclusion(leaf, 0, 2, [wrong], node_hash(leaf, b"short"))  # type: ignore[list-item]


def test_no_proof_is_no_proof() -> None:
    assert not verify_consistency(3, 5, CT_ROOTS[3], CT_ROOTS[5], [])
    assert not verify_consistency(4, 5, CT_ROOTS[4], CT_ROOTS[5], [])
    assert not verify_inclusion(leaf_hash(CT_LEAVES[0]), 0, 2, [], CT_ROOTS[2])


def test_what_is_not_in_the_tree_cannot_be_proven() -> None:
    hashes = _hashes(3)
    for ask in (
        lambda: Proofs(hashes, 3, indexes=[3]),
        lambda: Proofs(hashes, 3, indexes=[-1]),
        lambda: Proofs(hashes, 4, indexes=[0]),
        lambda: Proofs(hashes, 3, firsts=[4]),
        lambda: Frontier(3, (bytes(32),)),
    ):
        with pytest.raises(BadInput):
            ask()
