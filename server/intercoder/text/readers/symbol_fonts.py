"""The characters of symbol fonts, in which a letter or a private code stands for a picture, as Unicode has them.

Symbol: Unicode's mapping of the Adobe Symbol encoding (unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt). Wingdings and
Wingdings 2: by the names of their pictures, where a common character shows the same.
"""

from collections.abc import Mapping

#: where Word puts what a symbol font has at 0x20 to 0xFF
PRIVATE = 0xF000


def _row(first: int, signs: str) -> dict[int, str]:
    return {first + place: sign for place, sign in enumerate(signs) if sign != "\ufffd"}


_SYMBOL = (
    _row(0x20, " !∀#∃%&∍()∗+,−./0123456789:;<=>?")
    | _row(0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_")
    | _row(0x60, "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼")
    | _row(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵")
    | _row(0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓")
    | _row(0xE0, "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭")
)
_WINGDINGS = (
    _row(0x20, " ✏✂✁👓🔔📖🕯☎✆✉📧📪📫📬📭📁📂📄📄📄🗄⌛⌨🖱🖲💻💾💾💾✇✍")
    | _row(0x40, "✍✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐🏱✈☼💧❄✝✞✟✠✡☪☯ॐ☸♈♉")
    | _row(0x60, "♊♋♌♍♎♏♐♑♒♓&&●❍■□□❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞")
    | _row(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿❧☙☙❧\ufffd\ufffd\ufffd\ufffd·•")
    | _row(0xA0, "▪○○○◉◎○▪◻▲✦★✶✴✹✵\ufffd⌖⟡⌑\ufffd✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘")
    | _row(0xC0, "🕙🕚🕛" + "\ufffd" * 18 + "⌫⌦\ufffd➢\ufffd\ufffd\ufffd➲\ufffd\ufffd←")
    | _row(0xE0, "→↑↓↖↗↙↘←➔↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂▭▫✗✓☒☑")
)
_WINGDINGS_2 = _row(0x4F, "✗✓☒☑☒☒☒") | _row(0xA3, "☐☐") | {0x97: "●", 0x98: "●", 0x99: "◉", 0xA1: "■", 0xA2: "■"}
_WEBDINGS = {0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗", 0x59: "♥", 0x69: "ℹ"}

#: the fonts that are known here, by their name in lower case
FONTS: Mapping[str, Mapping[int, str]] = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
}


def is_symbol_font(name: str) -> bool:
    """Return whether a font shows pictures for letters."""
    return name.lower() in FONTS or name.lower().startswith(("wingdings", "webdings"))


def in_unicode(sign: str, font: str) -> str | None:
    """Return what a character in a symbol font shows; None where nothing here shows the same."""
    code = ord(sign)
    code = code - PRIVATE if PRIVATE + 0x20 <= code <= PRIVATE + 0xFF else code
    if code > 0xFF:
        return sign  # a character that the font does not have: Word takes another one
    return FONTS.get(font.lower(), {}).get(code, " " if code == 0x20 else None)
