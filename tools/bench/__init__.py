"""Benchmarks: each compares two ways to do one thing, in one run, on equal data. `make bench` runs them."""
