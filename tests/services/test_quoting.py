"""Passages that examples quote: checked when they are named, their words read from the text."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.errors import InvalidInput
from intercoder.models import Code, Passage, Revision
from intercoder.policy import Permission
from intercoder.services import codebook, versions
from intercoder.services.codebook import CodeChange, Entry, NewCode
from intercoder.services.quoting import PassageIn, places_of, quotations

pytestmark = pytest.mark.sqlite


def create(cast: Cast, *codes: NewCode) -> list[Code]:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return codebook.create_codes(session, access, codes)


def change(cast: Cast, code: UUID, change: CodeChange) -> Code:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return codebook.change_code(session, access, code, None, change)


def retire(cast: Cast, code: UUID) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, code)


def publish(cast: Cast) -> UUID:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return versions.publish(session, access).id


def entry(cast: Cast, code: UUID) -> Entry:
    with cast.database.reading() as session:
        return next(e for e in codebook.draft(session, cast.project) if e.id == code)


def passage(cast: Cast, title: str, words: str) -> PassageIn:
    with cast.database.reading() as session:
        revision = session.scalars(sa.select(Revision.id).where(Revision.document_id == cast.documents[title])).one()
    start = TEXTS[title].index(words)
    return PassageIn(revision=revision, start=start, end=start + len(words))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("访谈一", "把旧机器都接上了网。😀后来𠮷野家也来找我们"),
        ("年报节选", "研发投入同比增长"),
        ("Partner interview", "Trust came before any contract."),
    ],
)
def test_an_example_quotes_a_passage_whose_words_are_read_from_the_text(cast: Cast, title: str, words: str) -> None:
    quoted = passage(cast, title, words)
    change(cast, cast.codes["c1"], CodeChange(example_at=quoted, near_miss_at=quoted))
    said = entry(cast, cast.codes["c1"])
    with cast.database.reading() as session:
        found = quotations(session, [said.example_at, said.near_miss_at, None])
        (place,) = places_of(session, cast.project, words)
    assert [(q.words, q.document_id, q.title) for q in found.values()] == [(words, cast.documents[title], title)]
    assert place == found[Passage(quoted.revision, quoted.start, quoted.end)]
    change(cast, cast.codes["c1"], CodeChange(example_at=None))
    assert (entry(cast, cast.codes["c1"]).example_at, entry(cast, cast.codes["c1"]).near_miss_at) == (
        None,
        place.passage,
    )


def test_a_passage_outside_the_text_or_the_project_is_refused(cast: Cast) -> None:
    quoted = passage(cast, "年报节选", "研发投入")
    length = len(TEXTS["年报节选"])
    for wrong, why in (
        (quoted.model_copy(update={"revision": uuid4()}), "not one of this project"),
        (quoted.model_copy(update={"end": length + 1}), "does not lie in its text"),
        (quoted.model_copy(update={"end": quoted.start}), "does not lie in its text"),
    ):
        with pytest.raises(InvalidInput, match=why):
            change(cast, cast.codes["c1"], CodeChange(example_at=wrong))
