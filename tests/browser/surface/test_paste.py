"""Pasting a codebook on its page: what would change is seen line by line, doubts are decided with the keyboard, then it is written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.story.people import broken_rules
from browser.surface.study import World

Visit = Callable[[str, str], Page]

TEXT = """关系构建 | Building ties
\t信任机制
\t\t信任先行
\t\t\t没有信任什么都谈不了
\t\t数据互亻言
\t\t数据互伩
\t生态嵌入
\t\t\t\t跳了一级
\t\t信任先行
"""


@pytest.fixture
def locale() -> str:
    return "zh-CN"


def test_a_codebook_is_pasted_decided_with_the_keyboard_and_written(world: World, visit: Visit) -> None:
    page = visit("lena", f"/projects/{world.project}/codebook/paste")
    expect(page.get_by_text("尚未粘贴内容")).to_be_visible()
    page.get_by_role("textbox", name="粘贴的内容").fill(TEXT)
    write = page.get_by_role("button", name="写入草稿")
    rows = page.locator("[data-rows] tr")
    expect(rows).to_have_count(9)
    expect(page.get_by_role("button", name="待定 3")).to_be_visible()
    expect(write).to_be_disabled()
    assert broken_rules(page) == []
    page.keyboard.press("F8")
    expect(page.get_by_role("button", name="当作 A2 数据互信")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("() => !document.querySelector('.paste').hasAttribute('aria-busy')")
    expect(write).to_be_enabled()
    expect(page.locator("[data-status]")).to_contain_text("新增 3，改动 1")
    write.click()
    expect(page.get_by_role("status").filter(has_text="已写入草稿：新增 3，改动 1。")).to_be_visible()
    expect(page.get_by_role("treeitem", name="跳了一级").first).to_be_attached()


def test_a_file_is_read_shown_and_put_away(world: World, visit: Visit, tmp_path: Path) -> None:
    table = tmp_path / "编码本.csv"
    table.write_text("编码,层级,上级编码,定义\n以证立信,概念,信任机制,证书在先\n", "utf-8-sig")
    page = visit("lena", f"/projects/{world.project}/codebook/paste")
    page.get_by_label("选择文件").set_input_files(table)
    expect(page.get_by_text("来自文件“编码本.csv”")).to_be_visible()
    expect(page.locator("[data-rows] tr")).to_contain_text(["新增"])
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_text("尚未粘贴内容")).to_be_visible()
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    page.get_by_label("选择文件").set_input_files(tmp_path / "坏.xlsx")
    expect(page.locator("[data-problem]")).to_contain_text("压缩包")


def test_an_example_quotes_a_passage_that_is_found_by_its_words(world: World, visit: Visit) -> None:
    world.open()  # the text comes with the round
    page = visit("lena", f"/projects/{world.project}/codebook?code={world.codes['c1']}")
    page.get_by_role("button", name="编辑或移动").click()
    box = page.get_by_role("dialog", name="编辑或移动编码")
    box.get_by_label("典型例证").fill("没有信任什么都谈不了")
    box.get_by_role("button", name="在资料中查找这段话").first.click()
    box.get_by_role("button", name="引用此处").click()
    expect(box.locator("q").first).to_have_text("没有信任什么都谈不了")
    box.get_by_role("button", name="保存").click()
    expect(page.locator("#code-detail q")).to_have_text("没有信任什么都谈不了")
