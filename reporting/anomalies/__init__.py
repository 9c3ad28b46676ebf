"""What is strange about a tally: the statistics, the rules, the norms of a department, raising flags and listing them.

A flag never changes a figure. Who resolves it is decided in `db.decisions` and shown by the intranet.
"""
