"""What is decided of codes is read on from an earlier reading, a document at a time."""

from uuid import UUID

import sqlalchemy as sa

from cast import Cast
from intercoder.models import Round
from intercoder.services.adjudication import Span
from intercoder.services.decided import Decided, decided_of
from intercoder.services.held_layers import layers_of
from intercoder.services.mapping import mapping
from services.anew import as_anew
from services.comparing import disagreements_of, rule
from services.test_moving import move


def decided(cast: Cast, before: Decided | None) -> Decided:
    with cast.database.reading() as session:
        rounds = session.scalars(sa.select(Round).order_by(Round.number)).all()
        layers = layers_of(session, rounds, mapping(session, cast.project), None)
        found = decided_of(session, rounds, layers, before)
        layers = layers_of(session, rounds, mapping(session, cast.project), layers)
        return found if before is None else decided_of(session, rounds, layers, before)


def test_a_ruling_is_read_of_its_document_alone(cast: Cast, compared_round: UUID) -> None:
    document = str(cast.documents["访谈一"])
    waiting = decided(cast, None)
    assert waiting.waiting[document]
    assert decided(cast, waiting).changed == frozenset()
    for place in disagreements_of(cast, compared_round):
        rule(cast, place, place.version, [], "not meant")
    ruled = decided(cast, waiting)
    assert (list(ruled.changed), ruled.waiting.get(document)) == ([document], None)
    code = next(iter(waiting.waiting[document]))
    assert code not in waiting.of(document, [code])
    assert ruled.of(document, [code]) == {code: code in ruled.standing.get(document, ())} | dict.fromkeys(
        ruled.standing.get(document, ()), True
    )


def test_of_two_documents_of_a_round_the_one_that_is_ruled_on_is_read_again(cast: Cast) -> None:
    made = cast.round(documents=("访谈一", "年报节选"))
    for coder, code in (("ai", "l2"), ("bo", "l3")):
        cast.code(coder, made, "访谈一", code, "没有信任什么都谈不了")
        cast.code(coder, made, "年报节选", code, "与两所高校签订合作协议")
        cast.submit(coder, made, "访谈一", "年报节选")
    cast.close(made)
    first, other = str(cast.documents["访谈一"]), str(cast.documents["年报节选"])
    waiting = decided(cast, None)
    assert waiting.waiting.keys() == {first, other}
    for place in disagreements_of(cast, made):
        if str(place.document_id) == first:
            rule(cast, place, place.version, [], "not meant")
    ruled = decided(cast, waiting)
    assert ruled.changed == {first}
    assert ruled.waiting == {other: waiting.waiting[other]}
    assert ruled.standing.get(other) is waiting.standing.get(other)


def test_a_code_that_stands_by_a_ruling_alone_is_lifted_to_where_it_is_moved(cast: Cast, compared_round: UUID) -> None:
    for place in disagreements_of(cast, compared_round):
        rule(cast, place, 1, [Span(code=cast.codes["c2"], start=place.start, end=place.end)], "seen by nobody")
    as_anew(cast)
    move(cast, cast.codes["t2"], cast.codes["c2"])
    as_anew(cast)
