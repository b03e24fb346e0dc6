"""What the test of the two worlds sends to endpoints that need more than nothing. Whoever adds one says here what gets past its form."""

from collections.abc import Mapping, Sequence
from typing import Any

from web.two_worlds import Worlds
from web.what_bo_does import CODES


def bodies(worlds: Worlds) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what is sent to endpoints that need more than nothing, by endpoint."""
    cast = worlds.cast
    code = {name: str(cast.codes[name]) for name in cast.codes}
    bo, ai = (str(cast.people[name].id) for name in ("bo", "ai"))
    document = {title: str(identifier) for title, identifier in cast.documents.items()}
    assignments = [str(worlds.ids.values["assignment"])]
    return {
        "account.change_password": [{"old": "four quiet herons stand", "password": "five loud herons sat"}],
        "account.change_profile": [{"name": "Ai", "language": "en"}],
        "account.register": [{"email": "y@y.example", "name": "Y", "password": "five loud herons sat"}],
        "account.sign_in": [{"email": "ai@study.example", "password": "four quiet herons stand"}],
        "admin.set_active": [{"active": "1"}],
        "api.accept_invitation": [{"token": str(worlds.ids.values["secret"])}],
        "api.accept_proposal": [{"parent_id": code["c1"]}],
        "api.add_assignments": [
            {"pairs": [{"document_id": document["Partner interview"], "coder_id": c}]} for c in (ai, bo)
        ],
        "api.change_case": [{"name": "another name"}],
        "api.change_code": [{"definition": "d"}, {"name": "老板自己也在学"}, {"level": "concept", "parent_id": None}],
        "api.change_coding": [{"memo": "x", "code": code["l2"]}],
        "api.change_disagreement": [{"state": "deferred"}],
        "api.change_document": [{"title": "new title"}],
        "api.change_file": [{"title": "new title"}],
        "api.change_member": [{"roles": ["observer"]}],
        "api.declare_saturation": [
            {"kind": "codes", "level": level, "view": view, "reason": "r", "despite": "d"}
            for level, view in (("label", "union"), ("concept", "consensus"))
        ],
        "api.put_aside": [
            {"unit": "document", "chosen": [document["Partner interview"]], "reason": "r"},
            {"unit": "document", "share": 50, "seed": 1, "reason": "r"},
        ],
        "api.look_at_reserve": [{"document_id": document["Partner interview"], "reason": "r"}],
        "api.judge_information_power": [
            {name: {"power": "high", "words": "w"} for name in ("aim", "specificity", "theory", "dialogue", "analysis")}
            | {"suffices": True, "reason": "r"}
        ],
        "api.save_saturation_rule": [{"rule": "francis2010"}, {"rule": "guest2020", "base": 2}],
        "api.take_declaration_back": [{"reason": "r"}],
        "api.write_sampling_note": [{"on": "2026-05-02", "text": "another guide"}],
        "api.change_own_code": [{"name": "老板也在学"}, {"parent": str(CODES[0])}],
        "api.change_project": [
            {"description": "new", "coders_may_rule": True, "coders_see_drift": True, "masked_names": True},
            {"information_power": True},
        ],
        "api.change_round": [{"name": "another name"}],
        "api.close_round": [{"unfinished": True}],
        "api.merge_codes": [{"codes": [code["l2"]], "into": code["l3"]}],
        "api.move_codes": [{"codes": [code["l2"], code["l3"]], "parent": None}],
        "api.preview_parting": [
            {
                "passages": [{"revision": str(worlds.ids.values["revision"]), "start": 0, "end": 4000}],
                "at": {"code": code["c2"]},
            }
        ],
        "api.part_passages": [
            {
                "passages": [{"revision": str(worlds.ids.values["revision"]), "start": 0, "end": end}],
                "at": {"code": code["c2"]},
            }
            for end in (40, 4000)
        ],
        "api.preview_merge": [{"codes": [code["l2"]], "into": code["l3"]}],
        "api.write_memo": [{"text": "似曾相识"}],
        "api.change_memo": [{"text": "似曾相识，再看。"}],
        "api.create_case": [{"name": "new case"}],
        "api.create_codes": [{"codes": [{"name": "老板自己也在学"}, {"name": "先连上再说"}]}],
        "api.create_invitation": [{"email": "x@y.example", "roles": ["coder"]}],
        "api.create_project": [{"name": "mine"}],
        "api.create_round": [
            {"name": "next", "version_id": str(cast.version), "documents": [document["访谈一"]], "coders": [bo]}
        ],
        "api.create_bulk_ruling": [{"rule": "union", "seen": "", "reason": "r"}],
        "api.preview_bulk_ruling": [{"rule": "union"}],
        "api.create_blind_ruling": [{"codings": [], "reason": "r"}],
        "api.create_draw": [{"drawn_from": "open", "share": 50, "seed": 1}],
        "api.create_comment": [{"text": "为什么？@Bo"}, {"text": "不对。", "contests": True}],
        "api.change_thread": [{"state": "resolved"}],
        "api.create_norming_room": [
            {"name": "n", "places": [str(worlds.ids.values["disagreement"])], "guests": [ai, bo]}
        ],
        "api.move_norming_room": [{"state": "revealed"}],
        "api.put_norming_minutes": [{"minutes": "m"}],
        "api.put_norming_vote": [{"place": str(worlds.ids.values["disagreement"]), "codes": [code["l1"]]}],
        "api.say_in_norming_room": [{"place": str(worlds.ids.values["disagreement"]), "text": "t"}],
        "api.create_lesson": [{"code": code["l1"], "quote": "example"}],
        "api.decide_on_lesson": [{"verdict": "accept"}],
        "api.create_ruling": [{"codings": [], "reason": "r"}],
        "api.create_test": [
            {"name": "t", "version_id": str(cast.version), "coders": [c], "documents": [document["访谈一"]]}
            for c in (ai, bo)
        ],
        "api.draw_repeats": [
            {"name": "again", "version_id": str(cast.version), "coders": [ai, bo], "seed": 1, "open": opened}
            for opened in (False, True)
        ],
        "api.create_token": [{"name": "mine"}, {"name": "mine too"}],
        "api.decline_proposal": [{"answer": "太宽。"}],
        "api.decide_proposals": [{"decisions": [{"code": code["l1"], "verdict": "accept"}]}],
        "api.hand_back": [{"reason": "r"}],
        "api.hand_back_many": [{"assignments": [a], "reason": "r"} for a in assignments],
        "api.judge_password": [{"password": "five loud herons sat", "email": "bo@study.example"}],
        "api.pass_on_assignments": [{"assignments": [a], "coder_id": c} for a in assignments for c in (ai, bo)],
        "api.plan_a_redistribution": [{"leaves": bo, "seed": 1}, {"joins": ai, "seed": 1}],
        "api.plan_a_round": [
            {"documents": [document["Partner interview"]], "coders": [ai, bo], "design": {"each": n, "seed": 1}}
            for n in (1, 2)
        ],
        "api.plan_enough": [
            {
                "documents": [document["Partner interview"]],
                "coders": [ai, bo],
                "design": {"each": 2, "seed": 1},
                "goal": {"agreement": 0.9},
                "simulations": n,
            }
            for n in (0, 50)
        ],
        "api.lift_gate": [{"coder_id": bo, "reason": "r"}],
        "api.put_gate": [{"alpha": 0.7, "codes": [code["l1"]]}],
        "api.merge_own_code": [{"into": str(CODES[0])}, {"into": str(CODES[1])}],
        "api.publish_version": [{"note": "n"}],
        "api.put_coding": [
            {"code": code["l1"], "start": 3, "end": 9},
            {"code": code["l2"], "start": 20, "end": 32},
            {"code": code["c2"], "start": 2, "end": 7},
            {"code": str(CODES[0]), "start": 2, "end": 7},
        ],
        "api.put_own_ceiling": [{"characters": 20_000}, {"characters": None}, {"hours": 2}],
        "api.put_coder_sheet": [{"training": "两次培训", "readers": "team"}, {"hours": "40"}],
        "api.put_memo": [{"memo": "mine"}],
        "api.put_active_minutes": [{"minutes": [1, 2]}],
        "api.put_empty_unit": [{"start": 0, "kind": "skipped"}],
        "api.put_own_code": [{"name": "老板自己也在学"}, {"name": "先连上再说", "parent": code["c1"]}],
        "api.remove_own_code": [{}],
        "api.redistribute_round": [{"leaves": bo, "seed": 1}, {"joins": ai, "seed": 1}],
        "api.set_due": [{"assignments": [a], "due_on": "2026-12-01"} for a in assignments],
        "api.withdraw_assignments": [{"assignments": [a]} for a in assignments],
        "api.start_import": [{"files": [str(worlds.ids.values["file"])]}],
        "api.paste_codebook": [{"text": "老板自己也在学\n先连上再说"}],
        "api.preview_sheet": [{"of": of, "text": "Note\nx\ny"} for of in ("cases", "documents")],
        "api.write_sheet": [
            {"of": "cases", "cells": [{"line": str(worlds.ids.values["case"]), "attribute": "行业", "after": "x"}]},
            {"of": "documents", "cells": [{"line": document["Partner interview"], "attribute": "Date", "after": "x"}]},
        ],
        "api.preview_codebook": [{"text": "老板自己也在学\n先连上再说"}],
        "api.read_codebook_file": [{"file": "老板自己也在学\n先连上再说".encode()}],
        "api.start_report": [{"unit": "sentence"}],
        "api.start_changes": [{"other": str(worlds.ids.values["report"])}],
        "api.create_element": [{"kind": "force", "name": "订单流失"}, {"kind": "mode", "code": code["k1"]}],
        "api.change_element": [{"name": "别的", "words": "w"}, {"removed": True}, {"removed": False}],
        "api.arrange_model": [{"places": [{"element": str(worlds.ids.values["element"]), "x": 16, "y": 16}]}],
        "api.create_relation_type": [{"name": "催化"}],
        "api.create_relation": [{"first": {"code": code["c2"]}, "second": {"code": code["c3"]}, "sort": "causes"}],
        "api.change_relation": [{"words": "w"}, {"removed": True}, {"removed": False}],
        "api.create_evidence": [worlds.ids.passage | {"stance": "against"}],
        "api.create_view": [{"name": "近处", "code": code["c1"], "beside": code["c2"], "near": 20}],
        "api.create_memo": [
            {"text": "似曾相识", "title": "t", "kind": "reflexive"},
            {"text": "似曾相识", "about": "code", "of": code["c2"], "readers": "own"},
            {"text": "似曾相识", "about": "document", "of": document["Partner interview"]},
            {"text": "似曾相识", "about": "passage", "passage": worlds.ids.passage},
        ],
        "api.tie_memo": [{"memo": str(worlds.ids.values["memo"])}],
        "api.tie_passage": [worlds.ids.passage],
        "api.create_property": [{"name": "频率", "low": "少", "high": "多"}],
        "api.change_property": [{"words": "w"}, {"removed": True}, {"removed": False}],
        "api.place_case": [{"at": 10, "words": "w"}, {"at": None}],
        "api.show_property": [worlds.ids.passage | {"at": 60}],
        "api.create_negative_case": [{"case": str(worlds.ids.values["case"])}],
        "api.change_negative_case": [{"words": "w"}],
        "api.show_negative_case": [worlds.ids.passage],
        "api.change_evidence": [{"stance": "against"}],
        "api.create_quotation": [worlds.ids.passage],
        "api.order_quotations": [{"quotations": [str(worlds.ids.values["quotation"])]}, {"quotations": []}],
        "api.change_quotation": [{"cuts": []}],
        "api.undo_ruling": [{"reason": "r"}],
        "api.upload_file": [{"file": "甲：好。".encode()}],
        "api.upload_files": [{"file": "乙：好。".encode()}],
    }
