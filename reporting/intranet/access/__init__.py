"""Who may log in and see what: accounts, log-in, second factors, rights by role, limits on failed log-ins.

The only pages here are those of logging in.
"""
