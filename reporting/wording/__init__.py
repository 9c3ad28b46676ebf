"""Numbers, times and sentences in the reader's language, for every page and paper.

Each kind of page keeps its own catalogue; only what all of them share stands here.
"""
