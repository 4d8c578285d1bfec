"""The pure core: what a logic flow means, its checks, its rendering to Python and the safety policy.

Nothing here opens a file of the user's, a socket or a database, and nothing imports Qlib: every result is a function of
its arguments.
"""
