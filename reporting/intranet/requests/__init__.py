"""What every request to the intranet needs: its context, limits on requests at once, the choice between primary and copy,
rendering that lets the line go first, the process for long work.

This folder has no page and no right.
"""
