"""What a study has found, read once: its passages, how its materials are described, and its tables by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.language import gettext
from intercoder.models import Described
from intercoder.reports.theory.citing import kind_word
from intercoder.reports.theory.related import selective_table, typical
from intercoder.reports.theory.tables import (
    PaperTable,
    Quoting,
    axial_table,
    case_table,
    evidence_table,
    open_table,
    quoting,
    source_table,
)
from intercoder.services import passage_views
from intercoder.services.access import Access
from intercoder.services.matrices import kind_id, kinds
from intercoder.services.passage_queries import narrowed
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis, StudyPassages

#: what a table is called -> its title, in the order of a paper
TABLES: Mapping[str, Callable[[], str]] = {
    "cases": lambda: gettext("Cases and materials"),
    "sources": lambda: gettext("Sources"),
    "open_coding": lambda: gettext("Open coding"),
    "axial_coding": lambda: gettext("Axial coding"),
    "selective_coding": lambda: gettext("Selective coding"),
    "evidence": lambda: gettext("Evidence"),
}


@dataclass(frozen=True)
class Found:
    """The passages of a study and how its materials are described."""

    session: Session
    access: Access
    study: StudyPassages
    described: Described

    def quoting(self, *, whole: bool = False) -> Quoting:
        """Read the words that the tables print; ``whole``: of open coding every label's."""
        stars = typical(self.session, self.access, self.study, self.described)
        return quoting(self.session, self.study, self.described, stars, whole=whole)

    def selective(self) -> PaperTable:
        """Return the table of selective coding."""
        return selective_table(self.session, self.access, self.study, self.described)

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """The types of sources that there are: what names each in an address, and what it is called."""
        own = [source.name for source in self.described.sources]
        return [(kind_id(kind), kind_word(kind)) for kind in kinds(self.study, own)]


def found(session: Session, access: Access, basis: Basis = Basis.CONSENSUS, view: UUID | None = None) -> Found:
    """Return what a study has found as a person may see it; ``view``: of the passages alone that a view asks for."""
    study = study_passages(session, access, basis)
    wanted = passage_views.wanted(session, access, view)
    if wanted is not None:
        study = narrowed(session, access, study, wanted)
    return Found(session, access, study, access.project.described)


def table_called(read: Found, name: str, *, whole: bool = False, construct: str | None = None) -> PaperTable:
    """Return the table of a name; ``whole``: of open coding all labels, ``construct``: of evidence that one alone."""
    match name:
        case "cases":
            return case_table(read.study, read.described)
        case "sources":
            return source_table(read.study, read.described)
        case "axial_coding":
            return axial_table(read.study)
        case "open_coding":
            return open_table(read.quoting(whole=whole), whole=whole)
        case "selective_coding":
            return read.selective()
        case _:
            return evidence_table(read.quoting(), construct)
