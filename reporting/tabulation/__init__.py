"""Counting what has come in: totals at three levels, the pace of the evening, the bureaux that are missing.

Reads only. What a figure means, whether it is right and who may see it is decided elsewhere.
"""
