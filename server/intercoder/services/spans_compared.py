"""How far coders agree on free spans: from the layers that a report compares to the sections about spans."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Revision, Unit
from intercoder.services.gathering import Comparison
from intercoder.services.span_sections import Spans
from intercoder.stats.agreement.results import AgreementReport

if TYPE_CHECKING:
    from intercoder.stats.agreement.results import Remedy
    from intercoder.stats.changed import Changes
    from intercoder.stats.spans import continuum


@dataclass(frozen=True)
class SpanLayers:
    """The layers of one document: how long it is, and the spans of each coder who finished it, as (start, end, code)."""

    document: str
    length: int
    spans: Mapping[str, Sequence[tuple[int, int, str]]]


@dataclass(frozen=True)
class ComparedSpans:
    """The layers of a report of a round by free span, with the codes as the report has them, before any number is computed."""

    documents: Sequence[SpanLayers]
    codes: Sequence[str]
    #: (document, coder) of the layers whose coder could have seen others' work
    dependent: Collection[tuple[str, str]]


def gather(session: Session, comparison: Comparison) -> ComparedSpans | None:
    """Return the spans of the layers that a report compares; None where the unit of the round is another: it has no free spans."""
    if comparison.round.unit is not Unit.SPAN:
        return None
    revisions = [layer.revision_id for layer in comparison.layers]
    rows = session.execute(sa.select(Revision.id, Revision.length).where(Revision.id.in_(revisions)))
    lengths: dict[UUID, int] = {revision: length for revision, length in rows}
    return ComparedSpans(
        [
            SpanLayers(
                str(layer.document_id),
                lengths[layer.revision_id],
                {str(coder): comparison.spans[layer.document_id][coder] for coder in layer.coders},
            )
            for layer in comparison.layers
        ],
        [code.id for code in comparison.codes],
        {(str(document), str(coder)) for (document, coder), seen in comparison.seen.items() if seen is not None},
    )


def compute(compared: ComparedSpans, *, resamples: int, seed: int) -> Spans:
    """Return what is said about the spans. Slow on purpose, and needs no database."""
    from intercoder.stats.spans.digest import digest
    from intercoder.stats.spans.report import span_overall, span_report  # numpy only when a report needs it

    report = span_report(_spans(compared), resamples=resamples, seed=seed)
    alone = _spans(compared, independent=True) if compared.dependent else None
    told = None
    if alone is not None and bool((alone.per_document >= 2).any()):
        told = span_overall(alone, resamples=resamples, seed=seed)
    return Spans(*digest(report, told))


def compute_remedies(compared: ComparedSpans, told: Spans) -> "tuple[Remedy, ...]":
    """Return what would raise the headline of a report by free span, from its layers and what it says of them."""
    from intercoder.stats.spans.remedies import span_remedies

    without = [(row.coder, row.value.value, row.delta) for row in told.tables.left_out]
    return span_remedies(_spans(compared), without)


def compute_changes(first: ComparedSpans, second: ComparedSpans, *, resamples: int, seed: int) -> "Changes":
    """Return how much agreement on spans changed from one report to another. Slow on purpose, and needs no database."""
    from intercoder.stats.spans.paired import span_changes

    return span_changes(_spans(first), _spans(second), resamples=resamples, seed=seed)


def _spans(compared: ComparedSpans, *, independent: bool = False) -> "continuum.Spans":
    from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans

    made = []
    for document in compared.documents:
        layers = {
            coder: spans
            for coder, spans in document.spans.items()
            if not (independent and (document.document, coder) in compared.dependent)
        }
        spans = [Span(coder, code, start, end) for coder, of_coder in layers.items() for start, end, code in of_coder]
        made.append(DocumentSpans(document.document, document.length, list(layers), spans))
    return Spans.of(made, compared.codes)


def without_units(compared: Spans) -> AgreementReport:
    """Return what a report by free span has of what reports by unit have: who, which documents, which codes, and no figure."""
    whole = compared.whole
    return AgreementReport(
        coders=whole.coders,
        documents=whole.documents,
        codes=compared.cells.codes,
        compared_documents=whole.compared_documents,
        resamples=whole.resamples,
        seed=whole.seed,
        overall={},
        by_code=(),
        by_pair=(),
        by_code_and_pair=(),
        by_document=(),
        left_out=(),
        confusions=(),
        paradox=False,
    )
