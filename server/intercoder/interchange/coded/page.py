"""A coded text as a page that needs nothing else: the codings are numbered in the text and listed below it."""

from collections.abc import Iterator, Mapping
from html import escape

from intercoder.interchange.coded import CodedText, paragraphs

#: how a place looks over which so many codings stand; more look like the last
DEEPEST = 4
_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.75 Georgia, "Songti SC", SimSun, "Noto Serif CJK SC", serif; color: #1c1b1f; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; } .about { color: #555; }
p { margin: 0 0 .5em; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { color: inherit; padding: .1em 0; } .d1 { background: #f3ecd2; } .d2 { background: #e9dcae; } .d3 { background: #dfcc8a; } .d4 { background: #d3b963; }
sup { font: 600 .62em/1 system-ui, sans-serif; } sup a { color: #1f4d5c; text-decoration: none; padding: 0 .12em; }
table { border-collapse: collapse; width: 100%; font: 14px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; border-top: 1.5pt solid; border-bottom: 1.5pt solid; }
th { text-align: start; border-bottom: .75pt solid; } th, td { padding: .25em .6em .25em 0; vertical-align: top; }
:target { outline: 2px solid #1f4d5c; }
"""


def write_page(coded: CodedText, words: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the page. ``words``: what its table is called and its columns are: codings, number, coder, code, passage, note."""
    tag = "zh-Hans" if coded.language == "zh" else "en"
    yield (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(coded.title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(coded.title)}</h1>"
        f'<p class="about">{escape(coded.about)}</p>\n'
    ).encode()
    for pieces in paragraphs(coded):
        inside = []
        for piece in pieces:
            text = escape(piece.text)
            anchors = "".join(f'<a id="t{n + 1}"></a>' for n in piece.begins)
            marked = f'<mark class="d{min(piece.depth, DEEPEST)}">{text}</mark>' if piece.depth and text else text
            numbers = "".join(f'<a href="#c{n + 1}">{n + 1}</a>' for n in piece.ends)
            inside.append(f"{anchors}{marked}{f'<sup>{numbers}</sup>' if numbers else ''}")
        yield f'<p dir="auto">{"".join(inside)}</p>\n'.encode()
    heads = "".join(f"<th>{escape(words[name])}</th>" for name in ("number", "coder", "code", "passage", "note"))
    yield f"<h2>{escape(words['codings'])}</h2><table><thead><tr>{heads}</tr></thead><tbody>\n".encode()
    for n, span in enumerate(coded.spans, 1):
        cells = (span.who, span.code, coded.text[span.start : span.end], span.note)
        row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f'<tr id="c{n}"><td><a href="#t{n}">{n}</a></td>{row}</tr>\n'.encode()
    yield b"</tbody></table></body></html>\n"
