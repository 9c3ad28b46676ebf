"""Plain modules that tests and benchmarks import: made-up elections, a line in this process, servers, clients, printed papers.

No fixture stands here (those are in `tests/fixtures`), and no test.
"""
