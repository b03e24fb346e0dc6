"""Passages come with their words and the paragraph that they begin in, in the order in which they were asked for."""

import pytest

from cast import TEXTS, Cast
from intercoder.policy import Permission
from intercoder.services.passage_words import worded
from intercoder.services.study_passages import study_passages
from intercoder.services.study_tallies import Basis

pytestmark = pytest.mark.sqlite


def test_words_are_those_of_the_text_and_paragraphs_are_counted_from_one(cast: Cast) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        access = cast.access(session, "olga", Permission.CODINGS_VIEW)
        rows = study_passages(session, access, Basis.CODERS).rows[::-1]
        found = worded(session, rows)
    text = TEXTS["访谈一"]
    assert [one.passage for one in found] == list(rows)
    for one in found:
        start, end = one.passage.start, one.passage.end
        assert one.text == text[start:end]
        assert one.text in text.split("\n")[one.paragraph - 1]
