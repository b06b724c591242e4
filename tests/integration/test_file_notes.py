"""A note for the file: looked at and issued like a letter, and sent to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.cases.letter_acts import LetterNotReady
from casework.scenario.model import load_scenario
from casework.scenario.run import play
from casework.services import letters
from casework.services.letter_email import mail

SCENARIO = Path(__file__).parents[1] / "scenarios" / "others-ask-and-are-told.yaml"
NOTE = "protected-conversation"


def test_a_note_for_the_file_is_looked_at_and_sent_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    played = play(load_scenario(SCENARIO), tmp_path / "data", lambda _: None)
    with played.workspace:
        draft = letters.preview(played.workspace, played.school, played.case, NOTE)
        told = dict(draft.summary)
        assert told["To"] == "the file: it is sent to nobody"
        assert "Delivery" not in told
        number = 1 + [item.template for item in played.case.case.letters.values()].index(NOTE)
        with pytest.raises(LetterNotReady, match="sent to nobody"):
            mail(played.workspace, played.school, played.case, number)
