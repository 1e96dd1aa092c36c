"""What pages, API and files read: released rows as figures."""
