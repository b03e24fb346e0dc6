"""Every sentence that people read has its Chinese, with the same places to fill, and stands once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "server/intercoder/translations/zh_CN/LC_MESSAGES/messages.po"
PLACES = re.compile(r"\{(\w+)\}")


def messages() -> list[tuple[str, str, str]]:
    """Return (English, last English form, Chinese) of every message."""
    with CATALOGUE.open("rb") as file:
        rows = []
        for message in read_po(file, locale="zh_CN"):
            if message.id:
                # What is marked fuzzy is left out of the compiled catalogue.
                assert not message.fuzzy, message.id
                forms = message.id if isinstance(message.id, tuple | list) else (message.id,)
                chinese = message.string[0] if isinstance(message.string, tuple | list) else message.string
                rows.append((forms[0], forms[-1], chinese or ""))
        return rows


def tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what scripts/messages.py answers."""
    command = [sys.executable, "scripts/messages.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_sentence_is_without_its_chinese() -> None:
    assert [english for english, _, chinese in messages() if not chinese] == []


def test_the_places_of_a_sentence_are_the_same_in_both_languages() -> None:
    for _, english, chinese in messages():
        assert sorted(set(PLACES.findall(english))) == sorted(set(PLACES.findall(chinese))), english


def test_places_are_written_in_one_style() -> None:
    assert [
        english for english, _, chinese in messages() if "%(" in english + chinese or "%%" in english + chinese
    ] == []


def test_the_catalogue_holds_every_sentence_of_the_program_and_no_other(tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    answer = tool("template", template)
    assert answer.returncode == 0, answer.stderr
    with template.open("rb") as file:
        wanted = {m.id[0] if isinstance(m.id, tuple | list) else m.id for m in read_po(file) if m.id}
    have = {english for english, _, _ in messages()}
    assert (wanted - have, have - wanted) == (set(), set()), "run scripts/extract.sh and write the Chinese"


def test_every_marker_of_the_program_takes_literals() -> None:
    answer = tool("lint")
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("variable.py", "text = 'a'\n\ngettext(text)\n", 3),
        ("fstring.py", "gettext(f'{1} code')\n", 1),
        ("sum.py", "marked('a' + name)\n", 1),
        ("one_form.py", "ngettext('a code', plural, 2)\n", 1),
        ("refusal.py", "def f(sentence):\n    raise errors.Conflict('code', sentence)\n", 2),
        ("no_sentence.py", "raise NotFound('code')\n", 1),
        ("page.html", "<p>\n{{ _(name) }}</p>\n", 2),
    ],
)
def test_a_marker_with_anything_but_a_literal_is_named_with_its_place(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    answer = tool("lint", tmp_path / name)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{tmp_path / name}:{line}: ")


def test_literals_and_functions_that_translate_pass(tmp_path: Path) -> None:
    file = tmp_path / "good.py"
    file.write_text(
        "def translate(message):\n    return catalogue().gettext(message)\n"
        "gettext('one sentence '\n    'in two pieces')\nraise Conflict.saying('code', sentence)\n"
    )
    assert tool("lint", file).returncode == 0


@pytest.mark.parametrize("word", ["轮次", "编码本", "裁决", "一致性", "饱和"])
def test_the_chinese_uses_the_words_of_the_field(word: str) -> None:
    assert any(word in chinese for _, _, chinese in messages())


#: messages that stay apart although they differ only by case or final punctuation, each with its reason
APART: dict[str, str] = {}


def test_every_word_stands_once() -> None:
    groups = [line.split(" | ") for line in tool("alike").stdout.splitlines() if line]
    assert [group for group in groups if group[0] not in APART] == []
