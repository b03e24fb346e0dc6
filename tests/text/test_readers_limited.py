import resource
import signal
import subprocess
import sys

import pytest

from intercoder.errors import IntercoderError, TooLarge
from intercoder.text.readers import Choices, read
from intercoder.text.readers import document as limits
from intercoder.text.readers.limited import SECONDS, read_limited
from text.text_files import docx, p, zipped
from waiting import PATIENCE

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on memory per process")


def refusal(name: str, data: bytes, *choices: Choices, **arguments: object) -> IntercoderError:
    with pytest.raises(IntercoderError) as refused:
        read_limited(name, data, *choices, **arguments)  # type: ignore[arg-type]
    return refused.value


def test_a_document_comes_back_whole_from_the_other_process(printed_pdf: bytes) -> None:
    word = docx(p("一") + p("标题", properties='<w:outlineLvl w:val="0"/>') + p("𠮷野家 👨‍👩‍👧"))
    for name, data in (
        ("访谈.docx", word),
        ("a.pdf", printed_pdf),
        ("b.txt", "访谈者：一\r\n受访者：二\n访谈者：三".encode()),
        ("c.html", "<h1>题</h1><p>文 𠮷".encode()),
    ):
        assert read_limited(name, data) == read(name, data)


def test_the_chosen_encoding_is_passed_on() -> None:
    data = "數位轉型".encode("big5")
    document = read_limited("a.txt", data, Choices(encoding="big5"))
    assert (document.text, document.encoding) == ("數位轉型", "big5")


def test_a_refusal_comes_back_with_its_code_sentence_and_values() -> None:
    data = "客户".encode("gbk")
    with pytest.raises(IntercoderError) as here:
        read("a.txt", data, Choices(encoding="utf-8"))
    there = refusal("a.txt", data, Choices(encoding="utf-8"))
    assert (type(there), there.code, str(there), dict(there.values)) == (
        type(here.value),
        here.value.code,
        str(here.value),
        dict(here.value.values),
    )


def test_what_is_too_large_is_so_in_the_other_process_too() -> None:
    refused = refusal("a.txt", b"a" * (limits.MAX_BYTES + 10))
    assert isinstance(refused, TooLarge)
    assert refused.code == "too_large"
    assert refusal("a.docx", zipped({"word/x": b"\0" * 2**21})).code == "zip_bomb"


def test_a_file_that_takes_too_long_is_stopped() -> None:
    # Seconds of work, and no two paragraphs alike: what can be packed very small is refused at once as another thing.
    many = docx("".join(p(f"{number:05}一段文字" * 10) for number in range(50_000)))
    refused = refusal("a.docx", many, seconds=0.05)
    assert refused.code == "took_too_long"


@POSIX_ONLY
def test_the_process_that_reads_ends_by_itself_when_it_has_used_its_processor_time() -> None:
    # Should the server be killed, nobody watches the clock of the process that it has started.
    script = "from intercoder.text.readers import child\nchild._limit(seconds=1, memory=2**30)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGXCPU


@POSIX_ONLY
def test_a_file_that_needs_too_much_memory_is_stopped() -> None:
    data = docx("".join(p(f"{number:05}一段文字" * 10) for number in range(50_000)))
    for megabytes in (64, 128):
        assert refusal("a.docx", data, memory=megabytes * 2**20, seconds=PATIENCE).code == "needs_too_much_memory"


def test_the_longest_text_allowed_can_be_read_within_the_limits() -> None:
    text = ("数字化转型，协同。" * 11 + "\n") * (limits.MAX_CHARACTERS // 100)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    document = read_limited("a.txt", text.encode(), seconds=PATIENCE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Seconds of the processor: on a busy machine those of the clock say nothing.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS
    assert document.text == text
    assert sum(a.kind == "paragraph" for a in document.anchors) == limits.MAX_CHARACTERS // 100


def test_reading_a_text_loads_no_other_parser_and_no_heavy_library() -> None:
    script = (
        "import sys\nfrom intercoder.text.readers import read, child\nread('a.txt', b'abc')\n"
        "print([m for m in ('numpy', 'lxml', 'pypdfium2', 'flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
