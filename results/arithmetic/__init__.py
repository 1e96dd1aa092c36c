"""From counted integers to figures. No database, no Django."""
