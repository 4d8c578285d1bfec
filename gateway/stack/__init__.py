"""The embedded stack: everything on one machine, under supervisord, from one command."""
