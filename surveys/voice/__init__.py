"""Recorded voice: clips that speak the texts of an edition."""
