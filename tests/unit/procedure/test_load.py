"""What the loader refuses, and that it says where. Whole broken policies stand in `broken/` (test_check_broken)."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.resources import workflows_dir
from casework.procedure import source
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.load import (
    NoPolicy,
    load_catalogue,
    load_policy,
    shipped_catalogues,
    shipped_policies,
)
from casework.procedure.resolve import from_resolved, to_resolved
from casework.procedure.source import MAX_BYTES, Source, dotted, read_source, read_text
from tests.unit.procedure.small_policy import copy_small, edit


def read(text: str) -> Source:
    found = Source("file.yaml")
    read_text(text, found)
    return found


def test_plain_values_keep_their_meaning() -> None:
    text = "a: yes\nb: true\nc: 5\nd: 2026-11-23\ne: '5'\nf: [no, off]\ng: {h: -3}\ni: \"\"\nj: null-like\n"
    value = read(text).value
    assert value == {
        "a": "yes",
        "b": True,
        "c": 5,
        "d": "2026-11-23",
        "e": "5",
        "f": ("no", "off"),
        "g": {"h": -3},
        "i": "",
        "j": "null-like",
    }


def test_every_part_knows_its_line() -> None:
    found = read("a:\n  b:\n    - one\n    - c: two\n")
    assert {dotted(path): line for path, line in found.lines.items()} == {
        "": 1,
        "a": 1,
        "a.b": 2,
        "a.b[0]": 3,
        "a.b[1]": 4,
        "a.b[1].c": 4,
    }
    assert found.line(("a", "b", 1, "missing", "deeper")) == 4


HOSTILE = {
    "python object": ("a: !!python/object/apply:os.system ['true']", 1, "Tags"),
    "python name": ("a: !!python/name:os.system x", 1, "Tags"),
    "local tag": ("a: !secret x", 1, "Tags"),
    "non-specific tag": ("a: ! 5", 1, "Tags"),
    "tag on a key": ("!!str a: 1", 1, "Tags"),
    "tag on a mapping": ("a: !!set {b: c}", 1, "Tags"),
    "anchor": ("a: &x 1", 1, "Anchors"),
    "billion laughs": ("a: &a [x, x]\nb: [*a, *a]\n", 2, "Aliases"),
    "merge": ("a:\n  <<: {b: 1}\n", 2, "cannot be a key"),
    "a list as a key": ("a: 1\n? [b]\n: 2\n", 2, "A key must be a word"),
    "alias as a key": ("a: &a b\n*a : 1\n", 2, "A key must be a word"),
    "key twice": ("a: 1\nb: 2\na: 3\n", 3, "stands here twice; the first is on line 1"),
    "empty": ("a:\n", 1, "The value is empty"),
    "tilde": ("a: ~\n", 1, "The value is empty"),
    "null": ("a: null\n", 1, "The value is empty"),
    "fraction": ("a: 1.5\n", 1, "is no whole number"),
    "octal": ("a: 010\n", 1, "is no whole number"),
    "hexadecimal": ("a: 0x1F\n", 1, "is no whole number"),
    "exponent": ("a: 1e9\n", 1, "is no whole number"),
    "huge": ("a: 12345678901234567890\n", 1, "is no whole number"),
    "not in normal form": ("a: e\u0301\n", 1, "normal form C"),
    "key with a space": ("a b: 1\n", 1, "cannot be a key"),
    "key with an accent": ("é: 1\n", 1, "cannot be a key"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "more than one document"),
    "no document": ("# nothing\n", 1, "The file is empty"),
    "no YAML": ("a: [1\nb: 2\n", 2, "This is not YAML"),
    "tab": ("a:\n\tb: 1\n", 2, "This is not YAML"),
    "control character": ("a: \x07\n", 1, "This is not YAML"),
}


@pytest.mark.parametrize(("text", "line", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_on_its_line(text: str, line: int, says: str) -> None:
    errors = read(text).errors
    assert {error.line for error in errors if says in error.reason} == {line}, errors


NO_YAML = {
    "colon in text": ("a: b: c\n", 1, "a colon is not expected here", "quotation marks"),
    "one level too deep": ("a:\n  b: x\n    c: y\n", 3, "a colon is not expected here", "indentation"),
    "tab": ("a:\n\tb: 1\n", 2, "a tab stands where spaces belong", "spaces only"),
    "at sign": ("a: 1\nb: @clerk\n", 2, "text cannot begin with `@`", "quotation marks"),
    "open quotation mark": ("a: 1\nb: 'x\nc: 2\nd: 3\n", 2, "opened here is never closed", "Close it"),
    "open bracket": ("a: 1\nb: [x, y\nc: 2\n", 3, "opened on line 2 is not closed", "Close it"),
    "no colon": ("a: 1\nb\nc: 2\n", 2, "this line has no colon", "key: value"),
    "indentation": ("a:\n  - x\n - y\n", 3, "does not go on from the lines above", "indentation"),
    "text after a quotation": ("a: 'x' y\n", 1, "does not go on from the lines above", "quotation mark"),
}


@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(("text", "line", "says", "remedy"), NO_YAML.values(), ids=NO_YAML.keys())
def test_what_is_no_yaml_is_explained_where_to_mend_it(
    text: str, line: int, says: str, remedy: str, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_LOADER", getattr(source.yaml, parser, source.yaml.SafeLoader))
    [error] = read(text).errors
    assert (error.line, error.path) == (line, "")
    assert error.reason.startswith("This is not YAML: ")
    assert says in error.reason
    assert remedy in error.remedy


def test_depth_is_limited_before_the_stack_is() -> None:
    found = read("a: " + "[" * 20_000)
    assert found.value is None
    assert "nested more than" in found.errors[0].reason


def test_all_faults_of_a_file_are_found_in_one_reading() -> None:
    found = read("a: 1.5\nb: &x 2\nc: ~\nc: 3\n")
    assert [(error.line, error.path) for error in found.errors] == [(1, "a"), (2, "b"), (3, "c"), (4, "c")]


def test_a_file_too_large_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"a: " + b"x" * MAX_BYTES)
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    assert "larger than 256 KiB" in read_source(tmp_path / "large.yaml", "large.yaml").errors[0].reason
    assert read_source(tmp_path / "latin.yaml", "latin.yaml").errors == [
        PolicyError("latin.yaml", 2, "", "The file is not UTF-8 text.", "Save it as UTF-8.")
    ]
    assert "cannot be read" in read_source(tmp_path / "none.yaml", "none.yaml").errors[0].reason


def test_reading_needs_no_fast_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_LOADER", source.yaml.SafeLoader)
    assert read("a: {b: [1, true, x]}\n").value == {"a": {"b": (1, True, "x")}}


def test_a_policy_is_one_of_its_files_together(tmp_path: Path) -> None:
    policy = load_policy(copy_small(tmp_path) / "policy")
    assert policy.label == "small@2026.1"
    assert list(policy.strands) == ["procedure", "suspension"]
    assert set(policy.rules) == {"LAW-1", "LAW-2", "LAW-3"}
    assert policy.strands["procedure"].steps["hold"].fields["held_on"].occurrence is True


def test_optional_files_may_be_absent(tmp_path: Path) -> None:
    folder = copy_small(tmp_path) / "policy"
    for name in ("settings.yaml", "checklists.yaml", "deadlines.yaml"):
        (folder / name).unlink()
    policy = load_policy(folder)
    assert (policy.settings, policy.checklists, policy.deadlines) == ({}, {}, {})


def test_a_policy_may_add_rules_of_its_own(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    own = "rules:\n  OUR-1: {title: Ours, source: Governors' minute, status: R, strength: SOFT}\n"
    edit(folder, [{"file": "policy/rules.yaml", "text": own}])
    assert "OUR-1" in load_policy(folder / "policy").rules


def test_a_policy_that_lies_elsewhere_uses_the_shipped_rules(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    (folder / "rules.yaml").unlink()
    assert load_policy(folder / "policy").rules == load_policy(shipped_policies()["england-maintained"]).rules


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    folder = copy_small(tmp_path) / "policy"
    (folder / "strands" / "secret.yaml").symlink_to(folder / "roles.yaml")
    (folder / "settings.yaml").unlink()
    (folder / "settings.yaml").symlink_to(folder / "roles.yaml")
    with pytest.raises(PolicyInvalid) as problem:
        load_policy(folder)
    assert {error.file for error in problem.value.errors} >= {"strands/secret.yaml", "settings.yaml"}


def test_a_folder_without_a_policy_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoPolicy, match="There is no policy"):
        load_policy(tmp_path)
    with pytest.raises(NoPolicy, match="There is no breach catalogue"):
        load_catalogue(tmp_path)


def test_a_catalogue_is_read_as_strictly(tmp_path: Path) -> None:
    folder = copy_small(tmp_path) / "conduct"
    assert load_catalogue(folder).by_code["COC-1"].bands == ("S1", "S2")
    edit(folder, [{"file": "catalogue.yaml", "find": "bands: [S1, S2]", "put": "bands: [S9]"}])
    with pytest.raises(PolicyInvalid) as problem:
        load_catalogue(folder)
    [error] = problem.value.errors
    assert (error.file, error.line, error.path) == ("catalogue.yaml", 7, "clauses[0].bands[0]")


def test_an_invalid_policy_is_one_error_for_people_and_for_programs(tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    edit(folder, [{"file": "policy/roles.yaml", "find": "single: true", "put": "single: maybe"}])
    with pytest.raises(PolicyInvalid) as problem:
        load_policy(folder / "policy")
    error = {
        "file": "roles.yaml",
        "line": 2,
        "path": "roles.employee.single",
        "reason": "Expected true or false, not the text 'maybe'.",
        "remedy": "",
    }
    assert problem.value.exit_code == 2
    assert problem.value.as_json()["errors"] == [error]
    assert "roles.yaml:2: roles.employee.single: Expected true or false" in problem.value.message


def test_what_is_shipped_is_found_by_folder() -> None:
    names = ("england-academy", "england-maintained")
    assert shipped_policies() == {name: workflows_dir() / name for name in names}
    assert shipped_catalogues() == {"social-media": workflows_dir() / "conduct" / "social-media"}


def test_a_shipped_policy_is_the_same_once_it_was_stored() -> None:
    """What a file says by leaving it out, or by an empty list, is not lost on the way."""
    for folder in shipped_policies().values():
        policy = load_policy(folder)
        assert from_resolved(to_resolved(policy)) == policy
