"""Every sentence that people read has its Chinese, with the same places to fill."""

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "server/intercoder/web/translations/zh_CN/LC_MESSAGES/messages.po"
PLACES = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def messages() -> list[tuple[str, str, str]]:
    """Return (English, last English form, Chinese) of every message."""
    with CATALOGUE.open("rb") as file:
        found = []
        for message in read_po(file, locale="zh_CN"):
            if message.id:
                forms = message.id if isinstance(message.id, tuple | list) else (message.id,)
                chinese = message.string[0] if isinstance(message.string, tuple | list) else message.string
                found.append((forms[0], forms[-1], chinese or ""))
        return found


def test_no_sentence_is_without_its_chinese() -> None:
    assert [english for english, _, chinese in messages() if not chinese] == []


def test_the_places_of_a_sentence_are_the_same_in_both_languages() -> None:
    for _, english, chinese in messages():
        assert sorted(set(PLACES.findall(english))) == sorted(set(PLACES.findall(chinese))), english


def test_the_catalogue_holds_every_sentence_of_the_program(tmp_path: Path) -> None:
    """What ``scripts/extract.sh`` would collect now is what the catalogue has."""
    template = tmp_path / "messages.pot"
    subprocess.run(["bash", "scripts/extract.sh", str(template)], cwd=ROOT, check=True, capture_output=True)
    with template.open("rb") as file:
        wanted = {m.id[0] if isinstance(m.id, tuple | list) else m.id for m in read_po(file) if m.id}
    have = {english for english, _, _ in messages()}
    assert wanted - have == set(), "run scripts/extract.sh and write the Chinese"


@pytest.mark.parametrize("word", ["轮次", "编码本", "裁决", "一致性", "饱和"])
def test_the_chinese_uses_the_words_of_the_field(word: str) -> None:
    assert any(word in chinese for _, _, chinese in messages())
