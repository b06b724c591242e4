"""Canonical JSON against the published vectors of RFC 8785, hostile input, and its round trip."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.canonical import MAX_DEPTH, NotCanonical, canonical_bytes, parse_canonical, sha256_hex
from casework.base.errors import BadInput


class Colour(StrEnum):
    """A string that is not exactly a string."""

    RED = "red"


class Count(IntEnum):
    """An integer that is not exactly an integer."""

    ONE = 1


def nested(depth: int) -> Any:
    """Return arrays and objects nested `depth` deep."""
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"k": value}
    return value


# The vectors of RFC 8785 section 3.2.2 and, by name, of cyberphone/json-canonicalization's testdata.
# Members that the restricted form refuses (floats, null, keys beyond ASCII) are left out of the accepted ones
# and stand among the refused ones below.
PUBLISHED = [
    (
        "structures.json, its 56.0 written 56",
        '{"1":{"f":{"f":"hi","F":5},"\\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
        "7b22223a22656d707479222c2231223a7b225c6e223a35362c2266223a7b2246223a352c2266223a226869227d7d2c22313022"
        "3a7b7d2c22313131223a5b7b2245223a226e6f222c2265223a22796573227d5d2c2241223a7b7d2c2261223a7b7d7d",
    ),
    (
        "RFC 8785 section 3.2.2 = values.json, its string and its two booleans",
        r'{"string":"\u20ac$\u000F\u000aA'
        r"'"
        r'\u0042\u0022\u005c\\\"\/","literals":[true,false]}',
        "7b226c69746572616c73223a5b747275652c66616c73655d2c22737472696e67223a22e282ac245c75303030665c6e4127425c"
        "225c5c5c5c5c222f227d",
    ),
    (
        "arrays.json, without its null",
        '[56,{"d":true,"1":[]}]',
        "5b35362c7b2231223a5b5d2c2264223a747275657d5d",
    ),
    (
        "weird.json, its ASCII keys",
        r'{"\r":"Carriage Return","\u000a":"Newline","1":"One","</script>":"Browser Challenge"}',
        "7b225c6e223a224e65776c696e65222c225c72223a2243617272696167652052657475726e222c2231223a224f6e65222c223c"
        "2f7363726970743e223a2242726f77736572204368616c6c656e6765227d",
    ),
    ("weird.json, the value of U+0080", r'"Control\u007f"', "22436f6e74726f6c7f22"),
    ("weird.json, its astral key as a value", r'"\ud83d\ude02"', "22f09f988222"),
    ("RFC 8785 appendix B: 0", "0", "30"),
]


@pytest.mark.parametrize(("source", "hexed"), [v[1:] for v in PUBLISHED], ids=[v[0] for v in PUBLISHED])
def test_published_vectors_of_rfc_8785(source: str, hexed: str) -> None:
    expected = bytes.fromhex(hexed)
    assert canonical_bytes(json.loads(source)) == expected
    assert canonical_bytes(parse_canonical(expected)) == expected


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param('{"Unnormalized Unicode":"A\\u030a"}', "normal form C", id="unicode.json"),
        pytest.param('{"p\u00e9ch\u00e9":"is wrong"}', "ASCII", id="french.json"),
        pytest.param('{"\\ufb33":"Hebrew Letter Dalet With Dagesh"}', "ASCII", id="weird.json"),
        pytest.param("[333333333.33333329,1E30,4.50,2e-3]", "float", id="values.json"),
        pytest.param("[null,true,false]", "NoneType", id="values.json literals"),
        pytest.param("[56.0]", "float", id="structures.json 56.0"),
        pytest.param("9007199254740992", "2^53", id="appendix B 4340000000000000"),
        pytest.param("-9007199254740992", "2^53", id="appendix B c340000000000000"),
    ],
)
def test_published_values_outside_the_restricted_form_are_refused(source: str, why: str) -> None:
    with pytest.raises(NotCanonical, match=why.replace("^", r"\^")):
        canonical_bytes(json.loads(source))
    with pytest.raises(NotCanonical):
        parse_canonical(source.encode())


@pytest.mark.parametrize(
    "value", [2**53 - 1, -(2**53 - 1), "", "\x00\x1f\x7f\u2028", {}, [], True, "\u00e9\U0001f600"]
)
def test_the_edges_are_admitted(value: object) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.0,
        float("nan"),
        b"x",
        (1,),
        {1},
        {1: "x"},
        {True: "x"},
        {None: "x"},
        Colour.RED,
        {Colour.RED: 1},
        Count.ONE,
        OrderedDict(a=1),
        pytest.param(object(), id="an object"),
        pytest.param(10**5000, id="an integer of 5001 digits"),
        "e\u0301",
        ["\ud800"],
        "\udfff\ud83d",
        {"\ud800": 1},
    ],
    ids=ascii,
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical_bytes({"deep": [value]})
    assert isinstance(caught.value, BadInput)
    assert caught.value.code == "not-canonical"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b'{"a":1} ',
        b'\n{"a":1}',
        b'{"a":1}{}',
        b'{"a":1}\x00',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\u00e9"',
        b'"\x01"',
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'"e\xcc\x81"',
        b'\xef\xbb\xbf{"a":1}',
        b'{"\xc3\xa9":1}',
        b"{'a':1}",
        b"[1,]",
        b"[1",
        b"-0",
        b"01",
        b"+1",
        b"1.0",
        b"1e2",
        b"1e999",
        b"NaN",
        b"-Infinity",
        b"null",
        b"[null]",
        b"9007199254740992",
        b"1" * 4000,
        b"1" * 5000,
        b"\xd9\xa1",
        '{"a":1}'.encode("utf-16"),
    ],
    ids=ascii,
)
def test_bytes_that_would_be_written_differently_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(data)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 100_000])
def test_deep_nesting_is_refused_and_never_a_crash(depth: int) -> None:
    for data in (b"[" * depth + b"]" * depth, b'{"k":' * depth + b"1" + b"}" * depth):
        with pytest.raises(NotCanonical, match="deep"):
            parse_canonical(data)
    with pytest.raises(NotCanonical, match="deep"):
        canonical_bytes(nested(depth))


def test_the_deepest_that_may_be_written_may_be_read() -> None:
    value = nested(MAX_DEPTH)
    assert parse_canonical(canonical_bytes(value)) == value


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotCanonical, match="deep"):
        canonical_bytes(loop)


def test_a_difference_is_located() -> None:
    with pytest.raises(NotCanonical) as caught:
        parse_canonical(b'{"a":1,"b": 2}')
    assert caught.value.details == {"at": 11}
    with pytest.raises(NotCanonical) as caught:
        parse_canonical(b"[1]\n")
    assert caught.value.details == {"at": 3}


def test_a_refused_secret_is_not_repeated_in_the_message() -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical_bytes({"name": "Rene\u0301 Example"})
    assert "Example" not in str(caught.value)


def test_sha256_hex_of_the_published_vector() -> None:
    # FIPS 180-4, example "abc".
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


nfc_text = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: normalize("NFC", text))
ascii_keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | nfc_text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ascii_keys, inner, max_size=5),
    max_leaves=30,
)


@given(values)
def test_writing_and_reading_back_is_the_identity(value: Any) -> None:
    data = canonical_bytes(value)
    again = parse_canonical(data)
    assert again == value
    assert canonical_bytes(again) == data


@given(st.dictionaries(ascii_keys, values, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_members_were_put_in_makes_no_difference(
    value: dict[str, Any], random: Any
) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical_bytes(dict(items)) == canonical_bytes(value)


@given(st.binary(max_size=60) | st.text('{}[]":,\\u0123456789 aeE.-+', max_size=40).map(str.encode))
def test_any_bytes_are_either_canonical_or_refused(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except NotCanonical:
        return
    assert canonical_bytes(value) == data


def test_the_interpreters_recursion_limit_is_left_alone() -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(NotCanonical):
        parse_canonical(b"[" * 100_000)
    assert sys.getrecursionlimit() == before
