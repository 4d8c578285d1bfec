"""The repositories: each works in the transaction of the unit of work that made it."""
