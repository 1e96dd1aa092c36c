"""What a citizen meets and sends: the form, its pages, and what both doors ask of a sheet."""
