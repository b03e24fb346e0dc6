"""Which document a coder turns to next."""

from collections.abc import Sequence
from typing import Any


def next_to_code(assignments: Sequence[Any], after: object = None) -> Any:
    """Return what was begun and not submitted, else the first not begun; None when all is submitted.

    ``assignments`` of one coder in working order. With ``after`` (a document) what follows it comes first.
    """
    at = next((i + 1 for i, a in enumerate(assignments) if a.document_id == after), 0)
    ordered = [*assignments[at:], *assignments[:at]]
    if after is None:
        ordered.sort(key=lambda a: a.state != "in_progress")
    return next((a for a in ordered if a.state != "submitted" and a.document_id != after), None)
