"""What every store must do, whatever database is behind it: inherit `StoreSuite` and give it `make_store`."""

from __future__ import annotations

from tests.contract.suite_ledger import LedgerSuite
from tests.contract.suite_tables import TableSuite
from tests.contract.suite_transactions import TransactionSuite


class StoreSuite(LedgerSuite, TransactionSuite, TableSuite):
    """Every test; a database adds `make_store` and what it alone promises."""
