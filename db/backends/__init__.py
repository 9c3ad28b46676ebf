"""What differs between SQLite and PostgreSQL: one file each, behind one protocol (`base`).

Here live engines, their timeouts, how a transaction begins and ends, and the SQL that only one of the two understands. Nothing
outside this folder asks which database it talks to; no table, rule or figure of an election belongs in here.
"""
