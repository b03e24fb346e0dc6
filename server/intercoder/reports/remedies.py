"""What to do next, in words: each remedy of a report with what it would bring, the greatest gain first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intercoder.language import gettext, ngettext
from intercoder.models import DisagreementKind
from intercoder.reports.numbers import number, percent, signed
from intercoder.stats.agreement.results import Remedy, RemedyKind


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do: by how much alpha would rise, what it is, and what that number supposes."""

    remedy: Remedy
    gain: str
    title: str
    detail: str


def to_do(remedies: Sequence[Remedy], codes: Mapping[str, str], coders: Mapping[str, str]) -> Iterator[ToDo]:
    """Give what to do next; ``codes`` and ``coders`` by their names."""
    for remedy in remedies:
        places = ngettext("{n} place", "{n} places", remedy.places)
        then = gettext("α {now} → {then}", now=number(remedy.alpha - remedy.gain, 2), then=number(remedy.alpha, 2))
        title, supposed = _words(remedy, codes, coders)
        yield ToDo(remedy, signed(remedy.gain, 3), title, f"{places} · {supposed} · {then}")


def _words(remedy: Remedy, codes: Mapping[str, str], coders: Mapping[str, str]) -> tuple[str, str]:
    match remedy.kind:
        case RemedyKind.PART:
            first, second = remedy.codes
            title = gettext("Part “{code}” from “{other}”", code=codes[first], other=codes[second])
            return title, gettext("if nobody mixed them up")
        case RemedyKind.SETTLE:
            title = ngettext(
                "Settle {n} place that some left without a code",
                "Settle {n} places that some left without a code",
                remedy.places,
            )
            return title, gettext("if the majority stands")
        case RemedyKind.BOUNDARY:
            return gettext("Agree on where a passage begins and ends"), gettext("if all ended with the majority")
        case RemedyKind.TRAIN:
            name = coders[remedy.coder or ""]
            title = gettext("Train {name}, or look at what {name} does otherwise", name=name)
            return title, gettext("without these layers")


def points_to(kind: DisagreementKind) -> str:
    """Return what a kind of disagreement points to."""
    return {
        DisagreementKind.DIFFERENT_CODE: gettext("the definitions: two codes are read alike"),
        DisagreementKind.BOUNDARY: gettext("the unit rule: how far a passage reaches"),
        DisagreementKind.OMISSION: gettext("training: what is worth a code, and reading to the end"),
    }[kind]


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of disagreement: how many there are, their share, how many wait, and what it points to."""

    kind: DisagreementKind
    count: int
    waiting: int
    share: str
    points_to: str


def kind_lines(counted: Mapping[DisagreementKind, tuple[int, int]]) -> list[KindLine]:
    """Return the kinds of disagreement, the most frequent first."""
    total = sum(count for count, _ in counted.values())
    ordered = sorted(counted.items(), key=lambda item: (-item[1][0], item[0]))
    return [
        KindLine(kind, count, waiting, percent(count / total, 0), points_to(kind))
        for kind, (count, waiting) in ordered
        if count
    ]
