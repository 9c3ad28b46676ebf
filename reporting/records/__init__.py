"""What happened, as people and machines read it later: the call log, a bureau's history, the audit log, `/metrics`.

Reads only.
"""
