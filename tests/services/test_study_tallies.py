"""What a tally counts: passages, documents, cases, and how many of them are of primary sources."""

import pytest

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Tally, Thin
from model_study import ModelStudy

pytestmark = pytest.mark.sqlite


def test_a_tally_of_some_passages_counts_each_document_and_case_once(model: ModelStudy) -> None:
    with model.cast.database.reading() as session:
        study = study_passages(session, model.cast.access(session, "lena", Permission.CODINGS_VIEW))
    (construct, *_) = study.codes(Level.CONSTRUCT)
    rows = study.of(construct.id)
    documents = {row.document for row in rows}
    sources = [study.sources[document] for document in documents]
    tally = study.tally(rows)
    assert (tally.passages, tally.documents) == (len(rows), len(documents))
    assert tally.cases == len({source.case_id for source in sources})
    assert tally.primary_documents == sum(source.primary for source in sources)
    assert tally.primary + tally.secondary == tally.passages
    assert 0 < tally.primary < tally.passages, "the study has sources of both kinds"
    assert study.tally([*rows, *rows]).documents == tally.documents
    assert study.tally([]) == Tally()
    # What stands below a code is a part of it.
    assert sum(len(study.of(theme.id)) for theme in study.below(construct.id)) >= len(rows)


def test_what_rests_on_one_document_one_case_or_secondary_sources_says_so() -> None:
    assert Tally(3, 1, 1, 3, 1).thin(9) == [Thin.ONE_DOCUMENT]
    assert Tally(3, 2, 1, 2, 1).thin(9) == [Thin.ONE_CASE]
    assert Tally(3, 2, 1, 2, 1).thin(1) == [], "a study of one case"
    assert Tally(5, 4, 3, 0, 0).thin(9) == [Thin.SECONDARY]
    assert Tally(1, 1, 1, 0, 0).thin(9) == [Thin.ONE_DOCUMENT, Thin.SECONDARY]
    assert Tally(5, 4, 3, 1, 1).thin(9) == []
    assert Tally().thin(9) == []
