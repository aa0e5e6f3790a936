"""What residents may do without an account, and what becomes of it at the desk."""
