"""The door for people: pages that call operations; no rule lives here."""
