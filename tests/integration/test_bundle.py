"""A bundle: a valid bag that proves itself without casework, names what was done to it, and harms nobody."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.base.errors import BadInput
from casework.cli.bags import writing_bag
from casework.ledger.checkpoint import Signer, Verifier
from casework.ledger.event import StoredEvent
from casework.ledger.seal import open_body
from casework.ledger.verify import examine
from casework.records import bundle_verifier
from casework.records.bundle_check import BundleRefused, check_bundle
from casework.records.bundle_verifier import Report, Unreadable
from casework.records.model import History
from casework.services import cases, evidence
from casework.services.bundle import export_bundle, key_fingerprint
from casework.services.checkpoints import checkpoint
from casework.services.history import written
from casework.services.loading import LoadedCase, find_case
from casework.services.schools import School
from casework.services.workspace import Workspace
from tests.support.schools import school_with_a_report

FILE = b"GIF89a not much of a picture"


@dataclass
class Made:
    """A school with one case, and its bundle in each variant as a folder."""

    workspace: Workspace
    school: School
    loaded: LoadedCase
    folder: Path
    earlier: str

    @property
    def fingerprint(self) -> str:
        return key_fingerprint(self.loaded)

    def bundle(self, variant: str = "full") -> Path:
        return self.folder / variant


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("bundle")
    workspace, school, reference = school_with_a_report(folder, b"bundle")
    with workspace:
        earlier = checkpoint(workspace, school)
        loaded = find_case(workspace, school, reference)
        cases.add_note(workspace, school, loaded, text="Rang the parent back.")
        cases.add_note(workspace, school, loaded, text="=HYPERLINK(1) Mr Bell rang.")
        picture = evidence.incoming("post.gif", FILE)
        evidence.add_evidence(workspace, school, loaded, title="The post", type_="screenshot", file=picture)
        loaded = find_case(workspace, school, reference)
        done = Made(workspace, school, loaded, folder, earlier)
        for variant in ("full", "masked", "pseudonymised"):
            with pytest.MonkeyPatch.context() as patch, writing_bag(folder / variant, "bag") as sink:
                if variant != "full":  # one page layout is enough to see that it is there
                    patch.setattr("casework.services.bundle.written", _without_page)
                export_bundle(
                    workspace, school, loaded, sink,
                    purpose="Tribunal", recipient="The union", variant=variant, since=earlier,
                )  # fmt: skip
        yield done


def _without_page(history: History, form: str) -> bytes:
    return b"%PDF" if form == "pdf" else written(history, form)


def _verified(made: Made, variant: str = "full", **given: object) -> Report:
    return bundle_verifier.verify(made.bundle(variant), made.fingerprint, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("variant", ["full", "masked", "pseudonymised"])
def test_each_variant_is_a_valid_bag_and_whole_and_lawful(made: Made, variant: str) -> None:
    bagit.Bag(str(made.bundle(variant))).validate()
    found = check_bundle(made.bundle(variant), key_fingerprint=made.fingerprint)
    assert (found.verdict, found.report.findings, found.unlawful) == ("whole and lawful", [], ())
    assert check_bundle(made.bundle(variant)).verdict == "only self-attested"


def test_the_ledger_s_own_check_of_excerpts_agrees(made: Made) -> None:
    lines = (made.bundle() / "data/events.jsonl").read_bytes().splitlines()
    events, proofs = [], {}
    for line, seen in zip(map(json.loads, lines), _verified(made).events, strict=True):
        held = [line[part] for part in ("facts_salt", "facts")]
        salt, facts = (bytes.fromhex(held[0]), held[1].encode()) if held[0] else (None, None)
        log = json.loads(line["envelope"])["log"]
        events.append(StoredEvent(log, seen.pos, seen.stream, seen.n, seen.envelope, salt, facts, None))
        proofs[seen.pos] = [bytes.fromhex(item) for item in line["proof"]]
    index = json.loads((made.bundle() / "data/bundle.json").read_bytes())
    note = (made.bundle() / "data/checkpoint.txt").read_text()
    key = Verifier.from_text(index["verifier_key"]).public_key
    assert examine(events, [note], key, origin=index["origin"], proofs=proofs, every_head=False) == []


def test_what_is_withheld_stands_nowhere_in_the_bundle(made: Made) -> None:
    masked = b"".join(path.read_bytes() for path in made.bundle("masked").rglob("*") if path.is_file())
    renamed = b"".join(path.read_bytes() for path in made.bundle("pseudonymised").rglob("*.js*"))
    assert all(words not in masked for words in (b"Tom Bell", b"Rang the parent", b"Ruth", FILE))
    assert all(words not in renamed for words in (b"Bell", b"Ruth", FILE))
    assert "=HYPERLINK(1) Mr P2 rang." in renamed.decode()
    assert "Rang the parent back." in renamed.decode()
    report = _verified(made, "pseudonymised")
    told = [event.body["text"] for event in report.events if event.body and "text" in event.body]
    assert told == ["Rang the parent back."]  # the words that were changed are not given out as recorded


def test_files_are_proven_by_the_words_of_their_events(made: Made) -> None:
    (path,) = (made.bundle() / "data/evidence").iterdir()
    assert path.read_bytes() == FILE
    assert path.suffix == ".gif"


def test_a_checkpoint_that_was_kept_is_compared(made: Made) -> None:
    assert "has only grown" in _verified(made, witnesses=(made.earlier,)).notes[-1]
    name, size, root, *_ = made.earlier.split("\n")
    other = f"{name}\n{size}\n{root[::-1].replace('=', '')[:-1]}A=\n"
    assert _verified(made, witnesses=(other,)).verdict == "altered"
    assert "newer than the bundle" in _verified(made, witnesses=(f"{name}\n9999\n{root}\n",)).notes[-1]
    assert "could not be compared" in _verified(made, witnesses=(f"{name}\n2\n{root}\n",)).notes[-1]
    with pytest.raises(Unreadable, match="no checkpoint of this school"):
        _verified(made, witnesses=("somewhere.else/cases/1\n4\nabc=\n",))


def test_another_key_is_named_and_a_verifier_key_does_as_well(made: Made) -> None:
    assert bundle_verifier.verify(made.bundle(), "0" * 64).verdict == "altered"
    line = json.loads((made.bundle() / "data/bundle.json").read_bytes())["verifier_key"]
    assert bundle_verifier.verify(made.bundle(), line).verdict == "whole"
    with pytest.raises(Unreadable, match="64 hexadecimal digits"):
        bundle_verifier.verify(made.bundle(), "4f2c")


def test_the_verifier_in_the_bundle_needs_nothing_but_python(made: Made) -> None:
    bare = [sys.executable, "-I", "-S", str(made.bundle() / "verify.py")]
    done = subprocess.run([*bare, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "signature not checked"
    # Without the package a bundle that was made anew passes, and the verdict says that this was not excluded.
    assert "cryptography is not here" in json.loads(done.stdout)["notes"][0]


Change = Callable[[Path], None]


def _edit(name: str, change: Callable[[bytes], bytes], *, rehash: bool = False) -> Change:
    def apply(bag: Path) -> None:
        path = bag / name
        path.write_bytes(change(path.read_bytes()))
        if rehash:
            _rehash(bag)

    return apply


def _rehash(bag: Path) -> None:
    """What somebody without the school's key can do: make the manifests fit again."""

    def line(path: Path) -> str:
        return f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n"

    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    (bag / "manifest-sha256.txt").write_text("".join(map(line, payload)))
    names = ("bagit.txt", "manifest-sha256.txt", "bag-info.txt", "README.txt", "verify.py")
    (bag / "tagmanifest-sha256.txt").write_text("".join(line(bag / name) for name in names))


def _without_line(at: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        del lines[at]
        return b"".join(lines)

    return change


def _swapped(data: bytes) -> bytes:
    first, second, *rest = data.splitlines(keepends=True)
    return b"".join([second, first, *rest])


EVENTS, INDEX = "data/events.jsonl", "data/bundle.json"
NOTE = b"Rang the parent back."
CHANGES: dict[str, tuple[Change, str]] = {
    "a word of an event": (_edit(EVENTS, lambda d: d.replace(NOTE, NOTE[::-1])), "altered"),
    "a word, manifests made anew": (
        _edit(EVENTS, lambda d: d.replace(NOTE, b"Rang nobody ever back"), rehash=True),
        "altered",
    ),
    "a fact": (_edit(EVENTS, lambda d: d.replace(b"2026-03-02", b"2026-02-02"), rehash=True), "altered"),
    "two events in another order": (_edit(EVENTS, _swapped, rehash=True), "altered"),
    "the last event gone": (_edit(EVENTS, _without_line(-1)), "cut short"),
    "an event in the middle gone": (_edit(EVENTS, _without_line(4)), "cut short"),
    "the events cut in a line": (_edit(EVENTS, lambda d: d[:-300]), "cut short"),
    "the last event gone, manifests made anew": (_edit(EVENTS, _without_line(-1), rehash=True), "altered"),
    "the evidence replaced": (
        _edit("data/evidence/event-0006.gif", lambda _: b"GIF89a another picture here!!"),
        "altered",
    ),
    "the evidence gone": (lambda bag: next((bag / "data/evidence").iterdir()).unlink(), "cut short"),
    "the history changed": (
        _edit("data/history/case-history.json", lambda d: d.replace(b"Ashgrove", b"Elsewher")),
        "altered",
    ),
    "the history as PDF gone": (lambda bag: (bag / "data/history/case-history.pdf").unlink(), "cut short"),
    "the policy weakened": (lambda bag: _weaken(bag), "altered"),
    "a file added": (lambda bag: (bag / "data/more.txt").write_text("More"), "altered"),
    "the verifier replaced": (_edit("verify.py", lambda _: b"print('whole')"), "altered"),
    "the verifier replaced, manifests made anew": (
        _edit("verify.py", lambda _: b"print('whole')", rehash=True),
        "altered",
    ),
    "the statement's last line end": (_edit("statement.txt", lambda d: d[:-1] + b"\x0b"), "altered"),
    "the statement gone": (lambda bag: (bag / "statement.txt").unlink(), "cut short"),
    "the statement's number changed": (
        _edit("statement.txt", lambda d: d.replace(b"\n6\n", b"\n5\n")),
        "altered",
    ),
    "the checkpoint's size changed": (
        _edit("data/checkpoint.txt", lambda d: re.sub(rb"\n\d+\n", b"\n8\n", d, count=1)),
        "altered",
    ),
    "the index speaks of other events": (
        _edit(INDEX, lambda d: d.replace(b'"events": 6', b'"events": 5'), rehash=True),
        "altered",
    ),
    "another school's name": (_edit(INDEX, lambda d: d.replace(b"Ashgrove", b"Elsewher")), "altered"),
    "a manifest gone": (lambda bag: (bag / "manifest-sha256.txt").unlink(), "altered"),
    "a line of the manifest twice": (
        _edit("manifest-sha256.txt", lambda d: d + d.splitlines(keepends=True)[0]),
        "altered",
    ),
}


def _weaken(bag: Path) -> None:
    (path,) = (bag / "data/policy").glob("policy-*.json")
    path.write_bytes(path.read_bytes().replace(b'"must"', b'"does"'))
    _rehash(bag)


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_done_to_a_bundle_is_named(made: Made, tmp_path: Path, what: str) -> None:
    change, expected = CHANGES[what]
    bag = shutil.copytree(made.bundle(), tmp_path / "bag")
    before = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    change(bag)
    assert before != {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    found = check_bundle(bag, key_fingerprint=made.fingerprint)
    assert (found.verdict, found.judged) == (expected, False), found.report.findings


def _zipped(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return file.getvalue()


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("bag/data/link")
    entry.external_attr = 0o120777 << 16
    return entry


def _index(text: bytes) -> bytes:
    return _zipped([("bag/bagit.txt", b""), ("bag/data/bundle.json", text)])


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda: b"hello", "neither a .zip file nor a folder"),
        (lambda: b"", "neither"),
        (lambda: _zipped([("bag/readme.txt", b"")]), "no file bagit.txt"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("../../etc/passwd", b"x")]), "which no bundle holds"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("bag/../../x", b"x")]), "which no bundle holds"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("/etc/passwd", b"x")]), "which no bundle holds"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("bag/data/C:\\x", b"x")]), "which no bundle holds"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("bag/data/a\n\x1b[2J", b"x")]), "which no bundle holds"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("bag/bagit.txt", b"")]), "twice"),
        (lambda: _zipped([("bag/bagit.txt", b""), ("bag/BAGIT.txt", b"")]), "twice"),
        (lambda: _zipped([("bag/bagit.txt", b""), (_link(), b"/etc/passwd")]), "encrypted or a link"),
        (lambda: _zipped([("bag/bagit.txt", bytes(80 * 2**20))]), "many times its size"),
        (lambda: _zipped([("bag/bagit.txt", b""), *((f"bag/data/{n}", b"") for n in range(50))]), "50 files"),
    ],
)  # fmt: skip
def test_a_hostile_archive_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Callable[[], bytes], says: str
) -> None:
    monkeypatch.setattr(bundle_verifier, "MOST_FILES", 50)
    path = tmp_path / "bundle.zip"
    path.write_bytes(data())
    with pytest.raises(BundleRefused, match=says):
        check_bundle(path)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": 1e999}',
        b'{"format": ' + b"9" * 5_000 + b"}",
        b'{"format": NaN}',
        b'{"format": "casework/bundle/v1", "format": "x"}',
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"format": "casework/bundle/v1", "verifier_key": "a+b+c"}',
        b'{"format": "casework/bundle/v1", "verifier_key": {"a": [1]}}',
        b'{"format": "casework/bundle/v1", "verifier_key": "\\ud800+1+AA=="}',
    ],
)
def test_hostile_json_is_named_and_crashes_nothing(made: Made, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(_index(text))
    assert check_bundle(path).verdict in ("altered", "cut short")
    bag = shutil.copytree(made.bundle(), tmp_path / "bag")
    (bag / EVENTS).write_bytes(text + b"\n" + (bag / EVENTS).read_bytes())
    _rehash(bag)
    assert check_bundle(bag).verdict == "altered"


def test_an_archive_without_its_end_is_cut_short_and_a_broken_one_is_named(
    made: Made, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.zip"
    with writing_bag(whole, "bag") as sink:
        for path in made.bundle().rglob("*"):
            if path.is_file():
                sink.put(path.relative_to(made.bundle()).as_posix(), path.read_bytes())
    assert check_bundle(whole, key_fingerprint=made.fingerprint).verdict == "whole and lawful"
    data = whole.read_bytes()
    torn = tmp_path / "torn.zip"
    torn.write_bytes(data[: len(data) // 2])
    assert check_bundle(torn).verdict == "cut short"
    torn.write_bytes(data[:5000] + bytes(200) + data[5200:])
    assert check_bundle(torn).verdict == "altered"


def test_an_export_without_recipient_or_with_a_foreign_checkpoint_is_refused(made: Made) -> None:
    with pytest.raises(BadInput, match="purpose and a recipient"):
        export_bundle(made.workspace, made.school, made.loaded, _Nowhere(), purpose="x", recipient=" ")
    with pytest.raises(BadInput):
        export_bundle(
            made.workspace, made.school, made.loaded, _Nowhere(), purpose="x", recipient="y", since="no note"
        )


class _Nowhere:
    def put(self, name: str, data: bytes) -> None:
        raise AssertionError(f"{name} was written")


def test_every_flipped_bit_is_found(made: Made, tmp_path: Path) -> None:
    """A sample of single changes, one in each file first; none passes, and none stops the verifier."""
    dice = random.Random(20261123)
    bag = shutil.copytree(made.bundle("masked"), tmp_path / "bag")
    files = sorted(path for path in bag.rglob("*") if path.is_file())
    for path in [*files, *dice.choices(files, k=40)]:
        whole = path.read_bytes()
        changed = bytearray(whole)
        at = dice.randrange(len(changed))
        changed[at] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        verdict = bundle_verifier.verify(bag, made.fingerprint).verdict
        assert verdict in ("altered", "cut short"), (path.name, at)
        path.write_bytes(whole)
    assert bundle_verifier.verify(bag, made.fingerprint).verdict == "whole"


def _signed_anew(bag: Path, index: object) -> None:
    """What somebody with a key of their own can do: sign everything anew."""
    signer = Signer.holding(_origin(bag), Ed25519PrivateKey.from_private_bytes(bytes(32)))
    if isinstance(index, dict):
        index["verifier_key"] = signer.verifier().to_text()
    (bag / INDEX).write_text(json.dumps(index))
    (bag / "data/consistency.json").write_text("[]")
    note = (bag / "data/checkpoint.txt").read_text().rpartition("\n\n")[0]
    (bag / "data/checkpoint.txt").write_text(signer.sign_note(f"{note}\n"))
    _rehash(bag)
    said = (bag / "statement.txt").read_text().rpartition("\n\n")[0].split("\n")
    said[5] = sha256((bag / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    (bag / "statement.txt").write_text(signer.sign_note("\n".join(said) + "\n"))


def _origin(bag: Path) -> str:
    return (bag / "statement.txt").read_text().split("\n")[1]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"files": 5},
        {"files": [None, 7, {"path": ["x"]}, {"path": "data/checkpoint.txt", "digest": 5, "event": "x"}]},
        {"made_with": None},
        {"variant": [], "school": None, "reference": {}},
        {"made": "yesterday"},
        {"purpose": {"a": 1}},
        {"stream": None},
        {"events": "six", "entries": -1},
    ],
)
def test_whoever_signs_anew_is_only_self_attested_and_stops_nothing(
    made: Made, tmp_path: Path, change: dict[str, object]
) -> None:
    bag = shutil.copytree(made.bundle("masked"), tmp_path / "bag")
    index = {**json.loads((bag / INDEX).read_bytes()), **change}
    _signed_anew(bag, index)
    assert check_bundle(bag, key_fingerprint=made.fingerprint).verdict == "altered"
    found = check_bundle(bag)
    # The history carries the true checkpoint, so that even their own key does not make it fit.
    assert found.verdict == "altered" or index["made_with"] is None


def test_a_history_that_its_events_do_not_bear_out_is_named_although_the_school_signed_it(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def embellished(history: History, form: str) -> bytes:
        return written(history, form).replace(NOTE, b"Rang the parent twice") if form != "pdf" else b"%PDF"

    monkeypatch.setattr("casework.services.bundle.written", embellished)
    out = made.folder / "embellished.zip"
    with writing_bag(out, "bag") as sink:
        export_bundle(made.workspace, made.school, made.loaded, sink, purpose="x", recipient="y")
    assert bundle_verifier.verify(out, made.fingerprint).verdict == "whole"
    found = check_bundle(out, key_fingerprint=made.fingerprint)
    assert (found.verdict, [says for _, says in found.report.findings]) == (
        "altered", ["case-history.json does not say what the events say."],
    )  # fmt: skip


def _withhold(bag: Path, kind: str) -> None:
    """Withhold the facts of one kind of event, as if they had been erased."""
    lines = [json.loads(line) for line in (bag / EVENTS).read_text().splitlines()]
    for line in lines:
        if f'"kind":"{kind}"' in (line["facts"] or ""):
            line["facts"] = line["facts_salt"] = None
    (bag / EVENTS).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    _signed_anew(bag, {**json.loads((bag / INDEX).read_bytes()), "made_with": "another release"})


def test_a_case_under_a_policy_that_the_school_is_not_shown_to_have_adopted_is_unlawful(
    made: Made, tmp_path: Path
) -> None:
    bag = shutil.copytree(made.bundle("masked"), tmp_path / "bag")
    _withhold(bag, "policy_adopted")
    found = check_bundle(bag)
    assert (found.verdict, found.found, [item.event for item in found.unlawful]) == ("unlawful", True, [1])
    assert "had not adopted" in found.unlawful[0].says


def test_where_facts_were_erased_the_rest_is_proven_and_nothing_is_judged(made: Made, tmp_path: Path) -> None:
    bag = shutil.copytree(made.bundle("masked"), tmp_path / "bag")
    _withhold(bag, "note_added")
    found = check_bundle(bag)
    assert (found.verdict, found.judged, found.found) == ("only self-attested", False, False)


def test_who_gets_a_bundle_and_for_what_is_sealed_on_the_access_log(made: Made) -> None:
    with made.workspace.store.read() as reader:
        noted = reader.events_of(made.school.access_stream)[1]
    facts = json.loads(noted.facts or b"")
    assert (facts["kind"], facts["what"], facts["case"]) == ("exported", "bundle", made.loaded.stream)
    words = open_body(noted, made.workspace.stream_key(made.school.access_stream)).value()
    assert words == {"name": "Ruth Adeyemi", "purpose": "Tribunal", "recipient": "The union"}
