"""What is printed: the blank form that a bureau fills in, and the recensement that a commission signs."""
