"""Benchmarks: each figure a median beside something measured in the same run. ``make bench`` runs them."""
