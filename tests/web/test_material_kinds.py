"""Files as people have them, through the API: what is uploaded, what is chosen, and the text that an import makes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intercoder.db import Database
from web.api_study import Json, Study

pytestmark = pytest.mark.sqlite
KINDS = Path(__file__).parents[1] / "text" / "files" / "kinds"


class Materials:
    """A project and its files."""

    def __init__(self, study: Study) -> None:
        self.study = study
        study.project = study.ask("lena", "POST", "/projects", {"name": "材料"}, status=201)["id"]

    def upload(self, name: str, data: bytes, status: int = 201) -> Json:
        answer = self.study.clients["lena"].upload(f"/api/v1/projects/{self.study.project}/files", name, data)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    def choose(self, file: Json, **choices: Any) -> Json:
        return self.study.ask("lena", "PATCH", f"/files/{file['id']}", choices)

    def reading(self, file: Json) -> Json:
        return self.study.ask("lena", "GET", f"/files/{file['id']}/reading")

    def imported(self, file: Json) -> Json:
        """Return the text that the import of a file makes, with its anchors and how it was read."""
        started = self.study.in_project("lena", "POST", "/imports", {"files": [file["id"]]}, status=202)
        job = self.study.job(started)
        assert job["result"]["imported"] == 1, job
        newest = self.study.in_project("lena", "GET", "/documents")[-1]
        revision = self.study.ask("lena", "GET", f"/documents/{newest['id']}/revisions")[0]
        return self.study.ask("lena", "GET", f"/revisions/{revision['id']}")

    def text(self, name: str, data: bytes) -> Json:
        return self.imported(self.upload(name, data))


@pytest.fixture
def materials(app: Flask, database: Database, run_jobs: Callable[[], int]) -> Materials:
    return Materials(Study(app, database, run_jobs))


def turns(text: Json) -> list[list[Any]]:
    return [[a["label"], a["data"]["time_ms"]] for a in text["anchors"] if a["kind"] == "turn"]


CASES = sorted(file.stem for file in KINDS.glob("k14*.json"))


@pytest.mark.parametrize("case", CASES)
def test_transcripts_that_people_have(materials: Materials, case: str) -> None:
    described = json.loads((KINDS / f"{case}.json").read_text("utf-8"))
    wanted = described["expected"]
    text = materials.text(described["file"], (KINDS / described["file"]).read_bytes())
    assert turns(text) == wanted["turns"]
    assert text["text"] == wanted.get("text", text["text"])
    assert all(words in text["text"] for words in wanted.get("text contains", []))


OTTER = "Speaker 1  0:05\nHow did it begin?\n\nSpeaker 2  1:02:33\nSlowly.\n\nSpeaker 1  125:30\nAnd then?\n"
TEAMS = "Wu, Ying (HR)   0:05\nGuten Tag.\nMüller, Anna   0:15\nJa.\nWu, Ying (HR)   1:05\nGut.\n"
FEISHU = "会议纪要\n2023年5月12日 下午 3:00|45分钟\n\n张三 00:00:05\n您好。\n\n李四 00:12:00\n好。\n\n张三 01:00:20\n后来呢？\n"
BRACKETS = "[00:00:05.310 --> 00:00:12.000] 说话人1：喂。\n[00:00:12.500 --> 00:00:13.000] 说话人2：嗯。\n[00:01:00] 说话人1：好。\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (OTTER, [["Speaker 1", 5000], ["Speaker 2", 3_753_000], ["Speaker 1", 7_530_000]]),
        (TEAMS, [["Wu, Ying (HR)", 5000], ["Müller, Anna", 15_000], ["Wu, Ying (HR)", 65_000]]),
        (FEISHU, [["张三", 5000], ["李四", 720_000], ["张三", 3_620_000]]),
        (BRACKETS, [["说话人1", 5310], ["说话人2", 12_500], ["说话人1", 60_000]]),
    ],
    ids=["Otter", "Teams", "Feishu", "WhisperX"],
)
def test_programs_of_meetings_write_names_and_clocks(
    materials: Materials, written: str, expected: list[list[Any]]
) -> None:
    assert turns(materials.text("会议.txt", written.encode())) == expected


VTT = """WEBVTT - made by hand

STYLE
::cue { color: red }

NOTE an intermission
00:00:01.000 is no time here

first
00:01.000 --> 00:04.000 align:start position:0%
<v.loud Esme O&apos;Neil>It <i>was</i> <00:02.000>slow.</v>

00:00:03.500 --> 00:00:05.000
<v 王总>后来
就快了。</v><v Esme O&apos;Neil>Yes.</v>
"""
SRT = "\ufeff1\r\n00:00:01,5 --> 00:00:02,000\r\n<i>王总：你好。</i>\r\n\r\n2\r\n0:00:03,000 --> 0:00:04,000\r\n王总：还好。\r\n"


def test_subtitles_give_voices_times_and_plain_words(materials: Materials) -> None:
    vtt = materials.text("a.vtt", VTT.encode())
    assert vtt["text"] == "It was slow.\n后来就快了。\nYes."
    assert turns(vtt) == [["Esme O'Neil", 1000], ["王总", 3500], ["Esme O'Neil", 3500]]
    srt = materials.text("b.txt", SRT.encode())
    assert (srt["reader"]["format"], srt["text"]) == ("srt", "王总：你好。\n王总：还好。")
    assert turns(srt) == [["王总", 1500], ["王总", 3000]]
    bare = materials.text("c.srt", b"1\n00:00:01,000 --> 00:00:02,000\nNobody is named.\n")
    assert (bare["text"], turns(bare)) == ("Nobody is named.", [])


GROUP = "小茅（林校实习生）：你好。\n临溪店 阮晴：好的。\n小茅（林校实习生）：再见。\n临溪店 阮晴：嗯。\n段落22：不是人。\n段落22：也不是。\n"


def test_speakers_are_shown_before_the_import_and_can_be_corrected(materials: Materials) -> None:
    file = materials.upload("座谈.txt", GROUP.encode())
    speakers = materials.reading(file)["speakers"]
    assert [(s["name"], s["turns"]) for s in speakers] == [("小茅（林校实习生）", 2), ("临溪店 阮晴", 2)]
    said = [
        {"name": "小茅（林校实习生）", "speaker": "小茅"},
        {"name": "临溪店 阮晴", "speaker": ""},
        {"name": "段落22", "speaker": "段落22"},
        {"speaker": ""},
    ]
    assert materials.choose(file, speakers=said)["choices"]["speakers"] == said[:3]
    shown = materials.reading(file)["speakers"]
    assert [(s["speaker"], s["turns"]) for s in shown] == [("小茅", 2), ("", 2), ("段落22", 2)]
    text = materials.imported(file)
    assert [speaker for speaker, _ in turns(text)] == ["小茅", "小茅", "段落22", "段落22"]
    assert text["text"] == GROUP
    assert text["reader"]["choices"]["speakers"] == said[:3]


BAD = {
    "utf-8": (KINDS / "k13_one_bad_byte.txt").read_bytes(),
    "gb18030": ("我们那时候什么都没有，只有旧机器。\n" * 20).encode("gb18030").replace(b"\n", b"\n\xff", 1),
    "latin": "Él volvió a la fábrica. ¿Qué pasó?\n".encode() * 3 + b"\x92",
}


@pytest.mark.parametrize(("name", "place"), [("utf-8", (11, 8, 902)), ("gb18030", (2, 1, 36)), ("latin", (4, 1, 124))])
def test_a_bad_byte_has_its_place_and_is_replaced_when_that_is_chosen(
    materials: Materials, name: str, place: tuple[int, int, int]
) -> None:
    file = materials.upload("坏字节.txt", BAD[name])
    line, column, position = place
    refused: Json = materials.study.clients["lena"].call("GET", f"/api/v1/files/{file['id']}/reading").json
    assert (refused["code"], refused["status"]) == ("bad_bytes", 422)
    assert f"in line {line}, column {column} " in refused["detail"]
    assert f"byte {position} of the file" in refused["detail"]
    chosen = materials.choose(file, replace_bad_bytes=True)
    assert "�" in chosen["preview"] or line > 4
    text = materials.imported(file)
    assert text["text"].count("�") == 1
    assert any(f"line {line}, column {column} " in warning for warning in text["reader"]["warnings"])


@pytest.mark.parametrize("name", ["录音.m4a", "notes.pages", "Übersicht.rtf", "旧.doc"])
def test_a_format_that_cannot_be_read_is_refused_when_it_is_uploaded(materials: Materials, name: str) -> None:
    assert (
        materials.upload(name, b"{\\rtf1 x}" if name.endswith("rtf") else b"whatever", 422)["code"] == "unknown_format"
    )
    assert materials.study.in_project("lena", "GET", "/files") == []


@pytest.mark.parametrize(("first", "second"), [("食品企业", "⻝品企业"), ("文件", "⽂件"), ("长期见面", "⻓期⻅面")])
def test_names_that_look_alike_are_one_code(materials: Materials, first: str, second: str) -> None:
    study = materials.study
    study.in_project("lena", "POST", "/codes", {"codes": [{"name": first, "level": "label"}]}, status=201)
    refusal = study.in_project("lena", "POST", "/codes", {"codes": [{"name": second, "level": "label"}]}, status=409)
    assert refusal == "name_taken"
    draft = study.in_project("lena", "GET", "/codebook")
    assert [code["name"] for code in draft] == [first]
