"""Who may come in: accounts and log-in, second factors, rights by role, limits on failed log-ins.

No page of the intranet stands here, but for those of logging in.
"""
