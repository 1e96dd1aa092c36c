"""A campaign from its draft to its last day."""
