"""All exports, in the order in which pages and the command line name them."""

from collections.abc import Mapping

from intercoder.errors import NotFound, marked
from intercoder.policy import Permission
from intercoder.reports.exports import figures, saturation, theory
from intercoder.reports.exports.adjudicated import adjudicated
from intercoder.reports.exports.agreement import methods, whole_report
from intercoder.reports.exports.archive import archive, scrambled_archive
from intercoder.reports.exports.codings import codings
from intercoder.reports.exports.disagreements import disagreements
from intercoder.reports.exports.documents import as_pages, as_word
from intercoder.reports.exports.drawn import DRAWN, FIGURE
from intercoder.reports.exports.kinds import Export, Form, Scope
from intercoder.reports.exports.memos import memos
from intercoder.reports.exports.model import model
from intercoder.reports.exports.norming import norming
from intercoder.reports.exports.pack import pack
from intercoder.reports.exports.reliability import diagnosis, for_python, for_r, for_recal, for_spss, for_stata
from intercoder.services.archiving import require_nothing_open

EXPORTS: tuple[Export, ...] = (
    Export(
        "codings",
        Scope.PROJECT,
        Permission.PROJECT_VIEW,
        (Form.XLSX, Form.CSV, Form.NDJSON),
        marked("Codings, one row each"),
        marked(
            "What every coder submitted in the compared rounds: the words in their context, document, case, attributes, coder, the "
            "code with what stands above it, memo, doubt."
        ),
        marked("For counting and filtering elsewhere, and for reading through."),
        codings,
        slow=(Form.XLSX,),
        of_view=True,
    ),
    Export(
        "memos",
        Scope.PROJECT,
        Permission.CODEBOOK_VIEW,
        (Form.XLSX, Form.CSV),
        marked("Memos"),
        marked(
            "Every memo that you may read, one row each: on what it is, its kind, title and words, its author, when it was written and changed, the "
            "memos and passages that it is tied to."
        ),
        marked("For writing, and for an appendix on how the theory came about."),
        memos,
    ),
    Export(
        "tables",
        Scope.PROJECT,
        Permission.CODINGS_VIEW,
        (Form.DOCX, Form.XLSX),
        marked("Tables of coding"),
        marked(
            "Cases, sources, open coding with every initial concept, axial coding, the evidence of each construct: what stands in the "
            "texts, with reference points and sources of materials."
        ),
        marked("For the paper and its appendix."),
        theory.tables,
        slow=(Form.DOCX, Form.XLSX),
        of_view=True,
    ),
    Export(
        "matrices",
        Scope.PROJECT,
        Permission.CODINGS_VIEW,
        (Form.XLSX, Form.CSV),
        marked("Matrices of codes"),
        marked(
            "Constructs, themes and concepts by case, concepts by source type and by one another. As csv a row for each cell: passages, "
            "documents, cases, and why an empty one is empty."
        ),
        marked("For cross-case comparison and triangulation."),
        theory.matrices,
        slow=(Form.XLSX,),
        of_view=True,
    ),
    *theory.FIGURES,
    *saturation.OFFERED,
    Export(
        "pack",
        Scope.PROJECT,
        Permission.CODINGS_VIEW,
        (Form.ZIP,),
        marked("Manuscript pack"),
        marked(
            "The tables, figures and methods of the paper as Word and PDF with numbered captions, every table as a workbook, every figure by "
            "itself. Chapters without data are left out with the reason; what the author has to write is marked."
        ),
        marked("For writing the paper."),
        pack,
        slow=(Form.ZIP,),
    ),
    Export(
        "documents-word",
        Scope.ROUND,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Coded documents, Word"),
        marked(
            "Each document of the round with a comment for each coding, by its coder, and for each coding of the consensus. What is coded "
            "by more is darker."
        ),
        marked("For reading and discussing with people who do not use this program."),
        as_word,
        slow=(Form.ZIP,),
    ),
    Export(
        "documents-html",
        Scope.ROUND,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Coded documents, pages"),
        marked(
            "The same as pages that a browser opens without a network: codings are numbered in the text and listed below it."
        ),
        marked("For reading, and for keeping beside the data."),
        as_pages,
        slow=(Form.ZIP,),
    ),
    Export(
        "disagreements",
        Scope.ROUND,
        Permission.DISAGREEMENTS_VIEW,
        (Form.XLSX, Form.CSV),
        marked("Disagreements and rulings, one row each"),
        marked(
            "Every place where coders differ: its words, who gave it which codes, how many agree, doubts, leverage, and how it was settled: "
            "what stands, why coders differ, the reason, by whom."
        ),
        marked("For the account of disagreements in a paper, and for going through them with the team."),
        disagreements,
        slow=(Form.XLSX,),
    ),
    Export(
        "adjudication",
        Scope.ROUND,
        Permission.DISAGREEMENTS_VIEW,
        (Form.DOCX, Form.XLSX, Form.CSV),
        marked("What came of adjudication"),
        marked(
            "The account of disagreements with examples, in English and in Chinese; each coder against the consensus, in all and by code; "
            "for what something else was coded; whose reading each adjudicator took. As csv the account alone."
        ),
        marked("For the paper, and for a meeting of the team."),
        adjudicated,
        slow=(Form.DOCX, Form.XLSX, Form.CSV),
    ),
    Export(
        "norming",
        Scope.ROUND,
        Permission.DISAGREEMENTS_VIEW,
        (Form.XLSX, Form.CSV),
        marked("Norming rooms: votes and minutes"),
        marked(
            "For each place and person of the norming rooms of the round what was voted before and after talking, with reasons, as far as it "
            "is revealed; in Excel also the minutes, α before and after, and what was said."
        ),
        marked("For the record of how the team came to its rules. These votes are in no figure of agreement."),
        norming,
    ),
    Export(
        "report",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.DOCX, Form.PDF, Form.XLSX, Form.CSV, Form.JSON),
        marked("Agreement report"),
        marked(
            "Whether there is enough, the coefficients with their intervals, the tables by code, pair, coder and document, codes in one "
            "another’s place, and the methods section. As csv and JSON the numbers, unrounded, also of each code and pair."
        ),
        marked("For the appendix of a paper (Word, PDF), for own tables (Excel, csv), for programs (JSON)."),
        whole_report,
        slow=(Form.DOCX, Form.PDF, Form.XLSX, Form.CSV, Form.JSON),
    ),
    Export(
        "figure-model",
        Scope.PROJECT,
        Permission.THEORY_VIEW,
        (*FIGURE, Form.DOCX),
        marked("Figure: the path model"),
        marked(
            "Forces, modes and outcome with their relations: how many passages of how many cases speak for each, and how many against it. "
            "In Word every box and line can be changed."
        ),
        marked("For the paper: svg and pdf for print, png for Word (300 and 600 dpi), docx for changing it."),
        model,
        slow=DRAWN,
    ),
    Export(
        "figure-headline",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        FIGURE,
        marked("Figure: the headline"),
        marked(
            "The number that the report is known by with its interval, on the three bands below .667, to .80 and above."
        ),
        marked("For a slide."),
        figures.headline,
        slow=DRAWN,
    ),
    Export(
        "figure-codes",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        FIGURE,
        marked("Figure: codes with intervals"),
        marked(
            "Each code with its α (by free span its |u-α) and 95 % interval, lowest first, below the headline; 60 codes at most."
        ),
        marked("For the paper or its appendix: svg and pdf for print, png for Word."),
        figures.codes,
        slow=DRAWN,
    ),
    Export(
        "figure-coders",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        FIGURE,
        marked("Figure: coder by coder"),
        marked(
            "A matrix of every two coders: the coefficient above the diagonal, percent or segments that agree below it."
        ),
        marked("For a meeting of the coders."),
        figures.coders,
        slow=DRAWN,
    ),
    Export(
        "figure-confusions",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        FIGURE,
        marked("Figure: codes in one another’s place"),
        marked("The confusion matrix of the 16 codes that are mixed up most, each square with its number."),
        marked("For the paper, and for working on definitions."),
        figures.confusions,
        slow=DRAWN,
    ),
    Export(
        "figure-rounds",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        FIGURE,
        marked("Figure: over rounds and codebook versions"),
        marked(
            "Each code in the round before and in this one, what moved most first; codes whose entry was changed between have a star."
        ),
        marked("For showing what a training or a new definition brought."),
        figures.versions,
        slow=DRAWN,
    ),
    Export(
        "methods",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.DOCX, Form.PDF),
        marked("Methods section"),
        marked(
            "What reviewers ask for, in English and in Chinese: units, coders, what was coded by several and how that was chosen, when, "
            "independence, codebook, coefficients with intervals, how differences were settled."
        ),
        marked("For the paper."),
        methods,
        slow=(Form.PDF,),
    ),
    Export(
        "diagnosis",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.XLSX, Form.CSV),
        marked("Diagnosis of the units"),
        marked(
            "A row for each unit with its words, a column for each coder with the codes given, and whether the unit was compared, "
            "agrees or differs."
        ),
        marked("For seeing what each number was made of, and for talking through differences."),
        diagnosis,
    ),
    Export(
        "r",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Data for R"),
        marked(
            "The values of the units without their texts, the report’s numbers, and a script that computes alpha again: overall, by code, "
            "by pair. With irr and irrCAC where they are installed. By free span the spans of each coder, for u-alpha and the |u-alpha of each code."
        ),
        marked("For whoever checks the numbers or computes others."),
        for_r,
    ),
    Export(
        "python",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Data for Python and NLTK"),
        marked("The same data with a script that computes alpha again by the packages krippendorff and NLTK."),
        marked("For whoever checks the numbers or computes others."),
        for_python,
    ),
    Export(
        "spss",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Data for SPSS"),
        marked(
            "Numbers for the sets of codes with their labels, and a syntax that reads them and computes alpha over all coders and each "
            "pair. Tried in PSPP, not in SPSS."
        ),
        marked("For colleagues and reviewers who work with SPSS."),
        for_spss,
    ),
    Export(
        "stata",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Data for Stata"),
        marked("The same numbers with a do-file that calls kappaetc. It was not tried in Stata, which we do not have."),
        marked("For colleagues and reviewers who work with Stata."),
        for_stata,
    ),
    Export(
        "recal",
        Scope.REPORT,
        Permission.AGREEMENT_VIEW,
        (Form.ZIP,),
        marked("Data for ReCal"),
        marked(
            "The compared units as ReCal2 or ReCal3 and ReCal OIR take them: numbers only. Written by its description, not sent to it."
        ),
        marked("For whoever has to name ReCal in a paper."),
        for_recal,
    ),
    Export(
        "archive",
        Scope.PROJECT,
        Permission.PROJECT_EDIT,
        (Form.ZIP,),
        marked("The whole project"),
        marked(
            "Every table as lines of JSON, the texts, the imported files, the log, with hashes. `intercoder verify` checks it, `intercoder "
            "import` brings it back into an empty instance. Not while a round is open."
        ),
        marked("For keeping ten years, for moving to another server, for a repository."),
        archive,
        slow=(Form.ZIP,),
        ready=require_nothing_open,
    ),
    Export(
        "archive-scrambled",
        Scope.PROJECT,
        Permission.PROJECT_EDIT,
        (Form.ZIP,),
        marked("The whole project without its words"),
        marked(
            "The same tables with people as letters and every letter of texts, memos and reasons replaced: offsets, lengths and figures "
            "stay. Without the log. Look at names, titles and definitions before you share it."
        ),
        marked("For sharing data whose texts may not be shared."),
        scrambled_archive,
        slow=(Form.ZIP,),
        ready=require_nothing_open,
    ),
)
_BY_NAME: Mapping[str, Export] = {export.name: export for export in EXPORTS}


def export_called(name: str) -> Export:
    """Return the export of a name."""
    if name not in _BY_NAME:
        raise NotFound("no_such_export", "There is no export “{name}”: `intercoder export` lists them.", name=name)
    return _BY_NAME[name]
