"""The cells of the picture of codes that are mixed up, which always print their number and lead to the passages."""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from intercoder.language import grouped, ngettext
from intercoder.reports.confused import Confused


def drawn(picture: Confused, names: Mapping[str, str], passages: Callable[..., str]) -> Callable[[str, str], Markup]:
    """Return what draws the cell of two codes: how often they were confused, which leads to the passages."""

    def cell(code: str, other: str) -> Markup:
        count = picture.counts.get(frozenset((code, other)), 0)
        if not count:
            return Markup('<td class="confused-none">0</td>')
        said = ngettext(
            "{n} time: “{code}” and “{other}”",
            "{n} times: “{code}” and “{other}”",
            count,
            code=names[code],
            other=names[other],
        )
        address = passages(code=code, instead=other)
        return Markup('<td><a class="confused-{}" href="{}" title="{}">{}</a></td>').format(
            picture.band(count), escape(address), said, grouped(count)
        )

    return cell
