"""The pages of the intranet: one file a page, or a group of pages about one thing.

A page reads the form, asks a function of the folders below, and renders a template. A rule about figures stands below, a right
in `access.rights`, a sentence in `catalogues`.
"""
