"""Codings as rows: of compared rounds only, under today's mapping, in the order of the texts."""

from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import TEXTS, Cast
from intercoder.models import Coding, Round
from intercoder.policy import Permission
from intercoder.services import coding_rows, remapping, rounds
from intercoder.services.coding_rows import CodingRow
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.targets import Target


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


@pytest.mark.parametrize("seed", range(4))
def test_rows_are_those_that_one_coding_after_the_other_gives(cast: Cast, seed: int) -> None:
    chance = Random(seed)
    for _ in range(2):
        _coded_at_random(cast, chance)
    _mapped_at_random(cast, chance)
    rows = rows_of(cast, "lena")
    with cast.database.reading() as session:
        assert [row[1:] for row in rows] == _one_by_one(session, mapping(session, cast.project))
    for made in {row.layer.round_number for row in rows}:
        assert [row for row in rows if row.layer.round_number == made] == rows_of(cast, "lena", _round(cast, made))


def _coded_at_random(cast: Cast, chance: Random) -> None:
    """Let two coders mark places of two texts, often the same, with codes that are merged and split later."""
    documents = ("访谈一", "Partner interview")
    made = cast.round(documents=documents)
    places = {name: [sorted(chance.sample(range(len(TEXTS[name])), 2)) for _ in range(5)] for name in documents}
    for coder in ("ai", "bo"):
        for name in documents:
            for start, end in chance.sample(places[name], chance.randint(0, 5)):
                for code in chance.sample(["l1", "l2", "l3", "c1"], 2):
                    memo = chance.choice(["", "=memo, “so”", "two\nlines"])
                    doubt = chance.randint(0, 3)
                    cast.code(coder, made, name, code, TEXTS[name][start:end], memo=memo, doubt=doubt)
            cast.submit(coder, made, name)
    cast.close(made)


def _mapped_at_random(cast: Cast, chance: Random) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.merge(session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l1"]))
    split, parts = cast.codes["l2"], [Target(name=f"part {n}") for n in range(2)]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.split(session, access, split, SplitIn(into=tuple(parts)))
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        into = mapping(session, cast.project).codes[str(split)].split
        of = session.execute(sa.select(Coding.coder_id, Coding.key).where(Coding.code_id == split)).all()
        put = [PassageIn(coder=coder, key=key, at=chance.choice(into)) for coder, key in of if chance.random() < 0.6]
        if put:
            remapping.put_passages(session, access, split, PassagesIn(passages=tuple(put)))


def _one_by_one(session: Session, mapped: Mapped) -> list[tuple[object, ...]]:
    """Return what the rows say of their codings, each looked up by itself."""
    rows = []
    for coding in session.scalars(sa.select(Coding)):
        of, text = coding.assignment, coding.assignment.revision.text
        counts = mapped.resolved(str(coding.code_id), str(coding.coder_id), str(coding.key))
        lines = text[: coding.start].split("\n")
        said = (
            coding.start,
            coding.end,
            sum(bool(line.strip()) for line in lines[:-1]) + 1,
            lines[-1][-coding_rows.CONTEXT :],
            text[coding.start : coding.end],
            text[coding.end : coding.end + coding_rows.CONTEXT].split("\n")[0],
            mapped.codes[counts.code],
            mapped.codes[str(coding.code_id)],
            counts.waits,
            coding.memo,
            coding.doubt,
            coding.typical,
            f"{coding.created_at:%Y-%m-%d %H:%M:%S}",
        )
        place = (of.document.position, of.round.number, of.coder.name, coding.start, coding.end, coding.key)
        rows.append((place, said))
    return [said for _, said in sorted(rows, key=lambda row: row[0])]


def _round(cast: Cast, number: int) -> UUID:
    with cast.database.reading() as session:
        return session.scalars(sa.select(Round.id).where(Round.number == number)).one()
