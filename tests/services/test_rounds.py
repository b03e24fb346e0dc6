"""Lists of rounds: a part at a time, the latest of each project, and where a document is coded."""

from uuid import UUID

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import rounds
from intercoder.services.paging import Asked
from intercoder.services.rounds import NewRound, Pair


def test_rounds_come_a_part_at_a_time_latest_first(cast: Cast) -> None:
    for _ in range(7):
        cast.round(opened=False)
    with cast.database.reading() as session:
        first = rounds.page_of_rounds(session, cast.project, Asked(None, 3))
        second = rounds.page_of_rounds(session, cast.project, Asked(first.next, 3))
        last = rounds.page_of_rounds(session, cast.project, Asked(second.next, 3))
        assert [[r.number for r in page.rows] for page in (first, second, last)] == [[7, 6, 5], [4, 3, 2], [1]]
        assert (first.previous, last.next) == (None, None)


def test_the_latest_round_of_each_project_is_found_at_once(cast: Cast) -> None:
    cast.round(opened=False)
    latest = cast.round(opened=False)
    with cast.database.reading() as session:
        by_project = rounds.latest_rounds(session, [cast.project, cast.other_project])
        assert {project: r.id for project, r in by_project.items()} == {cast.project: latest}


def test_a_blind_coder_learns_of_own_documents_only_where_they_are_coded(cast: Cast) -> None:
    closed = cast.compared_round()
    first, second = cast.documents["访谈一"], cast.documents["年报节选"]
    with cast.database.transaction() as session:
        lead = cast.access(session, "lena", Permission.ROUND_MANAGE)
        ai, bo = cast.people["ai"].id, cast.people["bo"].id
        pairs = (Pair(document_id=first, coder_id=ai), Pair(document_id=second, coder_id=bo))
        made = rounds.create_round(session, lead, NewRound(name="Split", version_id=cast.version, pairs=pairs))
        rounds.open_round(session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made.id))
        opened = made.id

    def uses(person: str) -> dict[UUID, list[UUID]]:
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.ROUND_VIEW)
            by_document = rounds.visible_uses(session, access, [first, second])
            return {document: [r.id for r in used] for document, used in by_document.items()}

    assert uses("lena") == {first: [closed, opened], second: [opened]}
    assert uses("ai") == {first: [closed, opened]}
    assert uses("bo") == {first: [closed], second: [opened]}
