"""Many sheets at once: from files, and made up for a simulated campaign."""
