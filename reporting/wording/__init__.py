"""Numbers, times and sentences in the reader's language, for every page and paper.

Each kind of page keeps its own catalogue. Only what they share is here.
"""
