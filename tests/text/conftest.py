import subprocess
from pathlib import Path

import pytest

from programs import chromium
from waiting import PATIENCE

PAGES = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>访谈</title>
<style>
@page { size: A4; margin: 20mm } body { font: 12pt/1.6 "Noto Serif CJK SC"; margin: 0 }
h1 { font-size: 20pt } p { text-indent: 2em; margin: 0 0 .4em } .en p { text-indent: 0 }
</style>
<h1>企业数字化转型访谈</h1>
<p>我们从二〇一五年开始做数字化转型，先从仓储系统入手，后来逐步延伸到供应链协同。受访者认为这是被迫的选择，因为客户的要求越来越高，\
而传统的做法已经不能满足需要了。𠮷野家也是这样。</p>
<p>第二段：系统（ERP）上线以后，效率提高了百分之二十；但是员工并不满意。\
他们说：“这不是我们想要的。”于是公司又做了调整，花了两年时间才稳定下来。</p>
<div class="en" lang="en"><p>The second interview took place in the company's headquarters and lasted about \
ninety minutes; the respondent \
described the inter&shy;national&shy;ization of the organization in considerable detail, with many digressions.</p>
<p>A short one.</p></div>
<div style="break-before: page"></div>
<p>第二页的文字从这里开始，说的是组织的变化以及人的变化，还有许多没有预料到的后果，需要继续跟踪观察，直到没有新的概念出现为止。</p>
"""


@pytest.fixture(scope="session")
def printed_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF of two pages, Chinese and English, printed by a real browser."""
    folder: Path = tmp_path_factory.mktemp("printed")
    page = folder / "page.html"
    page.write_text(PAGES, encoding="utf-8")
    target = folder / "page.pdf"
    subprocess.run(
        [
            chromium(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return target.read_bytes()
