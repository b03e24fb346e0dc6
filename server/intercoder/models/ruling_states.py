"""States and kinds of rulings."""

import enum


class DrawnFrom(enum.StrEnum):
    """Which places of a round are drawn to be ruled on by two."""

    OPEN = "open"  #: nobody has ruled there: two rulings are to come
    RULED = "ruled"  #: a check: the ruling in force is the first, one is to come


class TwiceState(enum.StrEnum):
    """The life of a place that was drawn to be ruled on by two."""

    WAITS = "waits"  #: not both have ruled
    AGREED = "agreed"  #: both let the same stand, which holds
    DIFFERED = "differed"  #: they do not: a third or a talk decides
    ENDED = "ended"  #: the draw was ended before both had ruled


class RulingTag(enum.StrEnum):
    """Why coders differed at a place, as whoever ruled on it says."""

    AMBIGUOUS = "ambiguous"  #: the text can be read in several ways
    DEFINITION = "definition"  #: the codebook does not say
    BOUNDARY = "boundary_rule"  #: nothing says where a coding begins and ends
    SLIP = "slip"  #: a coder overlooked or mistook something
    BOTH_STAND = "both_stand"  #: two meanings, and both stand
    OTHER = "other_reason"


class LessonRule(enum.StrEnum):
    """What the words that a ruling taught say of a code."""

    INCLUDE = "include"  #: when it applies
    EXCLUDE = "exclude"  #: when it does not


class LessonQuote(enum.StrEnum):
    """What the passage that was ruled on is to a code."""

    EXAMPLE = "example"
    NEAR_MISS = "near_miss"


class LessonState(enum.StrEnum):
    """The life of what a ruling taught."""

    WAITING = "waiting"
    ACCEPTED = "accepted"  #: it is in the draft of the codebook
    DECLINED = "declined"


class NormingState(enum.StrEnum):
    """The life of a norming room."""

    VOTING = "voting"  #: everybody votes blind
    REVEALED = "revealed"  #: the votes are seen, and talked over
    VOTING_AGAIN = "voting_again"  #: everybody votes blind once more
    REVEALED_AGAIN = "revealed_again"
    CLOSED = "closed"


class ThreadKind(enum.StrEnum):
    """What a talk about a place is."""

    TALK = "talk"
    CONTEST = "contest"  #: a coder says what speaks against the ruling


class ThreadState(enum.StrEnum):
    """The life of a talk about a place."""

    OPEN = "open"
    RESOLVED = "resolved"
