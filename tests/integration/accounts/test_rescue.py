"""A forgotten phrase, a lost key file, and a new key for which everything that was readable is wrapped anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.keyring.errors import WrapRefused
from casework.keyring.files import RecoveryKey, read_recovery_key
from casework.services.accounts import roles_given_to
from casework.services.admitting import admit
from casework.services.audit import verify
from casework.services.directory import add_person, find_person, list_people, who_am_i
from casework.services.errors import NoAccess
from casework.services.loading import find_case
from casework.services.rescue import begin_rescue, rescue_with_recovery_key
from casework.services.schools import choose_school, schools
from casework.services.sign_in import first_sign_in, sign_in
from tests.integration.cli.desk import Desk
from tests.support.accounts import PHRASE, WEAK, enrol, open_as

NEW_PHRASE = "willow ember thimble"


def test_a_reader_rescues_and_everybody_else_is_told(folder: Path) -> None:
    old = enrol(folder, "Helen Marsh", "headteacher")
    other = enrol(folder, "Ines Duarte", "clerk")
    with open_as(folder, other, seed="other") as workspace:
        sign_in(workspace, "ines.duarte", lambda: PHRASE)
    with open_as(folder, None, seed="reader") as workspace:
        school = choose_school(workspace, None)
        with pytest.raises(BadInput, match="needs a reason"):
            begin_rescue(workspace, school, "helen.marsh", reason="")
        begun = begin_rescue(workspace, school, "helen.marsh", reason="She forgot it")
        new = first_sign_in(workspace, "helen.marsh", begun.code, lambda: NEW_PHRASE, cost=WEAK)
        assert new.agreement_public != old.agreement_public
        with workspace.store.read() as reader:
            before = len(reader.wraps_for(new.account))
        assert admit(workspace, school, "helen.marsh").keys == before
        assert roles_given_to(workspace, school, "helen.marsh")[-1].public_key == new.agreement_public
    with open_as(folder, new) as workspace:
        assert who_am_i(workspace, school).name == "Helen Marsh"
        assert list_people(workspace, school)
    with open_as(folder, other, seed="told") as workspace:
        assert sign_in(workspace, "ines.duarte", lambda: PHRASE).rescued == ("Helen Marsh",)
        assert sign_in(workspace, "ines.duarte", lambda: PHRASE).rescued == ()
        assert verify(workspace, schools(workspace)).whole


def test_an_administrator_rescues_nobody_who_reads_words(folder: Path) -> None:
    enrol(folder, "Helen Marsh", "headteacher")
    enrol(folder, "Bo Lind", "administrator")
    keys = enrol(folder, "Ada Quill", "administrator")
    with open_as(folder, keys) as workspace:
        school = choose_school(workspace, None)
        with pytest.raises(NoAccess, match="reads the school's cases can rescue"):
            begin_rescue(workspace, school, "helen.marsh", reason="I say so")
        begun = begin_rescue(workspace, school, "bo.lind", reason="Forgotten")
        first_sign_in(workspace, "bo.lind", begun.code, lambda: NEW_PHRASE, cost=WEAK)
        assert admit(workspace, school, "bo.lind").keys == 1


def test_the_recovery_key_rescues_the_lone_adviser(folder: Path, reference: str) -> None:
    recovery = read_recovery_key(folder / "recovery.key")
    (folder / "keys" / "account.key").write_bytes(b"damaged")
    with open_as(folder, None, seed="rescue") as workspace:
        stranger = RecoveryKey.generate(recovery.organisation, workspace.dice)
        with pytest.raises(WrapRefused):
            rescue_with_recovery_key(workspace, [stranger], "", None)
        done = rescue_with_recovery_key(workspace, [recovery], "", None)
        assert done.old_file is not None and done.old_file.read_bytes() == b"damaged"
    with open_as(folder, None, seed="after") as workspace:
        school = choose_school(workspace, None)
        assert who_am_i(workspace, school).name == "Priya Nair"
        loaded = find_case(workspace, school, reference)
        assert workspace.stream_key(loaded.stream)
        add_person(workspace, school, name="New Person", title="Clerk")
        assert find_person(workspace, school, "New Person")
        assert verify(workspace, schools(workspace)).whole
    desk = Desk(folder, reference)
    desk.type("case", "note", reference, "Back at work")


def test_the_recovery_key_gives_a_new_phrase_where_nobody_else_can(folder: Path) -> None:
    enrol(folder, "Helen Marsh", "headteacher")
    recovery = read_recovery_key(folder / "recovery.key")
    with open_as(folder, None, seed="rescue") as workspace:
        rescue_with_recovery_key(workspace, [recovery], "helen.marsh", lambda: NEW_PHRASE, cost=WEAK)
        signed = sign_in(workspace, "helen.marsh", lambda: NEW_PHRASE)
        assert signed.schools == ("Ashgrove Primary School",)
        assert list_people(workspace, choose_school(workspace, None))
