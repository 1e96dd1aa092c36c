"""Cells → releases: what of the counted becomes public, and who publishes it."""
