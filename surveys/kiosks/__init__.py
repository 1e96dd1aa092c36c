"""Shared tablets: the app, pairing, their sign of life, rescuing a queue."""
