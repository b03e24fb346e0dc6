"""Passages that examples quote: checked when they are named, their words read from the text."""

from uuid import uuid4

import pytest

from cast import TEXTS, Cast
from intercoder.errors import InvalidInput
from intercoder.models import Passage
from intercoder.services.codebook import CodeChange
from intercoder.services.quoting import places_of, quotations
from services.lead_codes import change, entry, passage

pytestmark = pytest.mark.sqlite


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
