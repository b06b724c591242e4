"""The file that says how a server is reached: by which names, where it listens, and where TLS ends.

    [server]
    hosts = ["casework.trust.example"]
    listen = "127.0.0.1:8642"
    proxies = ["127.0.0.1"]                       # TLS ends at a proxy with this address, or
    # certificate = "/etc/casework/tls/chain.pem" # here
    # key = "/etc/casework/tls/key.pem"

    [openid]
    secret_file = "/etc/casework/openid.secret"   # only where the provider insists on one

No secret stands in it. Which OpenID provider is asked is on record: `casework user openid`.
"""

from __future__ import annotations

import ipaddress
import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from casework.base.errors import BadInput
from casework.base.words import did_you_mean

_KNOWN: Final[Mapping[str, Mapping[str, type]]] = {
    "server": {"hosts": list, "listen": str, "proxies": list, "certificate": str, "key": str},
    "openid": {"secret_file": str},
}
_NAME: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*", re.IGNORECASE)
_LOOPBACK_NAMES: Final = frozenset(("localhost", "127.0.0.1", "[::1]"))
_SECRET: Final = 4096


class SettingsRefused(BadInput):
    """The settings of a server are not safe, or cannot be understood."""

    code = "server-settings"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How a server is reached.

    `hosts` are the names by which people address it, `address` and `port` where it listens, `proxies` the addresses
    whose word for where a request comes from is taken; TLS ends here if there is a `certificate`.
    """

    hosts: tuple[str, ...]
    address: str
    port: int
    proxies: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    openid_secret: str = field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Whether people reach it by TLS; without, it is for this machine alone."""
        return self.certificate is not None or bool(self.proxies)


def read_settings(path: Path) -> ServerSettings:
    """Read the settings of a server.

    Raises:
        SettingsRefused: the file cannot be read, or says something that cannot be or is not safe; every fault at once.
    """
    said = _read(path)
    faults = _unknown(said)
    server = said.get("server", {})
    hosts = tuple(str(host).lower() for host in server.get("hosts", []))
    if not hosts:
        faults.append('It names no hosts: hosts = ["casework.trust.example"], as people type it.')
    faults += [
        f"The host {host!a} is not a name without https://, port and path."
        for host in hosts
        if not _NAME.fullmatch(host) and host not in _LOOPBACK_NAMES
    ]
    address, port = _listening(str(server.get("listen", "127.0.0.1:8642")), faults)
    proxies = tuple(str(proxy) for proxy in server.get("proxies", []))
    faults += [fault for proxy in proxies if (fault := _proxy_fault(proxy))]
    certificate, key = (_file(path, server.get(name)) for name in ("certificate", "key"))
    if (certificate is None) is not (key is None):
        faults.append("A certificate and its key go together: give both, or neither.")
    faults += [f"There is no file {file}." for file in (certificate, key) if file and not file.is_file()]
    if key is not None and key.is_file() and _others_may(key, 0o077):
        faults.append(f"Others than its owner may use the key {key}: chmod 600 {key}")
    if certificate is None and address and not _is_loopback(address):
        faults.append(
            f"Without a certificate it would speak plain HTTP to the network at {address}, and anybody on the way"
            " could read unlock phrases and cases. Give certificate and key, or listen on 127.0.0.1 behind a proxy."
        )
    elif certificate is None and not proxies and not set(hosts) <= _LOOPBACK_NAMES:
        faults.append(
            "Nothing says where TLS ends: give certificate and key, or the address of the proxy that has them"
            ' (proxies = ["127.0.0.1"]).'
        )
    secret = _secret(_file(path, said.get("openid", {}).get("secret_file")), faults)
    if faults:
        raise SettingsRefused(
            f"The settings in {path} cannot be used. {' '.join(faults)}",
            remedy="The page docs/administrator/server.md shows each setting.",
            faults=faults,
        )
    return ServerSettings(hosts, address, port, proxies, certificate, key, secret)


def _read(path: Path) -> dict[str, Any]:
    try:
        if _others_may(path, 0o022):
            raise SettingsRefused(
                f"Others than its owner may change {path}, and with it where phrases are sent.",
                remedy=f"Run: chmod go-w {path}",
            )
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsRefused(f"The settings {path} cannot be read: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsRefused(f"The settings {path} are not TOML: {problem}.") from None


def _unknown(said: Mapping[str, Any]) -> list[str]:
    """What stands in the file and has no meaning, or is of another kind than it should."""
    faults = []
    for section, values in said.items():
        if section not in _KNOWN or not isinstance(values, dict):
            faults.append(f"There is no section [{section}]. {_near(section, list(_KNOWN))}".strip())
            continue
        for name, value in values.items():
            kind = _KNOWN[section].get(name)
            if kind is None:
                faults.append(
                    f"There is no setting {name} in [{section}]. {_near(name, list(_KNOWN[section]))}"
                )
            elif not isinstance(value, kind):
                faults.append(
                    f"{name} has to be {'a list in [ ]' if kind is list else 'in quotation marks'}."
                )
    if faults:
        raise SettingsRefused(
            " ".join(fault.strip() for fault in faults),
            remedy="The page docs/administrator/server.md shows each setting.",
        )
    return []


def _near(word: str, known: Sequence[str]) -> str:
    return did_you_mean(get_close_matches(word, known, n=1))


def _listening(said: str, faults: list[str]) -> tuple[str, int]:
    address, _, port = said.rpartition(":")
    try:
        number = int(port)
        if not 0 <= number <= 65535:
            raise ValueError
        return str(ipaddress.ip_address(address.strip("[]"))), number
    except ValueError:
        faults.append(f"listen is an address and a port such as 127.0.0.1:8642, unlike {said!a}.")
        return "", 0


def _proxy_fault(proxy: str) -> str:
    try:
        network = ipaddress.ip_network(proxy)
    except ValueError:
        return f"The proxy {proxy!a} is not an IP address."
    if network.num_addresses > 256:
        return f"The proxies {proxy} are too many: whoever has one of these addresses can say to be anybody."
    return ""


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _file(settings: Path, named: str | None) -> Path | None:
    """A file that the settings name, beside them unless it stands elsewhere."""
    return settings.parent / named if named else None


def _secret(file: Path | None, faults: list[str]) -> str:
    if file is None:
        return ""
    try:
        if _others_may(file, 0o077):
            faults.append(f"Others than its owner may use {file}: chmod 600 {file}")
        return file.read_text(encoding="utf-8")[:_SECRET].strip()
    except (OSError, UnicodeDecodeError):
        faults.append(f"The file {file} with the secret of the OpenID client cannot be read.")
        return ""


def _others_may(path: Path, bits: int) -> bool:
    found = os.stat(path)
    return stat.S_ISREG(found.st_mode) and bool(found.st_mode & bits)
