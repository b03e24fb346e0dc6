"""What a compared round says about the next one, in the language spoken now."""

from collections.abc import Iterator

from intercoder.language import gettext, listed, ngettext, sentences
from intercoder.reports.numbers import number
from intercoder.reports.remedies import to_do
from intercoder.services.what_next import WeakCode, WhatNext


def what_next(found: WhatNext) -> Iterator[str]:
    """Give a sentence or two for each thing to do before the next round, what weighs most first."""
    if found.codes:
        yield sentences(_weak(found), _gain(found))
    for line in to_do(found.remedies or (), found.names, found.names):
        yield gettext("{what}: {gain} ({detail}).", what=line.title, gain=line.gain, detail=line.detail)
    if found.long_units is not None:
        yield gettext(
            "Take shorter units: those in which the coders differ have {differing} characters on average, all have {usual}.",
            differing=number(found.long_units.differing, 0),
            usual=number(found.long_units.usual, 0),
        )
    if found.rare:
        yield ngettext(
            "{n} code was applied fewer than 5 times: plan more documents, or ones that hold it.",
            "{n} codes were applied fewer than 5 times: plan more documents, or ones that hold them.",
            found.rare,
        )
    if not found.codes and found.remedies == ():
        yield gettext(
            "No code that was used often enough stays below {target}, and nothing would raise α markedly.",
            target=number(found.target, 3),
        )


def _weak(found: WhatNext) -> str:
    named = [_named(code) for code in found.codes]
    if found.more_codes:
        named.append(ngettext("{n} other", "{n} others", found.more_codes))
    return ngettext(
        "Define {n} code anew, as its α is below {target}: {codes}.",
        "Define {n} codes anew, as their α is below {target}: {codes}.",
        len(found.codes) + found.more_codes,
        target=number(found.target, 3),
        codes=listed(named),
    )


def _named(code: WeakCode) -> str:
    return gettext("“{code}” ({alpha})", code=code.name, alpha=number(code.alpha, 2))


def _gain(found: WhatNext) -> str:
    if found.mean is None or found.could_be is None:
        return ""
    return gettext(
        "The mean α of the codes is {mean}; without any difference on these it would be {could_be}, which is the most to be had.",
        mean=number(found.mean, 2),
        could_be=number(found.could_be, 2),
    )
