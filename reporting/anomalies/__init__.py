"""What is strange about a tally: the statistics, the rules, the norms of a department, raising flags and listing them.

A flag never changes a figure. `db.decisions` holds who resolves it, and the intranet shows that.
"""
