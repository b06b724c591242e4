"""Network file systems are recognised from the mount table of Linux and of macOS; nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.store.disk import network_type, synchronised_by

LINUX = r"""
/dev/sda1 / ext4 rw,relatime 0 0
server:/export /home nfs4 rw,relatime 0 0
/dev/sdb1 /home/local ext4 rw,relatime 0 0
//server/share /mnt/School\040Share cifs rw 0 0
me@server:/ /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/container overlay rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
first:/a /mnt/twice nfs rw 0 0
tmpfs /mnt/twice tmpfs rw 0 0
"""
MACOS = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//me@server/share on /Volumes/School Share (smbfs, nodev, nosuid, mounted by me)
/dev/disk4s1 on /Volumes/USB (exfat, local)
"""


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        (LINUX, "/srv/casework.db", None),
        (LINUX, "/home/head/casework.db", "nfs4"),
        (LINUX, "/home/local/casework.db", None),
        (LINUX, "/homes/casework.db", None),
        (LINUX, "/mnt/School Share/casework.db", "cifs"),
        (LINUX, "/mnt/ssh/casework.db", "fuse.sshfs"),
        (LINUX, "/mnt/container/casework.db", None),
        (LINUX, "/mnt/c/Users/casework.db", "9p"),
        (LINUX, "/mnt/twice/casework.db", None),
        (MACOS, "/Users/head/casework.db", None),
        (MACOS, "/Volumes/School Share/casework.db", "smbfs"),
        (MACOS, "/Volumes/USB/casework.db", None),
        ("none / 9p rw,trans=fd 0 0", "/casework.db", None),
        ("server:/root / nfs rw 0 0", "/casework.db", "nfs"),
        ("", "/casework.db", None),
        ("not a mount table", "/casework.db", None),
    ],
)
def test_the_file_system_that_holds_a_path_decides(mounts: str, path: str, kind: str | None) -> None:
    assert network_type(Path(path), mounts) == kind


def test_a_link_is_followed_to_where_it_leads(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (tmp_path / "link").symlink_to(share)
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {share.resolve()} nfs rw 0 0"
    assert network_type(tmp_path / "link" / "casework.db", mounts) == "nfs"


def test_a_system_that_cannot_tell_is_given_the_benefit_of_the_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", fail)
    monkeypatch.setattr("subprocess.run", fail)
    for platform in ("linux", "darwin"):
        monkeypatch.setattr("sys.platform", platform)
        assert network_type(Path("/casework.db")) is None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/Users/head/Library/Mobile Documents/com~apple~CloudDocs/casework.db", "iCloud"),
        ("/home/head/Dropbox (School)/casework.db", "Dropbox"),
        ("/mnt/OneDrive - Ashdown Primary/cases/casework.db", "OneDrive"),
        ("/home/head/Nextcloud/casework.db", "Nextcloud"),
        ("/home/head/cases/dropbox.db", None),
    ],
)
def test_a_folder_that_a_service_copies_is_named(path: str, service: str | None) -> None:
    assert synchronised_by(Path(path)) == service
