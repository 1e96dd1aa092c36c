"""Sheets that officials take away: asked for, made by a worker, kept a day."""
