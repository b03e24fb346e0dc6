"""What the log of a project proves, in the language spoken now."""

from collections.abc import Iterator

from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, translate
from intercoder.services.audit import AuditedProject, Difference, Differs

_THINGS = {
    "coding": marked("Coding"),
    "ruling": marked("Ruling"),
    "text": marked("Text"),
    "code": marked("Code"),
    "version": marked("Codebook version"),
}


def project_sentence(project: AuditedProject) -> str:
    """Return in one sentence whether a project is what its log says, and what was read for that."""
    read = {
        "project": project.name,
        "events": grouped(project.counts.events),
        "streams": grouped(project.counts.streams),
        "codings": grouped(project.counts.codings),
        "rulings": grouped(project.counts.rulings),
        "texts": grouped(project.counts.texts),
        "codes": grouped(project.counts.codes),
        "versions": grouped(project.counts.versions),
    }
    if project.whole:
        return gettext(
            "{project}: whole. {events} events in {streams} chains; {codings} codings, {rulings} rulings, {texts} texts, "
            "{codes} codes and {versions} codebook versions are what the log says.",
            **read,
        )
    return gettext(
        "{project}: NOT WHOLE, {found} differences. {events} events in {streams} chains; {codings} codings, {rulings} rulings, "
        "{texts} texts, {codes} codes and {versions} codebook versions were compared with the log.",
        found=grouped(project.found),
        **read,
    )


def head_sentence(project: AuditedProject) -> str:
    """Return the head of the project's chain, to be kept elsewhere."""
    if not project.seq:
        return gettext("No event yet.")
    return gettext("Head of the chain: event {seq}, {hash}", seq=project.seq, hash=project.head)


def difference_sentences(project: AuditedProject) -> Iterator[str]:
    """Yield a sentence for each difference, and one for those that are not listed."""
    for difference in project.differences:
        yield difference_sentence(difference)
    if project.found > len(project.differences):
        yield gettext("And {n} more.", n=grouped(project.found - len(project.differences)))


def difference_sentence(difference: Difference) -> str:
    """Return where the log and the tables do not agree, and in what."""
    place = {"stream": difference.stream, "seq": difference.seq, "subject": difference.subject}
    thing = inline(translate(_THINGS[difference.thing])) if difference.thing in _THINGS else ""
    match difference.differs:
        case Differs.CHAIN:
            return gettext("Event {seq} of chain {stream} ({subject}) does not follow from the one before it.", **place)
        case Differs.CUT:
            return gettext(
                "The end of chain {stream} is missing: event {event} names {hash} as its head.",
                stream=difference.stream,
                event=difference.subject,
                hash=difference.logged,
            )
        case Differs.ANCHOR if difference.stored:
            return gettext(
                "Event {seq} of chain {stream} is {stored}, but outside the database {logged} was written down.",
                **place,
                stored=difference.stored,
                logged=difference.logged,
            )
        case Differs.ANCHOR:
            return gettext(
                "Event {seq} of chain {stream} is missing: outside the database {logged} was written down.",
                **place,
                logged=difference.logged,
            )
        case Differs.UNKNOWN:
            return gettext("Event {seq} of chain {stream} ({subject}) cannot be read by this program.", **place)
        case Differs.UNREADABLE:
            return gettext(
                "A {thing} holds a value that this version of the program does not know ({stored}): the others of its kind were "
                "not all compared.",
                thing=thing,
                stored=difference.stored,
            )
        case Differs.UNLOGGED:
            return gettext(
                "The {thing} {subject} is in the database, but the log knows nothing of it.", thing=thing, **place
            )
        case Differs.MISSING:
            return gettext(
                "The {thing} {subject} is missing: event {seq} of chain {stream} says that it was made.",
                thing=thing,
                **place,
            )
        case Differs.CHANGED:
            return gettext(
                "The {thing} {subject} differs in {field}: by event {seq} of chain {stream} it is “{logged}”, in the database "
                "“{stored}”.",
                thing=thing,
                field=difference.field,
                logged=difference.logged[:200],
                stored=difference.stored[:200],
                **place,
            )
