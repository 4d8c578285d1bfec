"""The schema's history, one for SQLite, MariaDB and MySQL: ``python -m repo.migrate``."""
