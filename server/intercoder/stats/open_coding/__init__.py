"""Private codes of open coding: which belong together, and how far coders agree then."""
