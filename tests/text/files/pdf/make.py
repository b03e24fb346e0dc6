"""Makes the PDFs beside it and `known.json`, what each says. Needs chromium, soffice and the package typst.

Run once, by hand: python tests/text/files/pdf/make.py. The paragraphs are those that were given to the programs, not
those that our reader finds.
"""

import html
import importlib
import json
import random
import subprocess
import tempfile
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

HERE = Path(__file__).parent
FONT = {"zh": "Noto Serif CJK SC", "en": "DejaVu Serif", "ar": "DejaVu Sans", "fa": "DejaVu Sans", "he": "DejaVu Sans"}
SENTENCES = {
    "zh": "一开始大家都不愿意用。|工厂停工以后，工人一台一台修好了机器。|他说：“这不是我们要的。”|2019年订单多了35%！|后来大家都说好用。",
    "en": (
        "We began to change the warehouse in the spring of 2015.|Nobody believed that the new system would last.|"
        '"That is not what we wanted," she said.|Communication with headquarters remained a continuing difficulty.|'
        "Was it worth the trouble?|The cooperative counts twenty-three households (some of them very small).|"
        "Orders rose by 35% within a year; profits did not."
    ),
    "ar": (
        "كنا ثلاثة في البداية ولم يكن معنا مال ولا زبائن.|ثم أصلحنا الآلات القديمة بأنفسنا.|هل ساعدنا أحد؟|"
        "في عام 2015 بدأنا مشروعا جديدا.|قال المدير (وهو رجل هادئ) إن التغيير صعب.|استخدمنا نظام ERP للمرة الأولى."
    ),
    "fa": (
        "در آغاز فقط سه نفر بودیم و پولی نداشتیم.|آیا کسی به ما کمک کرد؟|در سال ۱۳۹۸ کاری تازه آغاز شد.|"
        "برنامه Microsoft Excel برای این کار کافی نبود.|مدیر (که مردی آرام است) گفت تغییر همیشه سخت است.|"
        "او گفت: «این کار ما نیست.»|قرارداد تازه ۱۲٫۵ میلیون تومان ارزش داشت."
    ),
    "he": (
        "בהתחלה היינו שלושה ולא היה לנו כסף.|אחר כך תיקנו את המכונות הישנות בעצמנו.|האם מישהו עזר לנו?|"
        'בשנת 2015 התחלנו פרויקט חדש.|המנהלת (אישה שקטה) אמרה שזה קשה.|היא אמרה: "זה לא מה שרצינו."|'
        "חתמנו על חוזים לחמש שנים [ראו נספח]."
    ),
}
KNOWN: dict[str, dict[str, list[str]]] = {}


def paragraphs(language: str, count: int, seed: int, longest: int = 6) -> list[str]:
    chance = random.Random(seed)
    sentences = SENTENCES[language].split("|")
    between = "" if language == "zh" else " "
    return [between.join(chance.choices(sentences, k=chance.randint(2, longest))) for _ in range(count)]


def known(name: str, texts: list[str], running: list[str] | None = None) -> None:
    KNOWN[name] = {"paragraphs": texts, "running": running or []}


def browser(name: str, body: str, style: str, language: str) -> None:
    direction = "rtl" if language in ("ar", "fa", "he") else "ltr"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(
            f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{name}</title><style>'
            f'body {{ margin: 0; font: 12pt/1.5 "{FONT[language]}" }} @page {{ size: A5; margin: 18mm }} {style}</style>'
            f"<body>{body}",
            encoding="utf-8",
        )
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run([*command, f"--print-to-pdf={HERE / name}.pdf", page.as_uri()], check=True)


def written(texts: list[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def typeset(name: str, source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.typ")
        path.write_text(source, encoding="utf-8")
        importlib.import_module("typst").compile(str(path), output=str(HERE / f"{name}.pdf"))


def marked_up(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\#*_$[]<>@`~=\"'" else sign for sign in text)


def word(name: str, language: str, texts: list[str], header: str, footer: tuple[str, ...], shown: str) -> None:
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    normal.font.name = FONT[language]
    fonts = normal.element.get_or_add_rPr().find(qn("w:rFonts"))
    fonts.set(qn("w:eastAsia"), FONT[language])
    fonts.set(qn("w:cs"), FONT[language])
    section = document.sections[0]
    section.header.paragraphs[0].add_run(header)
    for part in footer:
        run = section.footer.paragraphs[0].add_run("" if part.isupper() else part)
        for kind, text in (("begin", ""), ("", part), ("end", "")) if part.isupper() else ():
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            element.text = text or None
            run._r.append(element)
    for text in texts:
        if text.startswith("# "):
            document.add_heading(text[2:], 1)
            continue
        if text.startswith("• "):
            document.add_paragraph(text[2:], style="List Bullet")
            continue
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.first_line_indent = Pt(24)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if language == "ar":
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.docx")
        document.save(str(path))
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(HERE), str(path)], check=True)
    known(name, [text.removeprefix("# ") for text in texts], [header, shown])


def main() -> None:
    turns = [("访谈者：" if n % 2 == 0 else "阮晴：") + text for n, text in enumerate(paragraphs("zh", 14, 1, 4))]
    browser("browser_zh_turns", written(turns), "p { margin: 0 } body { font-size: 11pt }", "zh")
    known("browser_zh_turns", turns)
    texts = paragraphs("zh", 6, 2)
    browser(
        "browser_zh_vertical",
        written(texts),
        "body { writing-mode: vertical-rl } p { margin: 0; text-indent: 1em }",
        "zh",
    )
    known("browser_zh_vertical", texts)
    texts = paragraphs("zh", 12, 12)
    quoted = "".join(
        f"<blockquote>{html.escape(text)}</blockquote>" if n % 2 else f"<p>{html.escape(text)}</p>"
        for n, text in enumerate(texts)
    )
    browser("browser_zh_quotes", quoted, "blockquote { font-style: italic } body { font-size: 11pt }", "zh")
    known("browser_zh_quotes", texts)
    texts = paragraphs("en", 5, 13, 7)
    style = "p::first-letter { float: left; font-size: 3em; line-height: .9 } p { text-align: justify }"
    browser("browser_en_letters", written(texts), style, "en")
    known("browser_en_letters", texts)
    texts, title = paragraphs("en", 16, 3), "Warehouses and their people"
    body = f"<h1>{title}</h1><p class=abstract>{html.escape(texts[0])}</p><div>{written(texts[1:])}</div>"
    style = "div { columns: 2; font-size: 8pt } p { margin: 0; text-indent: 1.2em; text-align: justify; hyphens: auto }"
    browser("browser_en_columns", body, f"{style} .abstract {{ margin: 0 8mm 6mm; font-size: 9pt }}", "en")
    known("browser_en_columns", [title, *texts])
    for language, style in (
        ("ar", "p { margin: 0 0 .8em }"),
        ("fa", "p { margin: 0; text-indent: 2em; text-align: justify }"),
        ("he", "p { margin: 0 0 .6em }"),
    ):
        texts = paragraphs(language, 8, 4)
        browser(f"browser_{language}", written(texts), style, language)
        known(f"browser_{language}", texts)
    texts = paragraphs("en", 24, 5)
    first = '#set text(font: "Libertinus Serif", size: 10pt, lang: "en")\n#set par(justify: true, spacing: 0.65em,\n'
    first += 'first-line-indent: (amount: 1.5em, all: true))\n#set page("a5", margin: 18mm, columns: 2, numbering: "- 1 -")\n'
    first += f'#place(top, scope: "parent", float: true)[#align(center, text(16pt)[{title}])]\n'
    noted = [marked_up(text) for text in texts]
    noted[3] += "#footnote[The interviews took place in Leeds.]"
    typeset("typst_en_paper", first + "\n\n".join(noted))
    texts[3] += "1"
    # The note stands at the foot of the column: after the paragraph that goes on at the top of the next one.
    note = "1The interviews took place in Leeds."
    known("typst_en_paper", [title, *texts[:5], note, *texts[5:]], ["- 1 -"])
    texts = paragraphs("zh", 40, 6)
    first = '#set text(font: "Noto Serif CJK SC", size: 11pt, lang: "zh")\n#set par(justify: true, spacing: 0.65em,\n'
    first += 'first-line-indent: (amount: 2em, all: true))\n#set page("a6", margin: 15mm, header: [仓库与人],\n'
    first += "footer: context [第 #counter(page).display() 页 共 #counter(page).final().first() 页])\n"
    typeset("typst_zh_report", first + "\n\n".join(marked_up(text) for text in texts))
    known("typst_zh_report", texts, ["仓库与人", "第 1 页 共 6 页"])
    texts = paragraphs("en", 30, 7)
    texts[10:10] = ["# What changed", *(f"• {text}" for text in paragraphs("en", 3, 8, 3))]
    word("word_en_report", "en", texts, "Interviews on warehouses", ("Page ", "PAGE"), "Page 1")
    word(
        "word_zh_report",
        "zh",
        paragraphs("zh", 50, 9),
        "仓库访谈",
        ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页"),
        "第 1 页，共 4 页",
    )
    word("word_ar_report", "ar", paragraphs("ar", 40, 10), "مقابلات", ("PAGE",), "1")
    (HERE / "known.json").write_text(json.dumps(KNOWN, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
