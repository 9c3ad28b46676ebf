"""The schema, migrations and transactions, and what is stored of the register, PINs, calls, tallies, decisions and the audit.

Functions of `reporting/` write the tables of their own subject, such as statements, validations and flags. They do so inside a
`WriteTransaction`.
"""
