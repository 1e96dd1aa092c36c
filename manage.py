#!/usr/bin/env python
"""Django's command line: `manage.py help` lists what there is."""

import os
import signal
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        # It starts the servers that the settings ask for, so it comes before any settings.
        # Until it listens itself, Ctrl-C ends it without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        from config.management.commands.run import Command

        Command().run_from_argv(sys.argv)
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
