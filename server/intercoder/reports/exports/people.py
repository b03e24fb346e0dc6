"""How coders are called in files: by name, or by a letter that is the same in every file of a project."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.language import gettext
from intercoder.reports.alignment import masks
from intercoder.reports.exports.kinds import Names
from intercoder.services.access import Access
from intercoder.services.coding_rows import coders_in_order
from intercoder.services.disagreement_rows import rulers_in_order


def called(session: Session, access: Access, names: Names) -> Mapping[UUID, str]:
    """Return what the coders of the compared rounds of a project are called."""
    people = coders_in_order(session, access)
    return people if names is Names.REAL else masks([*people])


def rulers_called(session: Session, access: Access) -> Mapping[UUID, str]:
    """Return what whoever ruled in a project is called where names are letters: by a number that is the same in every file."""
    return {one: gettext("Adjudicator {n}", n=n) for n, one in enumerate(rulers_in_order(session, access), 1)}


def called_in(session: Session, access: Access, coders: Mapping[str, str], names: Names) -> Mapping[str, str]:
    """Return what the coders of a report are called: by the names that it keeps, or by their letters of today."""
    if names is Names.REAL:
        return coders
    known = coders_in_order(session, access)
    # Of a report that no longer holds somebody may have no submitted work today.
    others = sorted({UUID(coder) for coder in coders} - known.keys())
    letters = masks([*known, *others])
    return {coder: letters[UUID(coder)] for coder in coders}
