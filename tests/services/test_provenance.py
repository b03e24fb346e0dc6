"""What a report is computed from is kept with it, with the names of that day."""

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import agreement, codebook, provenance, results
from intercoder.services.codebook import CodeChange

pytestmark = pytest.mark.sqlite


def kept(cast: Cast) -> provenance.Provenance:
    with cast.database.reading() as session:
        (report,) = agreement.latest_reports(session, cast.access(session, "lena", Permission.AGREEMENT_VIEW))
        return results.open_report(session, agreement.get_report(session, cast.project, report.id)).provenance


def test_names_of_that_day_and_the_mapping_stay_when_the_codebook_goes_on(cast: Cast) -> None:
    cast.compared_round()
    before = kept(cast)
    assert (before.codebook_version, before.mapping, before.codings_waiting) == (1, 0, 0)
    assert "平台把数据开放" in {code.name for code in before.codes}
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes["l3"], None, CodeChange(name="开放数据"))
    assert kept(cast) == before
