"""Which codings a saved view asks for: those that lie in its passages and count as their code or stand below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.services.access import Access
from intercoder.services.coding_rows import CodedLayer, LayerCodings
from intercoder.services.mapping import Mapped
from intercoder.services.passage_queries import chosen
from intercoder.services.passage_views import wanted
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis


@dataclass(frozen=True)
class WithinView:
    """The passages of a view, by text and code; one coder's codings alone where the view asks for a coder."""

    mapped: Mapped
    spans: Mapping[tuple[str, str], Sequence[tuple[int, int]]]
    texts: frozenset[str]
    coder: str | None

    def may_hold(self, layer: CodedLayer) -> bool:
        """Whether a layer can hold any."""
        return str(layer.revision_id) in self.texts and self.coder in {None, str(layer.coder_id)}

    def narrowed(self, coded: LayerCodings) -> LayerCodings:
        """Return the codings of such a layer that are among them."""
        rows = [row for row in coded.rows if self._holds(coded, *row[1:5])]
        return coded._replace(rows=rows)

    def _holds(self, coded: LayerCodings, key: str, code: str, start: int, end: int) -> bool:
        at, counts = str(coded.layer.revision_id), coded.counts(code, key).code.id
        above = self.mapped.tree.path(counts) if counts in self.mapped.tree.parents else ()
        return any(first < end and start < last for one in above for first, last in self.spans.get((at, one), ()))


def within_view(session: Session, access: Access, view: UUID | None) -> WithinView | None:
    """Return the codings that a view asks for, of any coder; None where no view is named."""
    asked = wanted(session, access, view)
    if asked is None:
        return None
    study = study_passages(session, access, Basis.CODERS)
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in chosen(session, access, study, asked):
        spans.setdefault((row.revision, row.code), []).append((row.start, row.end))
    return WithinView(study.mapped, spans, frozenset(text for text, _ in spans), asked.coder)
