"""Keys and where they are kept: key files of accounts, the recovery key, and stream keys wrapped for readers.

| module      | holds                                                                             |
| ----------- | --------------------------------------------------------------------------------- |
| `wrap`      | a stream's key, wrapped for one reader with HPKE                                  |
| `files`     | an account's private keys, an organisation's recovery key, and their files        |
| `container` | the format of a key file: with a passphrase (Argon2id) or, said plainly, without  |
| `backup`    | the format of a backup: sealed for the recovery key, or under a passphrase        |
| `disk`      | writing a private file once and for good, and refusing one that others can read   |

Private keys and passphrases never appear in a `repr`, a message or an error's details. They cannot be wiped
from memory: Python copies as it likes. Formats: docs/reference/formats.md, "Key files" and "Wraps".
"""

from __future__ import annotations
