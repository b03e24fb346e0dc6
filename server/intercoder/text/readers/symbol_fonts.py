"""The characters of symbol fonts, in which a letter or a private code stands for a picture, as Unicode has them.

Symbol: Unicode's mapping of the Adobe Symbol encoding (unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt). The Wingdings and
Webdings: as Michel Suignard's proposal to Unicode has them (L2/11-052R, 2011), but a common character where one shows the same.
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
    | _row(0x60, "♊♋♌♍♎♏♐♑♒♓&&●❍■□□❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞▯")
    | _row(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿❧☙☙❧🙞🙜🙝🙟·•")
    | _row(0xA0, "▪○○○◉◎○▪◻▲✦★✶✴✹✵⯐⌖⟡⌑⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘")
    | _row(0xC0, "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮘➢⮙⮛⮈➲⮉⮋←")
    | _row(0xE0, "→↑↓↖↗↙↘←➔↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂▭▫✗✓☒☑")
)
_WINGDINGS_2 = (
    _row(0x20, " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙")
    | _row(0x40, "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗✓☒☑☒☒☒⮿🛇⦸🙱🙴🙲🙳‽🙹🙺")
    | _row(0x60, "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")
    | _row(0x80, "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩⋅🞄●●◉🞅🞇🞉⊙⦿🞌")
    | _row(0xA0, "🞍■■☐☐🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁")
    | _row(0xC0, "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺")
    | _row(0xE0, "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒✹🟃🟇✯🟍🟔⯌⯍※⁂")
)
_WINGDINGS_3 = (
    _row(0x20, " ⭠⭢⭡⭣⭦⭧⭩⭨⭰⭲⭱⭳⭶⭸⭻⭽⭤⭥⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧")
    | _row(0x40, "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥")
    | _row(0x60, "🢦🢧🢨🢩🢪🢫🡐🡒🡑🡓🡔🡕🡗🡖🡘🡙▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁")
    | _row(0x80, "🞃⯅⯆⯇⯈⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅")
    | _row(0xA0, "🠇🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽")
    | _row(0xC0, "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷")
    | _row(0xE0, "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕🢗")
)
_WEBDINGS = (
    _row(0x20, " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳")
    | _row(0x40, "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂🏞🏕🛤🏟🛳🕬🕫🕨🔈♥🎕🗬🙽🗭🗪🗫")
    | _row(0x60, "⮔✓🚲□🛡📦🛱■🚑ℹ🛩🛰🟈🕴●🛥🚔🗘✗❓🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲")
    | _row(0x80, "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻")
    | _row(0xA0, "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻")
    | _row(0xC0, "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫")
    | _row(0xE0, "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊")
)

#: the fonts that are known here, by their name in lower case
FONTS: Mapping[str, Mapping[int, str]] = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
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
