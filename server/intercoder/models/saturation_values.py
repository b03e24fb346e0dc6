"""What is kept of judging saturation, as one value of a row."""

from dataclasses import dataclass

from intercoder.models.saturation_states import Power, StoppingRule


@dataclass(frozen=True)
class Stopping:
    """A stopping rule with its parameters; those of other rules are not used."""

    rule: StoppingRule
    #: Guest, Namey & Chen 2020: documents of the base, length of the run, share of the base
    base: int = 4
    run: int = 2
    threshold: float = 0.05
    #: Francis et al. 2010: initial sample; documents without news, also of Hennink et al. and Constantinou et al. 2017
    initial: int = 10
    stop: int = 3


@dataclass(frozen=True)
class DeclaredFigures:
    """What was known when saturation was declared; None where it cannot be said."""

    #: documents, and units (documents or cases) that counted; codes of the level among them
    documents: int
    units: int
    codes: int
    #: units that hold a code found nowhere else
    with_unique: int
    coverage: float | None
    expected_news: float | None
    least: float | None
    #: places that waited for a ruling
    open_places: int


@dataclass(frozen=True)
class PowerSaid:
    """What is said of one dimension of information power, and why."""

    power: Power
    words: str


@dataclass(frozen=True)
class PowerOfSample:
    """The five dimensions of information power (Malterud, Siersma & Guassora 2016)."""

    #: narrow or broad
    aim: PowerSaid
    #: participants who know much of the question, or little
    specificity: PowerSaid
    #: whether established theory is used
    theory: PowerSaid
    #: strong or weak
    dialogue: PowerSaid
    #: of cases, or across them
    analysis: PowerSaid
