"""Faults staged on a private copy of the whole site: `manage.py stage_faults`, `stage_rush`."""
