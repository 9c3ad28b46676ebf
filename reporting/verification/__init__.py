"""From a phoned tally to an agreed one: statements of the count (*procès-verbaux*, PV) and their entries, scans, the comparison
of the channels, reconciliation, sign-off, and how far each department is.

Nothing here publishes, and nothing here draws a page.
"""
