"""Counting what has come in: totals at three levels, the pace of the evening, the bureaux that are missing.

This folder only reads. Other folders decide what a figure means, whether it is right and who may see it.
"""
