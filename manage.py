#!/usr/bin/env python
"""Django's command line: `manage.py help` lists what there is."""

import os
import signal
import sys
from importlib import import_module

# They start the servers that the settings ask for, so they come before any settings.
WITH_SERVERS = {"run", "stage_faults", "stage_rush"}

if __name__ == "__main__":
    if set(sys.argv[1:2]) & WITH_SERVERS:
        # Until it listens itself, Ctrl-C ends it without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        import_module(f"config.management.commands.{sys.argv[1]}").Command().run_from_argv(sys.argv)
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
