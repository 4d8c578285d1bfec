"""Expressions that users write, in Qlib's syntax and in Python's: what is let through, how far back it reads."""
