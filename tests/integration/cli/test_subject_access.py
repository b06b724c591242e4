"""Subject access: what is found, who is masked, what is left out and why, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from casework.base.time import FixedClock
from casework.services import evidence
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.subject_access import masked
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk, make_school


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("access") / "data"
    desk = Desk(folder, make_school(folder))
    desk.type(
        "case", "note", desk.reference, "Ruth  Adeyemi rang Jordan Blake; Ms Okoro of 7 Mill Lane heard it."
    )
    desk.type("case", "note", desk.reference, "--advice", "The solicitor says wait.")
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, desk.reference)
        file = evidence.incoming("post.png", b"\x89PNG what was on the page")
        evidence.add_evidence(workspace, school, loaded, title="The post", type_="screenshot", file=file)
    return desk


def review_of(desk: Desk, folder: Path) -> dict[str, object]:
    desk.type("person", "data", "Jordan Blake", "--out", str(folder))
    found: dict[str, object] = yaml.safe_load((folder / "review.yaml").read_text())
    return found


def finished(review: dict[str, object], folder: Path) -> str:
    """Decide every item and sign."""
    for item in review["items"]:  # type: ignore[attr-defined]
        if item["give"] == "look":
            advice = item.get("exemption") == "privilege"
            item |= {"give": "no", "reason": "Advice to the school."} if advice else {"give": "yes"}
    path = folder / "done.yaml"
    path.write_text(yaml.safe_dump({**review, "reviewed_by": "Priya Nair"}, allow_unicode=True))
    return str(path)


def test_everything_is_found_and_others_are_masked(desk: Desk, tmp_path: Path) -> None:
    review = review_of(desk, tmp_path)
    assert {person["name"] for person in review["people"]} >= {"Ruth Adeyemi", "Daniel Okoro"}  # type: ignore[attr-defined]
    looked = [item["id"] for item in review["items"] if item["give"] == "look"]  # type: ignore[attr-defined]
    assert len(looked) == 2  # the advice, and the file of evidence
    desk.type(
        *("person", "data", "Jordan Blake", "--out", str(tmp_path / "answer")),
        *("--reviewed", finished(review, tmp_path)),
    )
    given = (tmp_path / "answer" / "your-data.txt").read_text()
    assert "Jordan Blake" in given and "rang" in given
    for other in ("Adeyemi", "Ruth", "Okoro", "Helen", "Priya", "solicitor"):
        assert other not in given, other
    left = (tmp_path / "answer" / "left-out.txt").read_text()
    assert "confidential legal advice" in left and "Advice to the school." in left
    assert (tmp_path / "answer" / "files" / "01 post.png").read_bytes().startswith(b"\x89PNG")
    assert "exported" in desk.type("audit", "log", "--log", "access").stdout


def test_a_review_that_is_not_finished_is_refused(desk: Desk, tmp_path: Path) -> None:
    review_of(desk, tmp_path)
    typed = ("person", "data", "Jordan Blake", "--out", str(tmp_path / "answer"), "--reviewed")
    said = desk.type(*typed, str(tmp_path / "review.yaml"), ok=2).said
    assert "nobody signed it" in said and "has to be yes or no" in said
    assert not (tmp_path / "answer").exists()


def test_a_review_of_other_items_or_of_somebody_else_is_refused(desk: Desk, tmp_path: Path) -> None:
    review = review_of(desk, tmp_path)
    done = finished(review, tmp_path)
    typed = ("--out", str(tmp_path / "answer"), "--reviewed", done)
    assert "another person" in desk.type("person", "data", "Helen Marsh", *typed, ok=2).said
    desk.type("case", "note", desk.reference, "Something new about Jordan Blake")
    assert "recorded, or destroyed, since" in desk.type("person", "data", "Jordan Blake", *typed, ok=2).said


def test_whoever_only_helped_gets_what_names_them(desk: Desk, tmp_path: Path) -> None:
    desk.type("person", "data", "Helen Marsh", "--out", str(tmp_path))
    review = yaml.safe_load((tmp_path / "review.yaml").read_text())
    everything = review_of(desk, tmp_path / "all")
    assert 1 < len(review["items"]) < len(everything["items"])  # type: ignore[arg-type]


def test_names_are_masked_whole_and_across_lines() -> None:
    masks = {"Ann Marsh": "[person 1]", "Marsh": "[person 1]", "01234 5": "[person 1]"}
    assert (
        masked("Ann\n  Marsh, MARSH's marshland, 01234 5", masks)
        == "[person 1], [person 1]'s marshland, [person 1]"
    )
