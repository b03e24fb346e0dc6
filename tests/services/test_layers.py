"""Reading layers: until a round closes nobody but their coder sees them, and only what was submitted counts."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.errors import NotFound
from intercoder.models import AssignmentState
from intercoder.policy import Permission
from intercoder.services import layers, submitted
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


def own(cast: Cast, person: str, round_id: UUID) -> list[layers.OwnDocument]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW, "round", round_id)
        return layers.own_documents(session, access)


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
        assert layers.own_assignments(session, cast.people["ai"].id) == []


@pytest.mark.sqlite
def test_what_was_begun_comes_before_what_was_not_and_after_a_document_comes_what_follows_it(cast: Cast) -> None:
    titles = ("访谈一", "年报节选", "Partner interview")
    round_id = cast.round(documents=titles)
    first, second, third = (cast.documents[t] for t in titles)

    def following(after: UUID | None = None) -> UUID | None:
        chosen = layers.next_to_code(own(cast, "ai", round_id), after)
        return chosen.document_id if chosen else None

    assert following() == first
    cast.code("ai", round_id, "年报节选", "c2", "与两所高校签订合作协议")
    assert following() == second
    assert following(second) == third
    assert following(third) == first
    cast.submit("ai", round_id, *titles)
    assert (following(), following(second)) == (None, None)
    assert [a.state for a in own(cast, "bo", round_id)] == [AssignmentState.ASSIGNED] * 3


@pytest.mark.sqlite
def test_of_several_that_were_begun_the_one_coded_last_comes_first(cast: Cast) -> None:
    round_id = cast.round(documents=("访谈一", "年报节选"))
    for title, code, quote in (("访谈一", "l1", "旧机器"), ("年报节选", "c2", "与两所高校签订合作协议")):
        cast.code("ai", round_id, title, code, quote)
    cast.code("bo", round_id, "访谈一", "l1", "旧机器")
    mine = own(cast, "ai", round_id)
    with cast.database.reading() as session:
        worked = layers.last_worked(session, mine)
        place = layers.beside_codings(session, mine[1].id).worked
        nothing = layers.beside_codings(session, own(cast, "bo", round_id)[1].id).worked
    assert set(worked) == {a.id for a in mine}
    assert place is not None
    assert place.at == worked[mine[1].id]
    assert nothing is None
    assert layers.next_to_code(mine, worked=worked) == mine[1]
    assert layers.next_to_code(mine) == mine[0]
