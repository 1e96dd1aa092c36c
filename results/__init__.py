"""What the public sees: figures counted from responses, releases and pages."""
