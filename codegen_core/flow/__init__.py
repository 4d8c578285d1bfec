"""A logic flow: how it is read from JSON and what it is once read."""
