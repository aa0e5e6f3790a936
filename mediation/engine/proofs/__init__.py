"""Proves of a composed workflow what `mediation check` promises, or shows the way to the fault."""
