"""What readers remarked, and how a file was read, in the language of the request."""

from collections.abc import Iterable

from intercoder.language import gettext, translate
from intercoder.text.readers.choices import Choices
from intercoder.text.readers.document import Remark


def remarks(made: Iterable[Remark]) -> list[str]:
    """Return remarks as sentences."""
    return [translate(remark.sentence, remark.values) for remark in made]


def choices_in_words(choices: Choices) -> list[str]:
    """Return what a person chose otherwise than it is by itself, a sentence each."""
    said = []
    if choices.encoding:
        said.append(gettext("The encoding was chosen: {encoding}.", encoding=choices.encoding))
    if choices.replace_bad_bytes:
        said.append(gettext("Bytes that cannot be read were to be replaced by �."))
    if not choices.numbering:
        said.append(gettext("Numbers that the word processor makes were left out."))
    if choices.without_running_lines:
        said.append(gettext("Running titles and page numbers were left out."))
    for speaker in choices.speakers:
        if not speaker.speaker:
            said.append(gettext("“{name}” is no speaker.", name=speaker.name))
        elif speaker.speaker != speaker.name:
            said.append(gettext("“{name}” counts as {speaker}.", name=speaker.name, speaker=speaker.speaker))
        else:
            said.append(gettext("“{name}” is a speaker.", name=speaker.name))
    return said
