"""Pages of an adjudicator: the queue and the card."""
