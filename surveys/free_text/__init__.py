"""Comments: what is hidden in them before storage, and how officials read them."""
