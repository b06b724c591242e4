"""The settings of a server: what is not safe is refused with every fault at once, and no secret stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.web.settings import SettingsRefused, read_settings

PROXIED = """
[server]
hosts = ["Casework.trust.example"]
listen = "127.0.0.1:8642"
proxies = ["127.0.0.1", "10.20.30.0/29"]
[openid]
secret_file = "openid.secret"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "server.toml"
    file.write_text(text)
    file.chmod(0o644)
    for name in ("chain.pem", "key.pem", "openid.secret"):
        (folder / name).write_text(f"the content of {name}\n")
        (folder / name).chmod(0o600)
    return file


def test_a_server_behind_a_proxy(tmp_path: Path) -> None:
    found = read_settings(written(tmp_path, PROXIED))
    assert (found.hosts, found.address, found.port) == (("casework.trust.example",), "127.0.0.1", 8642)
    assert found.secure and found.proxies == ("127.0.0.1", "10.20.30.0/29")
    assert found.openid_secret == "the content of openid.secret"
    assert "content" not in repr(found)


def test_a_server_with_a_certificate_and_one_for_this_machine_alone(tmp_path: Path) -> None:
    own = 'listen = "[::]:8443"\ncertificate = "chain.pem"\nkey = "key.pem"\n'
    found = read_settings(written(tmp_path, f'[server]\nhosts = ["casework.trust.example"]\n{own}'))
    assert found.secure and (found.address, found.port) == ("::", 8443)
    assert found.certificate == tmp_path / "chain.pem"
    tried = read_settings(written(tmp_path, '[server]\nhosts = ["localhost"]\n'))
    assert not tried.secure


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[server]\nhosts = ["a.example"]\nlisten = "0.0.0.0:80"\n', "plain HTTP to the network"),
        (
            '[server]\nhosts = ["a.example"]\nlisten = "10.0.0.5:80"\nproxies = ["10.0.0.1"]\n',
            "plain HTTP to the network at 10.0.0.5",
        ),
        ('[server]\nhosts = ["a.example"]\n', "Nothing says where TLS ends"),
        ("[server]\n", "names no hosts"),
        ('[server]\nhosts = ["https://a.example/"]\nproxies = ["127.0.0.1"]\n', "is not a name"),
        ('[server]\nhosts = ["a.example"]\nproxies = ["*"]\n', "is not an IP address"),
        ('[server]\nhosts = ["a.example"]\nproxies = ["0.0.0.0/0"]\n', "are too many"),
        ('[server]\nhosts = ["a.example"]\ncertificate = "chain.pem"\n', "go together"),
        (
            '[server]\nhosts = ["a.example"]\ncertificate = "chain.pem"\nkey = "none.pem"\n',
            "There is no file",
        ),
        ('[server]\nhosts = ["a.example"]\nlisten = "everywhere"\n', "unlike 'everywhere'"),
        ('[server]\nhosts = "a.example"\n', "a list in"),
        ('[server]\nhost = ["a.example"]\n', "Did you mean hosts?"),
        ('[serve]\nhosts = ["a.example"]\n', "Did you mean server?"),
        ("hosts = [", "not TOML"),
    ],
)
def test_what_is_not_safe_or_not_understood_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsRefused, match=r".") as refused:
        read_settings(written(tmp_path, text))
    assert says in refused.value.message


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(written(tmp_path, '[server]\nlisten = "x"\nproxies = ["y"]\nkey = "key.pem"\n'))
    for fault in ("names no hosts", "unlike 'x'", "'y'", "go together"):
        assert fault in refused.value.message


@pytest.mark.parametrize(
    ("name", "mode"), [("server.toml", 0o666), ("openid.secret", 0o644), ("key.pem", 0o640)]
)
def test_files_that_others_may_use_are_refused(tmp_path: Path, name: str, mode: int) -> None:
    file = written(tmp_path, PROXIED)
    if name == "key.pem":
        file = written(
            tmp_path, '[server]\nhosts = ["a.example"]\ncertificate = "chain.pem"\nkey = "key.pem"\n'
        )
    (tmp_path / name).chmod(mode)
    with pytest.raises(SettingsRefused, match="Others than its owner"):
        read_settings(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
