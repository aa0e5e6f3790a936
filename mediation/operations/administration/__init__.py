"""Administration: bodies, officers, seats and accounts, by those who manage them."""
