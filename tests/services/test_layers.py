"""Reading layers: until a round closes nobody but their coder sees them, and only what was submitted counts."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import NotFound
from intercoder.policy import Permission
from intercoder.services import layers, own_documents, submitted
from intercoder.services.mapping import mapping


def test_codings_of_an_open_round_are_seen_by_their_coder_only(cast: Cast) -> None:
    round_id = cast.coded_round()
    with cast.database.reading() as session:

        def seen(person: str) -> set[UUID]:
            access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
            return {c.coder_id for c in layers.codings(session, access).rows}

        assert seen("ai") == {cast.people["ai"].id}
        assert seen("bo") == {cast.people["bo"].id}
        assert seen("lena") == seen("olga") == seen("ada") == set()
    cast.close(round_id)
    with cast.database.reading() as session:
        everybody = {cast.people["ai"].id, cast.people["bo"].id}
        assert seen("ai") == seen("lena") == seen("ada") == everybody


@pytest.mark.sqlite
def test_after_closing_what_was_not_submitted_is_seen_by_its_coder_only_and_counts_for_nobody(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    for person in ("ai", "bo"):
        cast.code(person, round_id, "访谈一", "l1", "旧机器")
    cast.submit("ai", round_id, "访谈一")
    cast.close(round_id, unfinished=True)
    ai, bo = cast.people["ai"].id, cast.people["bo"].id
    with cast.database.reading() as session:
        for person, coders in (("bo", {ai, bo}), ("ai", {ai}), ("lena", {ai}), ("ada", {ai})):
            access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
            assert {coding.coder_id for coding in layers.codings(session, access).rows} == coders, person
        (layer,) = submitted.submitted_layers(session, [round_id], mapping(session, cast.project))
        assert {coder: len(codings) for coder, codings in layer.codings.items()} == {ai: 1}


@pytest.mark.sqlite
def test_whoever_finished_a_document_without_a_coding_has_a_layer_all_the_same(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",))
    cast.submit("ai", round_id, "访谈一")
    with cast.database.reading() as session:
        (layer,) = submitted.submitted_layers(session, [round_id], mapping(session, cast.project))
    assert layer.codings == {cast.people["ai"].id: []}


@pytest.mark.sqlite
def test_a_coder_has_no_assignment_where_only_another_codes(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一",), coders=("bo",))
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.CODINGS_VIEW, "round", round_id)
        with pytest.raises(NotFound):
            layers.own_assignment(session, access, cast.documents["访谈一"])
        assert own_documents.own_assignments(session, cast.people["ai"].id) == []
