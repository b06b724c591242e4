"""A hearing pack of 300 pages with photographs and scans: how long it takes, and that memory does not grow with it.

Each pack is built in a process of its own, whose peak memory is read, with that of the child that opens the files.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from casework.base.time import FixedClock, parse_occurred
from casework.services import cases, directory, evidence
from casework.services.allegations import allege
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.setup import NewSchool, create_workspace
from casework.services.workspace import Workspace

SECONDS = 30.0
"""The longest that 300 pages may take, by the processor, our process and the child together."""

MEMORY_LIMIT = 1.25
"""Peak memory of the large pack against the small one."""

SIZES = {"small": (8, 12), "large": (40, 50)}
"""How many scans of five pages, and how many photographs."""

_NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def run(rounds: int) -> tuple[str, bool]:
    """Build a small and a large pack, and return a table and whether the limits hold."""
    with tempfile.TemporaryDirectory() as folder:
        found = {name: _measured(Path(folder) / name, *size) for name, size in SIZES.items()}
    small, large = found["small"], found["large"]
    grown = large["memory"] / small["memory"]
    lines = ["Hearing packs with scans and photographs"]
    for name, one in found.items():
        lines.append(
            f"  {name}: {one['pages']} pages, {one['bytes'] / 1024 / 1024:.0f} MB in {one['wall']:.1f} s"
            f" ({one['cpu']:.1f} s of processor); peak {one['memory'] / 1024:.0f} MB,"
            f" child {one['child'] / 1024:.0f} MB; {one['links']} links, {one['lost']} astray"
        )
    lines.append(
        f"  limits: {SECONDS} s of processor, memory {grown:.2f} × (limit {MEMORY_LIMIT}), no link astray"
    )
    good = large["cpu"] <= SECONDS and grown <= MEMORY_LIMIT and not small["lost"] + large["lost"]
    return "\n".join(lines), good and large["pages"] >= 300


def _measured(folder: Path, scans: int, photographs: int) -> dict[str, Any]:
    _fill(folder, scans, photographs)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.packs", str(folder)], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _fill(folder: Path, scans: int, photographs: int) -> None:
    """Make a school with one case, and put scans and photographs on it."""
    clock = FixedClock(_NOW)
    workspace, school = create_workspace(
        folder / "data",
        NewSchool("Ashleigh Primary School", "ASH", "Helen Marsh"),
        passphrase=None,
        recovery_file=folder / "recovery.key",
        clock=clock,
    )
    with workspace:
        person = directory.add_person(workspace, school, name="Jordan Price", title="Teaching assistant")
        opened = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-03-02"),
            summary="x",
            people=[(person, ["employee"])],
        )
        loaded = find_case(workspace, school, opened.reference)
        day = _NOW.date().replace(day=2)
        allege(
            workspace,
            school,
            loaded,
            text="Put photographs up",
            clauses=["SMP-4.1b"],
            band="S3",
            period=(day, day),
        )
        scan, photograph = _scan(), _photograph(3000, 2250)
        for n in range(scans + photographs):
            data, name = (scan, "scan.pdf") if n < scans else (photograph, "photograph.jpg")
            evidence.add_evidence(
                workspace,
                school,
                loaded,
                title=f"Paper {n + 1}, as the office kept it",
                type_="document",
                supports=[1],
                source="School office",
                method="The school’s own record",
                file=evidence.incoming(name, data),
            )
    (folder / "reference").write_text(opened.reference)


def _photograph(width: int, height: int) -> bytes:
    """A picture that is as hard to pack as a photograph."""
    from PIL import Image

    noise = Image.effect_noise((width // 8, height // 8), 60).resize((width, height))
    colours = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_180), noise))
    out = io.BytesIO()
    colours.save(out, "JPEG", quality=85)
    return out.getvalue()


def _scan() -> bytes:
    """A PDF of five scanned pages."""
    from PIL import Image

    pages = [Image.open(io.BytesIO(_photograph(1240, 1754))) for _ in range(5)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def _build(folder: Path) -> dict[str, Any]:
    """Build the pack of a prepared school in this process."""
    from casework.services.packs import build_pack

    with Workspace.open(folder / "data", str, clock=FixedClock(_NOW)) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, (folder / "reference").read_text())
        begun, worked = perf_counter(), process_time()
        with (folder / "pack.pdf").open("w+b") as file:
            built = build_pack(workspace, school, loaded, purpose="hearing", into=file, folder=folder)
        wall, own = perf_counter() - begun, process_time() - worked
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    scale = 1024 if sys.platform == "darwin" else 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    links, lost = _links(folder / "pack.pdf")
    return {
        "pages": built.pages,
        "bytes": built.size,
        "wall": wall,
        "cpu": own + child.ru_utime + child.ru_stime,
        "memory": memory,
        "child": child.ru_maxrss / scale,
        "links": links,
        "lost": lost,
    }


def _links(path: Path) -> tuple[int, int]:
    """How many links there are, and how many lead to a page that is not there."""
    import pikepdf

    with pikepdf.open(path) as pack:
        pages = {page.obj.objgen for page in pack.pages}
        notes = [note for page in pack.pages for note in page.obj.get("/Annots", [])]
        return len(notes), sum("/Dest" not in note or note.Dest[0].objgen not in pages for note in notes)


if __name__ == "__main__":
    print(json.dumps(_build(Path(sys.argv[1]))))
