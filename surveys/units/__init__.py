"""The map of units: its files, its trees by day, finding a unit by name."""
