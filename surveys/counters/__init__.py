"""What stands at a counter: its code, posters, printed forms, one-time tickets."""
