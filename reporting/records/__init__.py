"""What happened, for people and machines to read: the call log, a bureau's history, the audit log, `/metrics`.

This folder only reads.
"""
