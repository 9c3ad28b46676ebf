"""Results in files to take away: CSV, XLSX, JSON and the report of NIST SP 1500-100, with the commands that write them.

One writer for each format. What may be read, and by whom, the caller decides.
"""
