"""Kinds and states of the objects of a theory."""

import enum


class ElementKind(enum.StrEnum):
    """What an element is in the model; its shape in the figure."""

    FORCE = "force"  #: what drives
    MODE = "mode"  #: a way in which it is done: a construct of the data structure, as a rule
    MODERATOR = "moderator"  #: what makes a relation stronger or weaker
    MECHANISM = "mechanism"  #: what lies between a cause and what comes of it
    OUTCOME = "outcome"
    CONTEXT = "context"


class RelationSort(enum.StrEnum):
    """How one thing is related to another. Those of the paradigm of Strauss & Corbin are among them."""

    CAUSES = "causes"
    LEADS_TO = "leads_to"  #: a consequence
    CONDITIONS = "conditions"  #: makes it possible
    INTERVENES = "intervenes"  #: an intervening condition: eases or hinders it
    CONTEXT_OF = "context_of"
    ACTS_ON = "acts_on"  #: an action that answers to it
    PART_OF = "part_of"
    MODERATES = "moderates"
    CONTRADICTS = "contradicts"
    OWN = "own"  #: a type that the project added


class Sign(enum.StrEnum):
    """Whether more of the one goes with more or with less of the other."""

    NONE = "none"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class Stroke(enum.StrEnum):
    """How the line of a type of relation is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Stance(enum.StrEnum):
    """What a passage says of a relation."""

    FOR = "for"
    AGAINST = "against"


class Backing(enum.StrEnum):
    """What stands behind a passage: whether coders agreed on it."""

    AGREED = "agreed"  #: every coder of the document has it
    RULED = "ruled"  #: it stands by a ruling
    OPEN = "open"  #: coders differ at its place, and no ruling holds


class Succession(enum.StrEnum):
    """In which order two passages of one text follow one another."""

    BEFORE = "before"
    AFTER = "after"
