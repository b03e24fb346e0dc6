"""States and kinds of the judgement of saturation."""

import enum


class SaturationKind(enum.StrEnum):
    """Which kind of saturation somebody declares (杨莉萍、亓立东、张博 2022; Saunders et al. 2018)."""

    DATA = "data"  #: what people say repeats itself
    CODES = "codes"  #: no new codes or themes
    MEANING = "meaning"  #: nothing new is said of the codes there are
    THEORETICAL = "theoretical"  #: the categories and their relations are developed


class StoppingRule(enum.StrEnum):
    """A rule of the literature by which news has become rare."""

    GUEST2020 = "guest2020"
    FRANCIS2010 = "francis2010"
    WELLER2018 = "weller2018"
    HENNINK2017 = "hennink2017"  #: no new codes, and nothing new of those there are: code and meaning saturation
    CONSTANTINOU2017 = "constantinou2017"  #: news ends in other orders too


class WithdrawalCause(enum.StrEnum):
    """Why a declaration of saturation no longer stands."""

    NEW_CODES = "new_codes"  #: something came that was not among what was declared
    NEW_RELATIONS = "new_relations"  #: a passage shows a relation that was not among what was declared
    NEW_PROPERTIES = "new_properties"  #: a passage shows a property of a category that was not
    NEW_DIMENSIONS = "new_dimensions"  #: a passage lies on a part of a dimension on which none did
    RULE_NOT_MET = "rule_not_met"  #: the rule that it rested on is no longer met
    BY_HAND = "by_hand"  #: a lead took it back


class SamplingUnit(enum.StrEnum):
    """What arrives one after another and holds codes, and what is put aside for a hold-out test."""

    DOCUMENT = "document"
    CASE = "case"  #: with the codes of all its documents, at the place of the first; a document without a case stands for itself


class Power(enum.StrEnum):
    """How much a dimension adds to the information power of a sample (Malterud, Siersma & Guassora 2016)."""

    HIGH = "high"  #: fewer participants suffice
    MIDDLE = "middle"
    LOW = "low"  #: more are needed


class ReserveState(enum.StrEnum):
    """Whether what was put aside is still hidden."""

    HIDDEN = "hidden"
    REPLACED = "replaced"  #: another reservation took its place before it was opened
    OPENED = "opened"  #: it can be given out, and coded last
