"""How a server finds what is asked for most: along an index, never by reading a whole table, however many schools."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework.base.ids import SeededDice, new_id
from casework.store import Store, append, logs, views
from casework.store.among import as_ids
from casework.store.statement import Statement
from tests.support.databases import Databases

SCHOOLS, CASES, EVENTS = 400, 20, 4
OWN = 100
"""So many of the schools are the adviser's."""

FILLING = """
INSERT INTO organisations SELECT o, '', '' FROM unnest(%(schools)s::text[]) o;
INSERT INTO logs SELECT 'log ' || o, o, 'cases', o, '', 0, '', '' FROM unnest(%(schools)s::text[]) o;
INSERT INTO streams (stream, log, kind, organisation)
  SELECT o || ' ' || i, 'log ' || o, 'case', o FROM unnest(%(schools)s::text[]) o, generate_series(1, %(cases)s) i;
INSERT INTO cases SELECT stream, log, organisation, 'R ' || stream, 'p',
  '2026-01-' || (10 + abs(hashtext(stream)) %% 20), 's', 't', false, 1, '', NULL FROM streams;
INSERT INTO clocks (stream, clock, n, started, due, organisation)
  SELECT stream, 'c', 1, '', '2026-02-' || (10 + abs(hashtext(stream)) %% 19), organisation FROM streams;
INSERT INTO events (log, pos, stream, n, command, envelope, organisation)
  SELECT log, row_number() OVER (PARTITION BY log), stream, n, md5(stream || n), '', organisation
  FROM streams, generate_series(1, %(events)s) n;
"""


@pytest.fixture(scope="module")
def filled(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, list[str]]]:
    dice = SeededDice(b"plans")
    schools = [new_id(dice) for _ in range(SCHOOLS)]
    with databases.empty() as name:
        with databases.administrator(name) as connection:
            values = {"schools": schools, "cases": CASES, "events": EVENTS}
            for statement in filter(str.strip, FILLING.split(";")):
                used = {key: value for key, value in values.items() if f"%({key})s" in statement}
                connection.execute(statement, used)
            connection.execute("VACUUM ANALYZE")
        with Store.open(databases.settings(tmp_path_factory.mktemp("plans"), name)) as store:
            yield store.seeing(*schools[:OWN]), schools


STATEMENTS: dict[str, tuple[Statement, tuple[object, ...]]] = {
    "a page of cases": (views._PAGES[False], ("2026-12-31", "", 50)),
    "a page of open cases": (views._PAGES[True], ("2026-12-31", "", 50)),
    "what is due first": (views._DUE, ("", "", 0, "", 50)),
}
ONE_CASE: dict[str, tuple[Statement, tuple[object, ...]]] = {
    "a case": (views._CASE, ("{stream}",)),
    "a case by its reference": (views._CASE_CALLED, ("{school}", "R {stream}")),
    "the cases of a school": (views._CASES, ("{school}",)),
    "the clocks of a school": (views._RUNNING, ("{school}",)),
    "the clocks of a case": (views._CLOCKS, ("{stream}",)),
    "the events of a case": (logs._EVENTS_OF, ("{stream}", 0, 100)),
    "the newest event of a case": (logs.NEWEST_N, ("{stream}",)),
    "a command": (logs.COMMAND, ("none",)),
    "the head of a log": (append._HEAD_LOCKED, ("log {school}",)),
    "a log by its name": (logs._LOG_NAMED, ("{school}", "cases")),
}


def plan(store: Store, statement: Statement, values: tuple[object, ...]) -> str:
    with store.transaction(store.within[0]) as tx:
        tx.enter(*store.within)
        sql, arrange = statement.form(store._backend.dialect)
        rows = tx._execute(f"EXPLAIN {sql}", arrange(values) if arrange else values).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("count", [1, OWN])
@pytest.mark.parametrize("asked", STATEMENTS)
def test_what_is_asked_of_many_schools_reads_no_table_whole(
    filled: tuple[Store, list[str]], asked: str, count: int
) -> None:
    store, schools = filled
    statement, values = STATEMENTS[asked]
    own = schools[:count]
    found = plan(store.seeing(*own), statement, (as_ids(own), *values))
    assert "Seq Scan" not in found, found


@pytest.mark.parametrize("asked", ONE_CASE)
def test_what_is_asked_of_one_case_or_school_reads_no_table_whole(
    filled: tuple[Store, list[str]], asked: str
) -> None:
    store, schools = filled
    statement, values = ONE_CASE[asked]
    own = {"school": schools[3], "stream": f"{schools[3]} 7"}
    given = tuple(value.format(**own) if isinstance(value, str) else value for value in values)
    found = plan(store.seeing(schools[3]), statement, given)
    assert "Seq Scan" not in found, found
