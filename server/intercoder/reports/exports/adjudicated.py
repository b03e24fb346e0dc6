"""What came of adjudication, as Word and as a workbook; the account of disagreements as csv."""

from intercoder.interchange.papers import Paper, Sentences
from intercoder.interchange.papers.book import book_parts
from intercoder.interchange.papers.word import write_word
from intercoder.interchange.sheets import csv_parts
from intercoder.language import LANGUAGES, gettext, language, speaking
from intercoder.reports.after_ruling import account_table, names_of, paragraph, parts
from intercoder.reports.exports.kinds import File, Form, Making, Names, file
from intercoder.reports.exports.people import called, rulers_called
from intercoder.services import account, coders_against
from intercoder.services.access import RoundAccess
from intercoder.services.masks import hidden


def adjudicated(making: Making) -> File:
    """Return the account of disagreements, coders against the consensus, and leanings; the paragraph in both languages."""
    with making.open() as (session, access):
        assert isinstance(access, RoundAccess)
        told, found = account.account(session, access), coders_against.against(session, access)
        names = dict(names_of(told, found))
        if making.choices.names is not Names.REAL or hidden(access):
            letters = {} if hidden(access) else called(session, access, making.choices.names)
            names = {str(one): name for one, name in {**rulers_called(session, access), **letters}.items()}
        round_ = access.round
        form = making.choices.form
        if form is Form.CSV:
            table = account_table(told)
            return file(
                f"account-of-disagreements-round-{round_.number}", form, csv_parts(table.headings, table.values)
            )
        subtitle = gettext("Round {number}: {name}", number=round_.number, name=round_.name)

        def name_of(person: object) -> str:
            return names.get(str(person), gettext("a coder"))

        made = list(parts(told, found, name_of))
    for code in LANGUAGES:
        if code != language():
            with speaking(code):
                made.insert(1, Sentences(gettext("Account of disagreements"), [paragraph(told)]))
    paper = Paper(gettext("What came of adjudication"), subtitle, language(), made)
    return file(
        f"adjudication-round-{round_.number}",
        form,
        book_parts(paper) if form is Form.XLSX else iter([write_word(paper)]),
    )
