"""The files for whoever runs a server: units, settings and image say what the page on the server promises."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from casework.web.settings import read_settings

DEPLOY = Path(__file__).parents[3] / "deploy"
PAGE = Path(__file__).parents[3] / "docs" / "administrator" / "server.md"
UNITS = ("casework.service", "casework-backup.service", "casework-backup.timer")
NEEDED = {
    "User": "casework",
    "UMask": "0077",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "StateDirectoryMode": "0700",
}


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(DEPLOY / name, encoding="utf-8")
    return read


@pytest.mark.parametrize("name", UNITS[:2])
def test_a_unit_has_no_right_that_it_does_not_need(name: str) -> None:
    service = unit(name)["Service"]
    assert {key: service.get(key) for key in NEEDED} == NEEDED
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert not re.search(r"(?i)(password|passphrase|secret)\s*=\s*\S", text.replace("PASSPHRASE_FILE=", ""))


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        assert unit(UNITS[0]).sections() == ["Unit", "Service", "Install"]
        return
    program = tmp_path / "casework"
    program.touch(0o755)
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/casework/bin/casework", str(program)))
    files = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "casework" in line]
    assert ours == []


def test_the_settings_that_are_shipped_are_read() -> None:
    found = read_settings(DEPLOY / "server.toml")
    assert found.secure and found.address == "127.0.0.1" and found.proxies == ("127.0.0.1",)


def test_the_image_runs_without_rights_and_holds_no_secret() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    said = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL"}
    assert {word for word, _ in said} == known | {"HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert [rest for word, rest in said if word == "USER"] == ["10001"]
    assert not re.search("(?i)password|passphrase|secret", text)
    root = DEPLOY.parent
    copied = [rest.split()[:-1] for word, rest in said if word == "COPY" and not rest.startswith("--")]
    assert all((root / name).exists() for names in copied for name in names)


def test_the_proxy_passes_nothing_on_that_a_browser_says_of_itself() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    sent = re.findall(r"proxy_set_header (\S+) ([^;]+);", text)
    assert {("Host", "$host"), ("X-Forwarded-For", "$remote_addr"), ("X-Forwarded-Proto", "$scheme")} <= set(
        sent
    )
    assert "access_log off" in text and text.count("{") == text.count("}")


def test_every_file_is_named_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert {file.name for file in DEPLOY.iterdir()} == set(re.findall(r"\.\./\.\./deploy/([\w.-]+)", text))
