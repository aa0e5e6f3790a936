"""The procedures: read from files, refused whole if not understood, composed, kept by hash."""
