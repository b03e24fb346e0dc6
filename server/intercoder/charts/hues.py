"""The colours of codes on paper: eight hues of five steps each, as ``static/css/tokens.css`` has them on white; the last hue is grey."""

HUES = (
    ("#2726aa", "#393dc1", "#4d53d8", "#6368f0", "#7b81ff"),
    ("#672201", "#843203", "#a24404", "#c05603", "#dd6b0c"),
    ("#064939", "#065e47", "#0c7354", "#098a5f", "#0fa169"),
    ("#502051", "#653567", "#7b497d", "#915f94", "#a875ac"),
    ("#023f4b", "#045462", "#07697b", "#0b7f94", "#3094aa"),
    ("#6e0013", "#8a1522", "#a12f35", "#b94548", "#d15b5c"),
    ("#313e01", "#425202", "#53670e", "#677b29", "#7b9040"),
    ("#303943", "#424b56", "#555e6a", "#69727f", "#7d8794"),
)
#: the step of a construct and of a theme, which have a hue alone
MIDDLE = 2


def tone(hue: int, step: int | None = None) -> str:
    """Return the colour of a hue, or of one of its steps."""
    return HUES[hue][MIDDLE if step is None else step]


def pale(colour: str, share: float = 0.12) -> str:
    """Return a colour so thin on white that black words on it stay easy to read."""
    mixed = (round(255 - share * (255 - int(colour[n : n + 2], 16))) for n in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)
