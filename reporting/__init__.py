"""What came in, as it is watched, checked and published: totals, flags."""
