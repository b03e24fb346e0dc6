"""Codings as rows: of compared rounds only, under today's mapping, in the order of the texts."""

from uuid import UUID

from cast import TEXTS, Cast
from intercoder.policy import Permission
from intercoder.services import coding_rows, remapping, rounds
from intercoder.services.coding_rows import CodingRow
from intercoder.services.mapping import mapping
from intercoder.services.remapping import MergeIn


def rows_of(cast: Cast, person: str, round_id: UUID | None = None) -> list[CodingRow]:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.CODINGS_VIEW)
        layers = coding_rows.coded_layers(session, access, round_id)
        return list(coding_rows.coding_rows(session, access, mapping(session, cast.project), layers))


def test_rows_are_where_their_words_are(cast: Cast) -> None:
    made = cast.coded_round()
    assert [rows_of(cast, person) for person in ("lena", "ai")] == [[], []]
    cast.close(made)
    rows = rows_of(cast, "olga")
    assert [row.layer.coder for row in rows] == ["Ai"] * 3 + ["Bo"] * 4
    assert all(TEXTS["访谈一"][row.start : row.end] == row.text for row in rows)
    assert all(TEXTS["访谈一"].split("\n")[row.paragraph - 1].find(row.text) >= 0 for row in rows)
    around = [row.before + row.text + row.after for row in rows]
    assert all(text in TEXTS["访谈一"] and "\n" not in text for text in around)


def test_a_merged_code_counts_as_what_it_became_and_is_told_as_applied(cast: Cast) -> None:
    cast.compared_round()
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"]))
    merged = [row for row in rows_of(cast, "lena") if row.code.id != row.applied.id]
    assert {(row.code.id, row.applied.id) for row in merged} == {(str(cast.codes["l2"]), str(cast.codes["l3"]))}


def test_coders_keep_their_place_when_others_come(cast: Cast) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODINGS_VIEW)
        before = list(coding_rows.coders_in_order(session, access).values())
        layer = coding_rows.coded_layers(session, access)[0]
        assert coding_rows.text_of_layers(session, [layer]) == TEXTS["访谈一"]
    assert sorted(before) == ["Ai", "Bo"]
    second = cast.two_documents()
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", second) as (session, access):
        rounds.reopen_round(session, access)
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.CODINGS_VIEW)
        assert list(coding_rows.coders_in_order(session, access).values()) == before
