"""What materials are, and how far the reading of a file is."""

import enum

from intercoder.language import LANGUAGES


class MaterialLanguage(enum.StrEnum):
    """The main language of a study's material: sentence rules, and how a page says what it shows."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The language tag of its texts in a page (BCP 47)."""
        return LANGUAGES[self.value].tag


class SourceType(enum.StrEnum):
    """Where a document comes from."""

    INTERVIEW = "interview"
    OBSERVATION = "observation"
    MEETING = "meeting"
    PHONE = "phone"
    ARCHIVE = "archive"
    MEDIA = "media"
    WEBSITE = "website"
    REPORT = "report"
    SURVEY = "survey"
    OTHER = "other"


class AttributeKind(enum.StrEnum):
    """What an attribute of cases or documents holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  #: a year, a month or a day: 2021, 2021-05, 2021-05-12
    CHOICE = "choice"  #: one of a list


class FileState(enum.StrEnum):
    """The life of an uploaded file."""

    STAGED = "staged"  #: can be looked at, changed and discarded
    IMPORTED = "imported"  #: became a document
    FAILED = "failed"  #: could not be read; says why
