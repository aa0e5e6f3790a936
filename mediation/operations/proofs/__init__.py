"""What the log of a case makes, and how the tables, numbers and seals agree with it."""
