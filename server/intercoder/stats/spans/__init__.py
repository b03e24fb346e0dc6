"""Free spans: who marked which stretch of which text with which code, and how far the coders agree on it."""
