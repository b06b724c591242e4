"""The store: one file that holds everything; SQLite, and shaped so that another database is only a dialect.

| module                            | holds                                                            |
| --------------------------------- | ---------------------------------------------------------------- |
| `connect`, `revision`             | opening; `Transaction`; which schema a database has              |
| `reader`, `scratch`               | `Reader`, which cannot write; read tables made to be compared    |
| `logs`, `append`                  | logs, signed heads, streams, events; appending                   |
| `erase`                           | destroying words, facts, keys and files                          |
| `projection`, `changes`, `views`  | read tables: how they follow from events; lists from them        |
| `keys`, `documents`               | keys and their wraps; policies, catalogues, calendars            |
| `directory`, `accounts`, `files`  | organisations, people; accounts and their roles; sealed files    |
| `rows`, `errors`                  | what comes out; what goes wrong                                  |
| `schema`, `migrate`, `migrations` | the tables; making and upgrading a database                      |
| `backend`, `sqlite`, `disk`       | the port to a database, and the one behind it                    |
| `sqlite_copying`                  | copying a database that is in use                                |
| `statement`, `session`            | compiled statements, and running them                            |
"""

from __future__ import annotations

from casework.store.connect import Reader, Store, Transaction

__all__ = ["Reader", "Store", "Transaction"]
