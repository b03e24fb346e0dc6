"""How Chinese characters are read."""

from intercoder.text.pinyin import readings


def test_every_reading_of_every_character_is_given_once_and_without_tones() -> None:
    read = readings("风险 risk 乐乐，重 绿𠮷😀")
    assert read["feng"] == "风"
    assert read["xian"] == "险"
    assert read["le"] == read["yue"] == "乐"
    assert "重" in read["zhong"]
    assert "重" in read["chong"]
    assert read["lv"] == "绿"
    assert all(syllable.isascii() and syllable.isalpha() for syllable in read)
    assert not set("risk，😀 ") & set("".join(read.values()))
    assert readings("risk") == {}
