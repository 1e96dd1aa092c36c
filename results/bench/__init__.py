"""The benchmark behind docs/performance.md. `manage.py bench` runs it; nothing else imports it."""
