"""Cases: opened, carried through events, written down, looked at."""
