"""The handbook: the living specification and the procedures, told for people to read."""
