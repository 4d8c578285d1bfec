"""The node kinds, one declaration each, one module a family."""
