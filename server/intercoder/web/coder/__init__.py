"""Pages of a coder: the coding page."""
