"""The data structure of a study as a figure: drawn from its codebook, told in words for those who cannot see it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder.charts.drawing import Leaf, leaf_svg
from intercoder.charts.structure import Construct, StructureWords, Theme, structure
from intercoder.charts.svg import number, text
from intercoder.language import gettext, listed, sentences
from intercoder.models import Level
from intercoder.reports.words import word
from intercoder.services.study_tallies import ABOVE_LABELS, StudyPassages
from intercoder.services.versions import Change, ChangeKind, latest_version, unpublished_changes
from intercoder.stats.tones import tone_of


def constructs_of(study: StudyPassages, *, coloured: bool = False) -> list[Construct]:
    """Return the constructs with their themes and concepts, in the order of the codebook; those with nothing below them are left out."""
    marks = study.mapped.looks if coloured else {}

    def colour(code: str) -> str:
        return tone_of(marks[code]) if code in marks else ""

    made = [
        Construct(
            top.name,
            [
                Theme(
                    theme.name,
                    [concept.name for concept in study.below(theme.id)],
                    [colour(concept.id) for concept in study.below(theme.id)] if coloured else (),
                )
                for theme in study.below(top.id)
                if study.below(theme.id)
            ],
            colour(top.id),
        )
        for top in study.codes(Level.CONSTRUCT)
    ]
    return [construct for construct in made if construct.themes]


def structure_leaves(study: StudyPassages, *, coloured: bool = False) -> list[Leaf]:
    """Return the pages of the figure, in black or in the colours of the project; none where no construct has a theme with a concept."""
    constructs = constructs_of(study, coloured=coloured)
    if not constructs:
        return []
    heads = (word("level", Level.CONCEPT), word("level", Level.THEME), word("level", Level.CONSTRUCT))
    told = [
        gettext("{name}: {below}.", name=construct.name, below=listed([_theme(theme) for theme in construct.themes]))
        for construct in constructs
    ]
    words = StructureWords(gettext("Data structure"), heads, gettext(" (continued)"), sentences(*told))
    return structure(constructs, words)


def left_out(study: StudyPassages) -> list[str]:
    """Return sentences about codes that are not in the figure, because nothing is above or below them."""
    drawn = {
        code.id
        for top in study.codes(Level.CONSTRUCT)
        for theme in study.below(top.id)
        for code in (top, theme, *study.below(theme.id))
        if study.below(theme.id)
    }
    loose = [code.name for level in ABOVE_LABELS for code in study.codes(level) if code.id not in drawn]
    return (
        [gettext("Not in the figure, because nothing is above or below them: {names}.", names=listed(loose))]
        if loose
        else []
    )


def moved_since(session: Session, project: UUID) -> tuple[int, Sequence[str]]:
    """Return the number of the latest version of the codebook, and what of the figure moved since then, a sentence each. Three statements."""
    latest = latest_version(session, project)
    if latest is None:
        return 0, []
    there = [change for change in unpublished_changes(session, project) if change.level is not Level.LABEL]
    return latest.number, [said for change in there for said in _moved(change)]


def _moved(change: Change) -> list[str]:
    match change.kind:
        case ChangeKind.ADDED:
            return [gettext("“{name}” is new.", name=change.name)]
        case ChangeKind.REMOVED:
            return [gettext("“{name}” is not there any more.", name=change.name)]
        case ChangeKind.CHANGED:
            return _changed(change)


def _changed(change: Change) -> list[str]:
    made = []
    if "name" in change.fields:
        made.append(gettext("“{before}” is called “{name}”.", before=change.fields["name"][0], name=change.name))
    if "parent" in change.fields:
        before, after = (name or "–" for name in change.fields["parent"])
        made.append(
            gettext(
                "“{name}” stands below {after}, before below {before}.", name=change.name, after=after, before=before
            )
        )
    return made


def _theme(theme: Theme) -> str:
    return gettext("{theme} ({concepts})", theme=theme.name, concepts=listed(theme.concepts))


def structure_svg(leaves: list[Leaf]) -> str:
    """Return all pages as one drawing, one below the other."""
    if len(leaves) == 1:
        return leaf_svg(leaves[0])
    width, height = max(leaf.width for leaf in leaves), sum(leaf.height for leaf in leaves)
    parts, y = [], 0.0
    for leaf in leaves:
        parts.append(f'<g transform="translate(0 {number(y)})">{_inside(leaf_svg(leaf))}</g>')
        y += leaf.height
    head = leaf_svg(leaves[0])
    family = head[head.index("font-family=") : head.index("><title>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" '
        f'height="{number(height)}" role="img" {family}><title>{text(gettext("Data structure"))}</title>'
        f"<desc>{text(leaves[0].description)}</desc>{''.join(parts)}</svg>"
    )


def _inside(svg: str) -> str:
    return svg[svg.index("</desc>") + len("</desc>") : svg.rindex("</svg>")]
