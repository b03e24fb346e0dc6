"""Pages of an adjudicator: the queue and the card."""

from intercoder.web.adjudicator import adjudication
from intercoder.web.adjudicator.blueprint import blueprint

__all__ = ["adjudication", "blueprint"]
