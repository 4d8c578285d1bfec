"""Envoy's configuration as plain data, one module a subject."""
