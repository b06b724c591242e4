"""docs/reference/formats.md: its examples are the golden ledger's, and the verifier printed in it works."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.ledger import findings, seal
from casework.ledger.checkpoint import Verifier
from casework.ledger.commitment import BODY_TAG, FACTS_TAG, FILE_TAG, KEY_TAG
from casework.ledger.findings import Kind
from casework.ledger.merkle import leaf_hash
from casework.ledger.seal import event_context, open_body
from tests.golden.ledger import generate

DOCUMENT = (Path(__file__).parents[3] / "docs/reference/formats.md").read_text("utf-8")
GOLDEN = generate.make()
EVENTS = generate.read_events()
HEADS = generate.read_heads()
VERIFIER = GOLDEN.signing.signer(GOLDEN.origin).verifier().to_text()


def test_the_examples_are_those_of_the_golden_ledger() -> None:
    event, key = EVENTS[3], GOLDEN.keys[EVENTS[3].stream]
    opened = open_body(event, key)
    assert event.facts and event.facts_salt and event.sealed
    for example in (
        event.envelope.decode(),
        event.facts.decode(),
        event.facts_salt.hex(),
        event.sealed.hex(),
        leaf_hash(event.envelope).hex(),
        opened.salt.hex(),
        opened.data.decode(),
        event_context(
            log=event.log, stream=event.stream, n=event.n, kind="allegation_added", key_id=key.key_id
        ).decode(),
        HEADS[1],
        VERIFIER,
    ):
        assert example in DOCUMENT
    assert Verifier.from_text(VERIFIER).name == GOLDEN.origin


def test_names_and_numbers_are_those_of_the_code() -> None:
    for tag in (FACTS_TAG, BODY_TAG, FILE_TAG):
        assert f"`{tag.decode().strip()}`" in DOCUMENT
    assert f'"{KEY_TAG.decode().strip()}"' in DOCUMENT
    assert f"{seal.CHUNK_BYTES:,} bytes" in DOCUMENT
    assert f"{seal.CHUNK_BYTES + 1 + 12 + 16:,} bytes" in DOCUMENT


def test_the_classes_of_findings_are_listed_in_order_of_precedence() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCUMENT, re.MULTILINE)
    named = [(name, text.strip()) for name, text in listed if name in {kind.value for kind in Kind}]
    assert [name for name, _ in named] == [kind.value for kind in Kind]
    in_code = re.findall(r"^\| (\w+) +\| (.+?) +\|$", findings.__doc__ or "", re.MULTILINE)
    assert named == in_code[1:]


def _second_verifier() -> Callable[..., None]:
    (source,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(source, "formats.md", "exec"), names)
    verify: Callable[..., None] = names["verify"]
    return verify


def _rows() -> list[dict[str, Any]]:
    names = ("log", "pos", "stream", "n", "envelope", "facts_salt", "facts", "sealed")
    return [{name: getattr(event, name) for name in names} for event in EVENTS]


def test_the_verifier_in_the_document_accepts_the_golden_ledger() -> None:
    verify = _second_verifier()
    verify(_rows(), HEADS, VERIFIER)
    verify([row | {"facts": None, "facts_salt": None, "sealed": None} for row in _rows()], HEADS, VERIFIER)
    verify([], [], VERIFIER)


@pytest.mark.parametrize("index", range(9))
@pytest.mark.parametrize("column", ["envelope", "facts", "facts_salt", "sealed", "pos", "stream"])
def test_the_verifier_in_the_document_refuses_what_was_altered(index: int, column: str) -> None:
    rows = _rows()
    value = rows[index][column]
    rows[index][column] = value[:-2] + value[-1:] if isinstance(value, bytes | str) else value + 1
    with pytest.raises(Exception):  # noqa: B017 - it stops with whatever stands in its way
        _second_verifier()(rows, HEADS, VERIFIER)


@pytest.mark.parametrize("index", range(9))
def test_the_verifier_in_the_document_refuses_what_was_moved_or_removed(index: int) -> None:
    verify, rows = _second_verifier(), _rows()
    for changed in (
        rows[:index] + rows[index + 1 :],
        [*rows[:index], rows[index], *rows[index:]],
        rows[::-1],
        rows[:index],
    ):
        with pytest.raises(Exception):  # noqa: B017
            verify(changed, HEADS, VERIFIER)


@pytest.mark.parametrize("index", range(5))
def test_the_verifier_in_the_document_refuses_missing_and_foreign_heads(index: int) -> None:
    verify = _second_verifier()
    with pytest.raises(AssertionError):
        verify(_rows(), [*HEADS[:index], *HEADS[index + 1 :]], VERIFIER)
    other = VERIFIER[:-3] + "A" + VERIFIER[-2:]
    with pytest.raises(AssertionError):
        verify(_rows(), HEADS, other)


def test_the_page_for_auditors_lists_every_class_in_order_of_precedence() -> None:
    from casework.services.audit_report import PRECEDENCE

    page = (Path(__file__).parents[3] / "docs/auditor/verifying.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \| .+ \|$", page, re.MULTILINE)
    assert tuple(listed) == PRECEDENCE
