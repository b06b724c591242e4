"""What is given to others, and held against the record later: checkpoints, public keys, proofs, a change of key."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.options import as_json, example, kept_file, log_option, pass_session
from casework.cli.output import answer, say
from casework.cli.reading import read_key, read_text
from casework.cli.session import Session
from casework.cli.tables import count, paragraph
from casework.cli.writing import write_file

_out = click.option(
    "--out", type=click.Path(path_type=Path), help="Write it here; to standard output if not given."
)
_against = kept_file(
    "--against",
    required=True,
    says="The file with the older checkpoint, which was kept elsewhere.",
)


@click.command(
    short_help="Print the newest signed checkpoint of the record.",
    epilog=example("casework audit checkpoint --out checkpoint.txt"),
)
@log_option
@_out
@as_json
@pass_session
def checkpoint(session: Session, name: str, out: Path | None, as_json: bool) -> None:
    """Print the newest signed checkpoint: the size of the record and its fingerprint. Keep it elsewhere."""
    from casework.services.checkpoints import checkpoint as newest

    note = newest(session.workspace, session.school, name)
    if out is not None:
        write_file(out, note.encode("utf-8"))
        answer(as_json, {"log": name, "checkpoint": note, "file": str(out)}, str(out))
        return
    answer(as_json, {"log": name, "checkpoint": note}, note.rstrip("\n"))


@click.command(
    short_help="Print the public key that verifies the record, to be kept elsewhere.",
    epilog=example("casework audit key > key.txt"),
)
@log_option
@as_json
@pass_session
def key(session: Session, name: str, as_json: bool) -> None:
    """Print the public key that verifies a log, in the form of signed notes."""
    from casework.services.checkpoints import verifier_key

    found = verifier_key(session.workspace, session.school, name)
    answer(as_json, {"log": name, "key": found}, found)


@click.command(
    short_help="Prove that the record only grew since a checkpoint that was kept.",
    epilog=example("casework audit proof --against checkpoint.txt --out proof.txt"),
)
@_against
@_out
@as_json
@pass_session
def proof(session: Session, against: Path, out: Path | None, as_json: bool) -> None:
    """Prove that nothing up to an older checkpoint was changed or taken away since (RFC 6962).

    The proof is a few lines long and holds no name. Whoever kept the older checkpoint checks it alone, with casework
    audit check-proof or with any tool that knows RFC 6962.
    """
    from casework.services.checkpoints import prove_consistency

    made = prove_consistency(session.workspace, read_text(against))
    data = {"old": made.old, "hashes": [one.hex() for one in made.hashes], "checkpoint": made.note}
    if out is not None:
        write_file(out, made.to_text().encode("utf-8"))
        answer(as_json, {**data, "file": str(out)}, str(out))
        return
    answer(as_json, data, made.to_text().rstrip("\n"))


@click.command(
    "check-proof",
    short_help="Check such a proof, with no data folder.",
    epilog=example("casework audit check-proof proof.txt --against checkpoint.txt --key key.txt"),
)
@click.argument("file", metavar="PROOF", type=click.Path(path_type=Path, dir_okay=False))
@_against
@kept_file(
    "--key",
    "key_files",
    required=True,
    multiple=True,
    says="A file with the public key, which was kept elsewhere; both, if it was changed in between.",
)
@as_json
def check_proof(file: Path, against: Path, key_files: tuple[Path, ...], as_json: bool) -> None:
    """Check a proof with nothing but the older checkpoint and the public keys; exit code 1 if it does not hold."""
    from casework.services.checkpoints import Consistency, check_consistency

    made = Consistency.from_text(read_text(file))
    before, now = check_consistency(made, read_text(against), [read_key(path)[1] for path in key_files])
    text = (
        f"The record of {count(now.size, 'entry', 'entries')} begins with the {before.size} that the older checkpoint"
        " was made of: nothing of them was changed, moved or taken away."
    )
    answer(
        as_json, {"consistent": True, "log": now.origin, "old": before.size, "new": now.size}, paragraph(text)
    )


@click.command(
    "rotate-key",
    short_help="Change the key that signs the record; the old one signs that too.",
    epilog=example("casework audit rotate-key", "casework audit key > key.txt"),
)
@as_json
@pass_session
def rotate_key(session: Session, as_json: bool) -> None:
    """Make a new signing key and put the change on record, in both logs of every school here, or of the one named.

    The entry that says so is signed by both keys, everything after it by the new one; verification follows. The old
    private key is not kept. Give the new public key to whoever holds the old one.
    """
    from casework.services.rotation import rotate_keys

    done = rotate_keys(session.workspace, session.schools)
    answer(as_json, {"keys": done.keys}, "\n".join(done.keys.values()))
    if not as_json:
        say("These are the new public keys. Give them to whoever holds the old ones.")
