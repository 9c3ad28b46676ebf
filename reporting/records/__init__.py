"""The records of the evening, for people and machines: the call log, a bureau's history, the audit log, `/metrics`.

This folder only reads.
"""
