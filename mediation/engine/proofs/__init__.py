"""Proves what `mediation check` promises of a workflow, or shows the way to the fault."""
