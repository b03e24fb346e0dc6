import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest

from intercoder.errors import IntercoderError, TooLarge
from intercoder.text.readers import Choices, ReadDocument, Unread, is_small_text, read
from intercoder.text.readers import document as limits
from intercoder.text.readers.limited import SECONDS, read_limited, read_together
from text.text_files import docx, p, zipped
from waiting import PATIENCE, until

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on memory per process")


def refusal(name: str, data: bytes, *choices: Choices, **arguments: object) -> IntercoderError:
    with pytest.raises(IntercoderError) as refused:
        read_limited(name, data, *choices, **arguments)  # type: ignore[arg-type]
    return refused.value


def alone(file: Unread) -> ReadDocument | IntercoderError:
    """Return what reading a file in this process gives."""
    try:
        return read(file.name, file.data, file.choices)
    except IntercoderError as error:
        return error


def told(result: ReadDocument | IntercoderError) -> object:
    """Return what can be compared of it."""
    return result if isinstance(result, ReadDocument) else (type(result), result.kept())


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


def test_small_texts_that_are_read_together_come_back_each_as_if_alone() -> None:
    files = [
        Unread("访谈.txt", "访谈者：一\r\n受访者：二 𠮷\n访谈者：三".encode("utf-16")),
        Unread("空.md", b""),
        Unread("visit.md", b"# Visit\n\nThe hall was cold."),
        Unread("gbk.txt", "客户".encode("gbk"), Choices(encoding="utf-8")),
        Unread("film.srt", b"1\n00:00:01,000 --> 00:00:02,000\nAhmed: merhaba\n"),
        Unread("\udcff.xyz", "مرحبا".encode()),
    ]
    assert [told(said) for said in read_together(files)] == [told(alone(file)) for file in files]


def test_only_small_texts_are_read_together() -> None:
    text = "客户".encode()
    assert [is_small_text(name, text) for name in ("a.txt", "b.MD", "c.srt", "d.html", "e.docx", "f")] == [
        *[True] * 3,
        *[False] * 3,
    ]
    assert not is_small_text("a.txt", b"a" * (256 * 1024 + 1))
    assert not is_small_text("a.txt", b"<html><p>text")
    assert not is_small_text("a.txt", docx(p("一")))


DIES = """
import os, time
from intercoder.text.readers import plain
from intercoder.text.readers.document import Raw
WARM = os.getpid()
def read_plain(data, choices):
    if data == b"hangs":
        time.sleep(600)
    if data == b"dies":
        os._exit(3)
    if data == b"eats":
        raise MemoryError
    if data == b"fails":
        raise ZeroDivisionError
    return Raw(data.decode() if os.getpid() == WARM else f"{data.decode()} {os.getpid() - WARM}")
plain.read_plain = read_plain
from intercoder.text.readers import warm
warm.main()
"""
ASKS = """
import sys
from intercoder.errors import IntercoderError
from intercoder.text.readers import limited, Unread
limited.WARM = (sys.argv[1],)
for bad in sys.argv[3:]:
    texts = [b"one", b"two", bad.encode(), "三".encode()]
    read = limited.read_together([Unread(f"{n}.txt", text) for n, text in enumerate(texts)], seconds=float(sys.argv[2]))
    said = [r.code if isinstance(r, IntercoderError) else r.text.split() for r in read]
    print(*[s if isinstance(s, str) else s[0] for s in said], len({s[1] for s in said if not isinstance(s, str)}))
"""


@on_linux
def test_the_one_that_kills_the_reader_of_several_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text(DIES, "utf-8")

    def asked(seconds: str, *bad: str) -> list[str]:
        command = [sys.executable, "-c", ASKS, str(script), seconds, *bad]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    # The last figure: how many processes read what could be read, which is one when nothing went wrong.
    assert asked(str(PATIENCE), "four", "dies", "eats", "fails") == [
        "one two four 三 1",
        "one two broken_file 三 3",
        "one two needs_too_much_memory 三 3",
        "one two broken_file 三 3",
    ]
    assert asked("0.5", "hangs") == ["one two took_too_long 三 3"]


@POSIX_ONLY
def test_the_process_that_reads_ends_by_itself_when_it_has_used_its_processor_time() -> None:
    # Should the server be killed, nobody watches the clock of the process that it has started.
    script = "from intercoder.text.readers import child\nchild.limit(seconds=1, memory=2**30)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGXCPU


@POSIX_ONLY
def test_a_file_that_needs_too_much_memory_is_stopped() -> None:
    data = docx("".join(p(f"{number:05}一段文字" * 10) for number in range(50_000)))
    for megabytes in (64, 96):
        assert refusal("a.docx", data, memory=megabytes * 2**20, seconds=PATIENCE).code == "needs_too_much_memory"


def test_the_longest_text_allowed_can_be_read_within_the_limits() -> None:
    text = ("数字化转型，协同。" * 11 + "\n") * (limits.MAX_CHARACTERS // 100)
    began = process_time()
    read("a.txt", text.encode())
    # Seconds of the processor: on a busy machine those of the clock say nothing.
    assert process_time() - began < SECONDS
    document = read_limited("a.txt", text.encode(), seconds=PATIENCE)
    assert document.text == text
    assert sum(a.kind == "paragraph" for a in document.anchors) == limits.MAX_CHARACTERS // 100


def descendants(of: int) -> dict[int, str]:
    """Return the processes below one that live, with their command lines."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
                lines[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    below, more = set(), {of}
    while more:
        more = {pid for pid, parent in parents.items() if parent in more}
        below |= more
    return {pid: lines[pid] for pid in below if pid in lines}


READS = """
import sys, threading
from intercoder.text.readers.limited import read_limited
print(read_limited("a.txt", "客户".encode()).text, flush=True)
for line in sys.stdin:
    threading.Thread(target=read_limited, args=("a.docx", open(line.strip(), "rb").read())).start()
"""


@on_linux
def test_readers_are_forked_from_one_process_that_is_replaced_when_it_is_gone(tmp_path: Path) -> None:
    assert read_limited("a.txt", "一".encode()).text == "一"
    warm = {pid for pid, line in descendants(os.getpid()).items() if line.endswith("readers.warm ")}
    assert len(warm) == 1
    for name, data in (
        ("b.txt", "二".encode()),
        ("c.html", "<p>三".encode()),
        ("d.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n"),
    ):
        read_limited(name, data)
    assert warm <= set(descendants(os.getpid())), "each file had a process of its own making"
    os.kill(warm.pop(), signal.SIGKILL)
    assert read_limited("e.txt", "四".encode()).text == "四"


@on_linux
@pytest.mark.parametrize("killed", ["who asked", "the warm process"])
def test_whoever_is_killed_leaves_no_reader_behind(killed: str, tmp_path: Path) -> None:
    slow = tmp_path / "slow.docx"
    slow.write_bytes(docx("".join(p(f"{number:05}一段文字" * 10) for number in range(50_000))))
    with subprocess.Popen([sys.executable, "-c", READS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdin is not None
        assert asking.stdout is not None
        asking.stdout.readline()
        asking.stdin.write(f"{slow}\n".encode())
        asking.stdin.flush()
        until(lambda: len(descendants(asking.pid)) == 2, "no reader is at work")
        below = sorted(descendants(asking.pid))
        asking.send_signal(signal.SIGSTOP)  # so that it starts no other
        os.kill(asking.pid if killed == "who asked" else below[0], signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in below), f"a reader outlives {killed}: {below}")
        asking.kill()


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@on_linux
def test_a_reader_finds_nothing_of_the_server_and_no_way_out(tmp_path: Path) -> None:
    script = tmp_path / "inside.py"
    script.write_text(
        "import os, socket, subprocess, sys\n"
        "from intercoder.text import readers\n"
        "from intercoder.text.readers import plain\n"
        "from intercoder.text.readers.document import Raw\n"
        "def tried(f):\n"
        "    try:\n"
        "        return f'done {f()}'\n"
        "    except Exception as error:\n"
        "        return type(error).__name__\n"
        "def write():\n"
        "    with open(WHERE, 'wb') as file:\n"
        "        file.write(bytes(2**20))\n"
        "WARM = os.getpid()\n"
        "def seen(data, choices):\n"
        "    if os.getpid() == WARM:\n"
        "        return Raw('warm')\n"
        "    said = [sorted(os.listdir('/proc/self/fd'))[:4], [n for n in os.environ if 'SECRET' in n],\n"
        "        tried(lambda: socket.create_connection(('127.0.0.1', 1))), tried(lambda: subprocess.run(['true'])),\n"
        "        tried(lambda: os.fork()), tried(lambda: os.kill(os.getppid(), 9)), tried(write)]\n"
        "    return Raw(repr(said))\n"
        "plain.read_plain = seen\n"
        "from intercoder.text.readers import warm\n"
        "warm.main()\n".replace("WHERE", repr(str(tmp_path / "written"))),
        "utf-8",
    )
    asks = (
        "import sys\nfrom intercoder.text.readers import limited\n"
        f"limited.WARM = ({str(script)!r},)\n"
        "print(limited.read_limited('a.txt', b'abc').text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asks], capture_output=True, text=True, check=True, env={**os.environ, "MY_SECRET": "x"}
    )
    refused = "PermissionError"
    assert done.stdout.strip() == repr([["0", "1", "2", "3"], [], refused, refused, refused, refused, "OSError"])


def test_reading_a_text_loads_no_other_parser_and_no_heavy_library() -> None:
    script = (
        "import sys\nfrom intercoder.text.readers import read, child\nread('a.txt', b'abc')\n"
        "print([m for m in ('numpy', 'lxml', 'pypdfium2', 'flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
