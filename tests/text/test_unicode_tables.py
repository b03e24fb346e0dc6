"""The tables made from the Unicode Character Database, against what Python knows of it."""

import unicodedata

from intercoder.text.unicode_tables import RADICALS, SENTENCE_TERMINALS


def test_what_ends_a_sentence_is_a_mark_in_every_script() -> None:
    marks = [chr(code) for code in SENTENCE_TERMINALS]
    assert {unicodedata.category(mark) for mark in marks if unicodedata.category(mark) != "Cn"} == {"Po"}
    assert set("!?.。！？｡؟۔।॥။።។᙮") <= set(marks)
    assert not set(marks) & set(",;:،、¿¡")


def test_radicals_are_ideographs_and_those_of_kangxi_the_ones_that_normalising_gives() -> None:
    assert all(unicodedata.name(chr(same)).startswith("CJK UNIFIED IDEOGRAPH") for same in RADICALS.values())
    kangxi = {radical: same for radical, same in RADICALS.items() if 0x2F00 <= radical <= 0x2FD5}
    assert len(kangxi) == 214
    assert all(unicodedata.normalize("NFKC", chr(radical)) == chr(same) for radical, same in kangxi.items())
    assert {chr(code) for code in RADICALS} >= set("⺠⻅⻋⻓⻝⻢⻥⻦⻰")
