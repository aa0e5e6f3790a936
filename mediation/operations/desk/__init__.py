"""The desk of an officer: signing in, today's work, drafts, what is looked at and attached."""
