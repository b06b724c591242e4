"""The record that proves itself: envelopes, commitments, seals, the Merkle tree and its signed heads.

Pure: now, ids, salts, nonces and keys are handed in, and nothing here reads a clock, a disk or dice. The
byte-exact formats are written down for other implementers in `docs/reference/formats.md`.

| module       | holds                                                                                   |
| ------------ | --------------------------------------------------------------------------------------- |
| `event`      | the envelope and the shapes of an event before and after it is stored                   |
| `commitment` | salted hashes of facts, bodies and files                                                |
| `seal`       | AES-256-GCM under a stream's key; files in chunks                                       |
| `merkle`     | RFC 6962: roots, frontier, inclusion and consistency                                    |
| `checkpoint` | signed heads: C2SP checkpoints                                                          |
| `append`     | sealing outside the lock, extending under it                                            |
| `verify`     | the check of a stored log or an excerpt; uses nothing that writes (nor do its parts:    |
|              | `walk`, `whole`, `excerpt`, `checks`, `heads`, `order`)                                 |
| `findings`   | what verification finds: classes, precedence, exceptions                                |
"""

from __future__ import annotations
