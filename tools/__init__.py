"""What developers run by hand: generators of maps, models and documents.

The product imports nothing from here.
"""
