"""The verbs: they take a session, know no Flask, and never commit."""
