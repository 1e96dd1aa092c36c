"""The public pages: what stands on them, their charts, HTTP around them."""
