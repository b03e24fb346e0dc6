"""Files of other programs, in and out: plain dataclasses and text. No database, no web, no statistics."""
