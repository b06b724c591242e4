"""What kind of disk a path is on: whether locks can be relied on, and whether a service copies the file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

NETWORK_TYPES: Final = frozenset(
    (
        *("9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs"),
        *("lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vboxsf", "vmhgfs", "webdav"),
    )
)
"""File systems on which two machines can write one file, so that SQLite's locks and shared memory fail."""

_NETWORK_FUSE: Final = re.compile(
    r"fuse\.(ceph|curlftpfs|davfs|gcsfuse|glusterfs|goofys|gvfsd|juicefs|mergerfs-nfs|rclone|s3fs|smb|sshfs|vmhgfs)"
)
_SYNCHRONISED: Final = {
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud": "iCloud",
    "mobile documents": "iCloud",
    "nextcloud": "Nextcloud",
    "onedrive": "OneDrive",
}
# Linux: "server:/export /home nfs4 rw,relatime 0 0"
# macOS: "//me@server/share on /Volumes/share (smbfs, nodev)"
_LINUX_MOUNT: Final = re.compile(r"\S+ (?P<point>\S+) (?P<type>\S+) ")
_MACOS_MOUNT: Final = re.compile(r".* on (?P<point>/.*) \((?P<type>[^,)]+)")


def network_type(path: Path, mounts: str | None = None) -> str | None:
    """Return the type of the network file system that holds `path`, or None if it is a disk of this machine.

    Args:
        path: a file or folder; what does not exist yet is judged by the folder that will hold it.
        mounts: the mount table as text; None asks the system. Where it cannot tell, the answer is None.
    """
    place = path.resolve()
    found, length = None, -1
    for line in (_mount_table() if mounts is None else mounts).splitlines():
        match = _MACOS_MOUNT.match(line) or _LINUX_MOUNT.match(line)
        if not match:
            continue
        point = Path(_unescape(match["point"]))
        # Later lines are mounted over earlier ones, so of equals the last one counts.
        if place.is_relative_to(point) and len(point.parts) >= length:
            # Some sandboxes serve their own root over 9p: nobody else writes there.
            own_root = match["type"] == "9p" and point == Path("/")
            found, length = None if own_root else match["type"], len(point.parts)
    return found if found and (found in NETWORK_TYPES or _NETWORK_FUSE.fullmatch(found)) else None


def synchronised_by(path: Path) -> str | None:
    """Return the name of the service that seems to copy the folder of `path` elsewhere, or None.

    Such a copy can be of half a step, and what was erased here may live on there; a face should warn of it.
    """
    for part in path.resolve().parent.parts:
        for sign, service in _SYNCHRONISED.items():
            if part.lower().startswith(sign):
                return service
    return None


def _mount_table() -> str:
    """Return the system's mount table; empty where it cannot be had."""
    try:
        if sys.platform == "darwin":
            return subprocess.run(
                ["/sbin/mount"], capture_output=True, text=True, timeout=2, check=True
            ).stdout
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, subprocess.SubprocessError):
        return ""


def _unescape(point: str) -> str:
    r"""Turn the octal escapes of /proc/mounts back into characters: `\040` is a space."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
