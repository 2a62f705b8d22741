"""A department's exchange database (前置库): rows in typed tables, a batch in one transaction, what became of it asked.

PostgreSQL, MySQL and MariaDB. The partner makes its tables with the script of `setup`; their columns are a map's.
"""

from connectors.exchange_database.exchange import ExchangeDatabase
from connectors.exchange_database.settings import SECRETS, Engine, ExchangeDatabaseSettings

__all__ = ["SECRETS", "Engine", "ExchangeDatabase", "ExchangeDatabaseSettings"]
