"""What every request to the intranet needs: its context, limits on requests at once, the choice between primary and copy,
rendering that lets the line go first, the process for long work.

No page and no right stands here.
"""
