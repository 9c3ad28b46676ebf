"""Benchmarks: run by hand (`make bench`), never timed as tests. Each prints a ratio against a baseline of the same run."""
