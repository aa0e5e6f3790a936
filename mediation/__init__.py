"""A workflow engine for people's mediation: from the desk that hears of a dispute to the archive."""
