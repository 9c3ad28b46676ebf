"""What is printed: the blank form that a bureau fills in, and the minutes of the count that a commission signs."""
