"""Files that people bring: what they are by their bytes, and what speaks against them."""
