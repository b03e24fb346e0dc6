"""A study as a sequence of events, and the figures of saturation that can be read from it at any moment."""
