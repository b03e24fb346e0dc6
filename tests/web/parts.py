"""The parts of the test of blindness."""

import enum


class Part(enum.Enum):
    """One of the ways in which Ai looks at everything: see ``what_ai_sees.Ai.look``."""

    READS = enum.auto()
    NAMES = enum.auto()
    FRESH_WRITES = enum.auto()
    DAY = enum.auto()
    QUERIES = enum.auto()
