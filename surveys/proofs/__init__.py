"""The daily proof that every answer can be given, and which options are ever chosen."""
