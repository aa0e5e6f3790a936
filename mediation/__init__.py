"""A workflow engine for people's mediation, from the desk to the archive."""
