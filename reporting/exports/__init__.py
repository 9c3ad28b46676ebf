"""Results in files to take away: CSV, XLSX, JSON and the report of NIST SP 1500-100, with the commands that write them.

One writer for each format (that of CSV stands in `db`), and the datasets that the intranet and the API show. The caller decides
what may be read, and gives it with a `ReadContext`. Nothing here knows a request, a session or an account.
"""
