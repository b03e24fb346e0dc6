"""A study with a report, for tests of what leaves the program."""

import random

from cast import TEXTS, Cast
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import agreement, codebook
from intercoder.text.units import Unit, units_of
from services.comparing import give

DOCUMENTS = ("访谈一", "年报节选")
#: a name that a spreadsheet computes, and that ends the quotes of SPSS and Stata
NASTY = """=1+1 "' `x' $S_DATE 'y'"""


def report_of_three(cast: Cast) -> str:
    """The address of a report of three coders, one of whom finished one document only, with units of several codes and of none."""
    give(cast, "olga", Role.CODER)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes["c1"], None, codebook.CodeChange(name=NASTY))
    made = cast.round(documents=DOCUMENTS, coders=("ai", "bo", "olga"), unit="sentence")
    chance = random.Random(7)
    for title in DOCUMENTS:
        for start, end in units_of(TEXTS[title], Unit.SENTENCE):
            right = chance.choice(["l1", "l2", "l3"])
            for coder in ("ai", "bo", "olga")[: 3 if title == "访谈一" else 2]:
                for code in {right if chance.random() < 0.7 else "l3", *(["c1"] if chance.random() < 0.2 else [])}:
                    if chance.random() < 0.9:
                        cast.code(coder, made, title, code, TEXTS[title][start:end])
    for coder in ("ai", "bo"):
        cast.submit(coder, made, *DOCUMENTS)
    cast.submit("olga", made, "访谈一")
    cast.close(made, unfinished=True)
    with cast.database.reading() as session:
        return f"reports/{agreement.reports(session, made)[0].id}"
