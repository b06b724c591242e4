"""Look for secrets in every file that is kept: keys, tokens and passwords that somebody typed by mistake.

Entropy is not looked at: fingerprints and test vectors are random by nature. What is invented
for a test is listed here. Run: python scripts/secret_scan.py.
Exits with 1 and a line for each place if something is found.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ("tests/golden/", "workflows/schema/", "docs/reference/")
BINARY = (".ttf", ".otf", ".png", ".pdf", ".svg", ".docx", ".gz", ".zip", ".icc")
INVENTED = {
    "benchmarks/postgresql.py": "the password of a server that lives for a benchmark",
    "casework/cli/openid.py": "the name of the variable that may hold the secret",
    "casework/services/reminder_settings.py": "the name under which a keyring may hold the password",
    "docs/administrator/reminders.md": "the same name, in an example",
    "tests/integration/accounts/test_backups.py": "a passphrase of the test's own",
    "tests/integration/accounts/test_openid.py": "the secret of a provider that lives for a test",
    "tests/integration/test_reminders.py": "the password of a mail server that lives for a test",
    "tests/security/test_privacy.py": "the passphrase that the test looks for on the disk",
    "tests/unit/web/test_settings.py": "the name of a file, and what the test writes into it",
    "tests/unit/store/test_server.py": "passwords that must stand in no error",
}
PLUGINS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "KeywordDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)


def kept() -> list[str]:
    """Every file under version control that a person could have typed a secret into."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return [name for name in listed if name and not name.startswith(GENERATED) and not name.endswith(BINARY)]


def scan(root: Path, names: Iterable[str]) -> list[tuple[str, int, str]]:
    """Where something looks like a secret: file, line and what it looks like."""
    found = SecretsCollection(root=str(root))
    with transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]}):
        for name in names:
            found.scan_file(name)
    return sorted({(name, secret.line_number, secret.type) for name, secret in found if name not in INVENTED})


def main() -> int:
    """Scan, and say what was found."""
    names = kept()
    places = scan(ROOT, names)
    for name, line, kind in places:
        print(f"{name}:{line}: looks like a secret ({kind})")
    print(f"{len(names)} files looked at: {len(places) or 'nothing'} found.")
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main())
