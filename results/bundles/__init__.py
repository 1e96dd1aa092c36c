"""Releases frozen for good: what was published, signed, so that anyone can recompute it."""
