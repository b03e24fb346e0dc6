"""The tones of marks as colours, for files that go elsewhere; the pages have the same in ``static/css/tokens.css``."""

from intercoder.stats.marks import Mark

#: of the light theme, by hue and step
TONES = (
    ("#2726AA", "#393DC1", "#4D53D8", "#6368F0", "#7B81FF"),
    ("#672201", "#843203", "#A24404", "#C05603", "#DD6B0C"),
    ("#064939", "#065E47", "#0C7354", "#098A5F", "#0FA169"),
    ("#502051", "#653567", "#7B497D", "#915F94", "#A875AC"),
    ("#023F4B", "#045462", "#07697B", "#0B7F94", "#3094AA"),
    ("#6E0013", "#8A1522", "#A12F35", "#B94548", "#D15B5C"),
    ("#313E01", "#425202", "#53670E", "#677B29", "#7B9040"),
    ("#303943", "#424B56", "#555E6A", "#69727F", "#7D8794"),
)
#: of what has no step of its own
MIDDLE = 2
_HUES = {tone: hue for hue, steps in enumerate(TONES) for tone in steps}


def tone_of(mark: Mark) -> str:
    """Return the colour of a mark on paper, as #RRGGBB."""
    return TONES[mark.hue][MIDDLE if mark.step is None else mark.step]


def hue_of(tone: str) -> int | None:
    """Return the hue that has this colour (#RRGGBB); None where none has."""
    return _HUES.get(tone.upper())
