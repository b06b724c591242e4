"""The store: everything that is kept, in one SQLite file or on a PostgreSQL server; statements are written once.

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
| `backend`, `places`               | the port to a database; which one a data folder has              |
| `sqlite`, `disk`                  | a database in one file                                           |
| `postgresql`, `postgresql_errors` | a database on a server; what its errors mean                     |
| `server`, `row_security`          | the settings that lead to one; keeping schools apart there       |
| `copying`, `migrate_server`       | from one database to another; a server's tables                  |
| `among`                           | one of many ids as one parameter                                 |
| `ahead`                           | what is asked together when a snapshot or a transaction begins   |
| `sqlite_copying`                  | copying a database that is in use                                |
| `statement`, `session`            | compiled statements, and running them                            |
"""

from __future__ import annotations

from casework.store.connect import Reader, Store, Transaction

__all__ = ["Reader", "Store", "Transaction"]
