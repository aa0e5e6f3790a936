"""Figures and endurance: what the project promises, measured and tried."""
