"""Many labels at once: same names but for typing, and all certain proposals, under the name that most of them have."""

import pytest

from cast import Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.policy import Permission
from intercoder.services import bulk_placing, codebook, remapping
from intercoder.services.bulk_placing import BulkIn
from services.test_aligning import close, run, used
from services.test_alignment import far

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize(
    ("first", "second"), [("信任", "信任。"), ("Old Machines", "old-machines"), ("Ａ级", "A 级"), ("联网!", "联网")]
)
def test_names_that_differ_in_typing_only_become_one_code(cast: Cast, first: str, second: str) -> None:
    round_id, _ = used(
        cast, {"ai": [(first, "没有信任"), ("甲", "订单一下")], "bo": [(second, "把旧机器"), ("乙", "平台把")]}
    )
    close(cast, round_id)
    run(cast)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        wanted, joined = bulk_placing.placements(session, access, BulkIn(identical=True))
        assert [sorted(group.labels) for group in joined] == [sorted([first, second])]
        remapping.place(session, access, wanted)
    assert (far(cast, round_id).placed, far(cast, round_id).codes) == (2, 1)


def test_labels_join_a_code_of_the_codebook_that_has_their_name(cast: Cast) -> None:
    round_id, _ = used(cast, {"ai": [("接网", "没有信任")], "bo": [("接网！", "没有信任")]})
    close(cast, round_id)
    run(cast)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, project):
        known = codebook.create_codes(session, project, [codebook.NewCode(name="接网")])[0].id
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        wanted, _ = bulk_placing.placements(session, access, BulkIn(certain=0.5))
        assert [placement.at.code for placement in wanted.placements] == [known]
        remapping.place(session, access, wanted)


def test_what_was_not_chosen_or_does_not_fit_is_refused(cast: Cast) -> None:
    round_id, _ = used(cast, {"ai": [("甲", "没有信任")], "bo": [("乙", "把旧机器")]})
    close(cast, round_id)
    run(cast)
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        with pytest.raises(InvalidInput, match="Choose identical names"):
            bulk_placing.placements(session, access, BulkIn())
        for given in (BulkIn(identical=True), BulkIn(certain=0.5), BulkIn(identical=True, certain=1)):
            with pytest.raises(Conflict, match="No labels"):
                bulk_placing.placements(session, access, given)
