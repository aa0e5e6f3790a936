"""The demo: scenes played in a small world on fixed days."""
