"""PDF files, set by Typst in a process of its own: what it needs of memory goes when it ends.

Texts reach the template as data and never as its source, so that no name or title can be taken for an instruction.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from pydantic import JsonValue

from intercoder.errors import Unavailable

TEMPLATES = Path(__file__).with_name("pdf")
SECONDS = 60
#: fonts with Chinese, in the order in which they are preferred; the last one comes with the extra "pdf"
CHINESE = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "STSong", "SimSun", "Noto Serif SC")
#: what the child answers where this server lacks a part
_NO_TYPST, _NO_FONT = 3, 4
# Each takes some 100 MiB: many who ask at once wait for one another.
_places = threading.BoundedSemaphore(2)


def pdf(template: str, data: JsonValue) -> bytes:
    """Return the PDF that a template of ``reports/pdf`` makes of the data.

    Raises
    ------
    Unavailable
        Where the server has no Typst or no Chinese font, or the file took longer than a minute.
    """
    # The command is this interpreter, a module of ours and the name of a template; texts go through stdin.
    command = [sys.executable, "-P", "-m", "intercoder.reports.typeset", template]
    try:
        with _places:
            sent = json.dumps(data, ensure_ascii=False).encode()
            done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unavailable(
            "pdf_too_slow", "The PDF was not ready within a minute. Try again, or print the page."
        ) from None
    if done.returncode in {_NO_TYPST, _NO_FONT}:
        raise Unavailable(
            "no_pdf",
            "This server cannot make PDF files: it was installed without the extra “pdf” (intercoder[pdf]). Print the page, or "
            "ask whoever runs the server.",
        )
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise RuntimeError(f"typst failed on {template}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def _child(template: str) -> int:
    try:
        import typst
    except ImportError:
        return _NO_TYPST
    folders = [folder] if (folder := _fonts()) else []
    families = set(typst.Fonts(font_paths=folders).families())
    chinese = [family for family in CHINESE if family in families]
    if not chinese:
        return _NO_FONT
    sent = sys.stdin.buffer.read().decode()
    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=folders,
        sys_inputs={"data": sent, "chinese": chinese[0]},
    )
    sys.stdout.buffer.write(made)
    return 0


def _fonts() -> str | None:
    """Return the folder of the fonts that come with the extra; the system's are found without it."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return None
    return str(Path(pylopdf_fonts_zh_cn.__file__).parent)


if __name__ == "__main__":
    raise SystemExit(_child(sys.argv[1]))
