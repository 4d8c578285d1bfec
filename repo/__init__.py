"""The database layer: tables, engine, units of work, one repository a file, migrations. No driver type leaves it."""
