"""How information power reads: its five dimensions, what each step means, and the paragraph for a paper."""

from collections.abc import Iterator, Mapping

from intercoder.errors import marked
from intercoder.language import gettext, inline, sentences, translate
from intercoder.models import Power, PowerSaid
from intercoder.services.information_power import PowerShown

#: dimension -> what it is called, what is asked of it
DIMENSIONS: Mapping[str, tuple[str, str]] = {
    "aim": (marked("Aim of the study"), marked("The narrower the aim, the more each participant tells of it.")),
    "specificity": (
        marked("Specificity of the sample"),
        marked("The more those studied know of the question from experience, the fewer are needed."),
    ),
    "theory": (
        marked("Established theory"),
        marked("A study that theory guides needs fewer than one that begins without."),
    ),
    "dialogue": (
        marked("Quality of dialogue"),
        marked("Strong, clear conversations carry more than weak or ambiguous ones."),
    ),
    "analysis": (
        marked("Strategy of analysis"),
        marked("Few cases in depth need fewer participants than an exploration across cases."),
    ),
}
#: dimension -> what its steps mean, the one that adds most power first
STEPS: Mapping[str, Mapping[Power, str]] = {
    "aim": {Power.HIGH: marked("narrow"), Power.MIDDLE: marked("in between"), Power.LOW: marked("broad")},
    "specificity": {Power.HIGH: marked("dense"), Power.MIDDLE: marked("in between"), Power.LOW: marked("sparse")},
    "theory": {
        Power.HIGH: marked("guided by theory"),
        Power.MIDDLE: marked("guided in part"),
        Power.LOW: marked("without theory"),
    },
    "dialogue": {Power.HIGH: marked("strong"), Power.MIDDLE: marked("in between"), Power.LOW: marked("weak")},
    "analysis": {Power.HIGH: marked("of cases"), Power.MIDDLE: marked("in between"), Power.LOW: marked("across cases")},
}
POWERS: Mapping[Power, str] = {
    Power.HIGH: marked("more power"),
    Power.MIDDLE: marked("some power"),
    Power.LOW: marked("less power"),
}


def steps(dimension: str) -> list[tuple[Power, str]]:
    """Return the steps of a dimension with what they mean."""
    return [
        (power, gettext("{step} ({power})", step=translate(said), power=inline(translate(POWERS[power]))))
        for power, said in STEPS[dimension].items()
    ]


def dimensions() -> list[tuple[str, str, str, list[tuple[Power, str]]]]:
    """Return the dimensions: key, name, what is asked, steps."""
    return [(key, translate(name), translate(asks), steps(key)) for key, (name, asks) in DIMENSIONS.items()]


def said_of(shown: PowerShown) -> list[tuple[str, str, str]]:
    """Return what was judged of each dimension: its name, the step, why."""
    judged = vars_of(shown)
    return [
        (translate(name), dict(steps(key))[judged[key].power], judged[key].words)
        for key, (name, _) in DIMENSIONS.items()
    ]


def vars_of(shown: PowerShown) -> Mapping[str, PowerSaid]:
    """Return what was judged, by dimension."""
    judged = shown.row.judged
    return {
        "aim": judged.aim,
        "specificity": judged.specificity,
        "theory": judged.theory,
        "dialogue": judged.dialogue,
        "analysis": judged.analysis,
    }


def verdict(shown: PowerShown) -> str:
    """Return who judged what, when, of how much."""
    row = shown.row
    values = {
        "name": shown.by,
        "day": row.judged_at.date().isoformat(),
        "documents": row.documents,
        "cases": row.cases,
    }
    if row.suffices:
        return gettext("{name} judged on {day} that {documents} documents of {cases} cases suffice.", **values)
    return gettext("{name} judged on {day} that {documents} documents of {cases} cases do not suffice yet.", **values)


def paragraph(shown: PowerShown) -> str:
    """Return the sentences for a paper."""
    return sentences(*_told(shown))


def _told(shown: PowerShown) -> Iterator[str]:
    yield gettext(
        "Whether the materials suffice was judged by information power (Malterud, Siersma & Guassora 2016), not by saturation, "
        "which does not fit a method in which meaning is made and not found (Braun & Clarke 2021)."
    )
    for name, step, words in said_of(shown):
        told = gettext("{dimension}: {step}", dimension=name, step=step)
        yield _ended(gettext("{told}, since {words}", told=told, words=words) if words else told)
    yield verdict(shown)
    yield gettext("The reason given: {reason}", reason=_ended(shown.row.reason))


def _ended(text: str) -> str:
    return text if text[-1:] in ".。!！?？" else gettext("{reason}.", reason=text)
