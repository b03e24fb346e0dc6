"""New passwords: what is refused, why, and that what is not easy to guess is taken."""

import pytest

from intercoder.errors import InvalidInput
from intercoder.language import language
from intercoder.services import passwords

LENA = ("lena.wang@study.example", "Lena Wang")
LINA = ("lina@研究.example", "王莉娜")


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("1234567890", "only numbers"),
        ("13912094857", "only numbers"),
        ("１３９１２０９４８５７", "only numbers"),
        ("qwertyuiop", "everybody tries first"),
        ("Passw0rd123!", "everybody tries first"),
        ("iloveyou123", "everybody tries first"),
        ("woaini1314", "everybody tries first"),
        ("asdfghjkl;'", "keys"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("abcdefghij", "counts on"),
        ("20081208abcd", "date"),
        ("intercoder2026", "name of this program"),
        ("InterCoder-InterCoder", "name of this program"),
        ("编码编码编码编码编码2026", "name of this program"),
        ("lena.wang@study.example", "your address"),
        ("Lena.Wang!2026", "your name"),
        ("WANGLENA84719", "your name"),
    ],
)
def test_what_is_guessed_soon_is_refused_with_the_reason(password: str, because: str) -> None:
    with pytest.raises(InvalidInput, match="too easy to guess") as refused:
        passwords.check(password, *LENA)
    assert because in str(refused.value)
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["王莉娜王莉娜王莉娜王莉娜", "王莉娜2026-08-01", "lina研究lina研究lina"])
def test_a_chinese_name_makes_no_password(password: str) -> None:
    with pytest.raises(InvalidInput, match="your name"):
        passwords.check(password, *LINA)


@pytest.mark.parametrize(
    "password",
    [
        "four quiet herons stand",
        "seven small boats sail",
        "四只安静的鹭站在浅水里",
        "lena likes tangerine umbrellas",
        "x7#kQ9!mZ2p$",
        "correct horse battery staple",
        "p" + "aq4 zebra/" * 20,
        "ünïcödé größer fjörd",
        "a" * 30 + " heron tangerine",
    ],
)
def test_what_is_hard_to_guess_is_taken_whatever_it_is_written_in(password: str) -> None:
    passwords.check(password, *LENA)


@pytest.mark.parametrize(
    ("password", "sentence"), [("x7#kQ9!mZ", "at least 10"), ("ab c" * 251, "at most 1000"), ("", "at least 10")]
)
def test_length_has_two_ends(password: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        passwords.check(password)


def test_the_levels_grow() -> None:
    levels = [
        passwords.judge(p).level for p in ("", "password", "zhongguo2008", "woaini1314520", "four quiet herons stand")
    ]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (0, 4)


def test_a_strange_name_breaks_nothing() -> None:
    for name in ("", "@", "(((", "😀", "x" * 5000, "\udcff", "a b"):
        passwords.check("four quiet herons stand", name, name)
    assert language() == "en"


def test_signs_for_letters_are_read_and_many_different_ones_are_not_tried_in_every_way() -> None:
    assert not passwords.judge("p@$$w0rd2026!").enough
    every = "4@8({[<3691!|70$5+%2"
    assert passwords._bounded(every * 4) != every * 4
    assert len(set(passwords._bounded(every)) & set("@({[<!|$+%")) == 3
    for usual in ("p@$$w0rd1!", "4863917052", "四只安静的鹭"):
        assert passwords._bounded(usual) == usual
    assert passwords.judge(every * 4).enough
