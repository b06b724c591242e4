"""Writers beside one another on a server that is killed under them; `support/many.py` does the same for minutes."""

from __future__ import annotations

import pytest

from tests.support.many import own_server, run


@pytest.mark.usefixtures("databases")  # which says so where there is no server
def test_nothing_that_was_acknowledged_is_lost_or_there_twice_though_the_server_is_killed() -> None:
    with own_server() as (server, folder):
        found = run(server, folder, writers=8, organisations=4, acts=40, seconds=60, kills=1)
    assert found.acknowledged == 8 * 40
    assert found.events == 8 * 40 + 4
    assert found.again >= 8 * 4  # every tenth command was sent twice
    assert found.deadlocks == 0
