"""The codebook as a Word file with passages over the API: what of them a person may see, how many, and in which language."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.interchange.codebook.reading import read_file
from intercoder.text.readers.code_file import read_code_file

pytestmark = pytest.mark.sqlite
Ask = Callable[[str, str], Any]


@pytest.fixture
def ask(app: Flask, cast: Cast) -> Ask:
    address = f"/api/v1/projects/{cast.project}/codebook/file?"
    return lambda person, query: Client(app, cast.database, cast.people[person]).call("GET", address + query)


def paragraphs(answer: Any) -> list[str]:
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.data)).paragraphs]


def test_a_word_file_has_passages_if_they_are_wanted_and_says_how_many(cast: Cast, ask: Ask) -> None:
    cast.compared_round()
    plain = ask("lena", "format=docx")
    assert len(paragraphs(plain)) == 1
    full = ask("olga", "passages=1&language=en")
    said = paragraphs(full)
    assert said[1] == "Passages"
    assert said[2].startswith("At most 1 passages of each code")
    assert "a3 平台把数据开放 · the first 1 of 3 passages" in said
    assert any(" · Round 1 · A · " in line for line in said)
    people = {person.name for person in cast.people.values()}
    assert not any(name in line for line in said for name in people), "coders are called by letters"
    chinese = paragraphs(ask("lena", "passages=2&language=zh"))
    assert any("· 第 1 轮 · 甲" in line for line in chinese)
    assert read_file(read_code_file("a.docx", full.data)).lines[0].name == "资源行动"


def test_nobody_finds_passages_of_others_in_it_while_a_round_is_open(cast: Cast, ask: Ask) -> None:
    cast.coded_round()
    assert len(paragraphs(ask("lena", "passages=5"))) == 3
    assert len([line for line in paragraphs(ask("ai", "passages=5")) if " · Round 1 · A" in line]) == 3


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("passages=2&format=csv", "Only a Word file"), ("format=qdc&passages=1", "format=docx"), ("passages=51", "50")],
)
def test_what_cannot_be_is_refused_with_a_sentence(ask: Ask, query: str, sentence: str) -> None:
    answer = ask("lena", query)
    assert (answer.status_code, sentence in str(answer.json)) == (422, True)
