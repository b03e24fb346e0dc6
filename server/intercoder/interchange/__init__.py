"""Files of other programs: what their rows say, as plain dataclasses. No database, no web, and no coefficient is computed."""
