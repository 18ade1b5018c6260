"""The week on one page: the whole page of five papers, and what hostile texts cannot do to it."""

import re
from datetime import date

import pytest

from kg.building import derive
from kg.errors import NotFound
from kg.record_files import write_records
from kg.records import Extraction, Mention, Paper
from kg.reporting import address, escaped, linked, quotation, report, section

GATES = (
    "GateNet: Gated memories",
    "Memories fade. We propose [GateNet], a recurrent architecture. It beats the [LSTM] on [Penn Treebank]. "
    "Code: [https://github.com/x/gates]",
    "2025-09-17",
    "https://arxiv.org/abs/2509.1",
)
BEFORE = ("Gates before", "We train an [LSTM] on [Penn Treebank].", "2025-09-01")
AFTER = ("Forgetting", "We study how [GateNet] and an [LSTM] forget [Penn Treebank].", "2025-09-18")
PICTURES = ("Pictures", "We train a [ResNet-50] on [ImageNet].", "2025-09-18")


def record(title: str, marked: str, day: str | None = None, url: str = "") -> Extraction:
    """A paper with the mentions that are marked in its abstract; it introduces what stands after "propose"."""
    abstract, mentions = "", []
    for place, part in enumerate(re.split(r"[\[\]]", marked)):
        if place % 2:
            code, new = part.startswith("http"), abstract.endswith("propose ")
            kind = "Code" if code else "Dataset" if part in ("Penn Treebank", "ImageNet") else "Architecture"
            role = "has_code" if code else "introduces" if new else "uses"
            span = {"start": len(abstract), "end": len(abstract) + len(part), "confidence": 1, "source": "test"}
            mentions.append({"text": part, "type": kind, "role": role, **span})
        abstract += part
    paper = {"title": title, "abstract": abstract, "date": day, "url": url}
    return Extraction.model_validate({"paper": paper, "mentions": mentions})


PAGE = """\
# Papers from 2025-09-12 to 2025-09-18

3 papers, 5 concepts, 1 link among them, 1 with code.

## What is new

- **GateNet** (architecture) — [GateNet: Gated memories](<https://arxiv.org/abs/2509.1>)\x20\x20
  “We propose **GateNet**, a recurrent architecture.”

## What it builds on

- **Penn Treebank** (dataset) in 2 papers: Forgetting; [GateNet: Gated memories](<https://arxiv.org/abs/2509.1>)
- **long short-term memory** (architecture) in 2 papers: Forgetting; \
[GateNet: Gated memories](<https://arxiv.org/abs/2509.1>)

## Which papers belong together

- **GateNet**, **long short-term memory**, **Penn Treebank**
  - Forgetting
  - [GateNet: Gated memories](<https://arxiv.org/abs/2509.1>)

## What it continues

- Forgetting — Gates before (2025-09-01): long short-term memory, Penn Treebank
- [GateNet: Gated memories](<https://arxiv.org/abs/2509.1>) — Gates before (2025-09-01): \
long short-term memory, Penn Treebank

## Which have code

- [GateNet: Gated memories](<https://arxiv.org/abs/2509.1>): [github.com/x/gates](<https://github.com/x/gates>)
"""


@pytest.fixture
def folder(tmp_path):
    records = [record(*paper) for paper in (GATES, BEFORE, AFTER, PICTURES)]
    write_records(tmp_path, sorted(records, key=lambda r: r.paper.key))
    return tmp_path


def test_the_week_stands_on_one_page(folder):
    assert report(derive(folder)) == PAGE


def test_kg_report_prints_the_page_or_writes_it(folder, kg, tmp_path):
    assert kg("report", folder).out == PAGE
    assert kg("report", folder, "-o", tmp_path / "report.md", "--from", "2025-09-12", "--to", "2025-09-18").status == 0
    assert (tmp_path / "report.md").read_text() == PAGE


def test_a_day_without_code_or_company_says_so(folder):
    page = report(derive(folder), date(2025, 9, 1), date(2025, 9, 1))
    assert page.startswith("# Papers of 2025-09-01\n\n1 paper, 2 concepts, 0 links among them, 0 with code.\n")
    assert "No two papers of these days share a specific concept." in page
    assert "No paper gives an address of code." in page


def test_days_without_papers_are_an_error_that_names_the_newest(folder):
    with pytest.raises(NotFound, match="no paper is dated from 2024-01-01 to 2024-01-02; the newest is of 2025-09-18"):
        report(derive(folder), date(2024, 1, 1), date(2024, 1, 2))


def test_papers_without_dates_are_told_of_as_a_whole(tmp_path):
    write_records(tmp_path, [record("A study", "We train an [LSTM] on [ImageNet].")])
    assert report(derive(tmp_path)).startswith("# Papers without dates\n\n1 paper, 2 concepts")


def test_hostile_texts_stay_texts(tmp_path):
    title = "<script>alert(1)</script> ](javascript:alert) **x** `y` \u202e| # $title"
    hostile = record(title, "We propose [<img src=x>Net].", url="javascript:alert(1)")
    write_records(tmp_path, [hostile])
    assert linked(hostile.paper) == (
        r"&lt;script&gt;alert(1)&lt;/script&gt; \](javascript:alert) \*\*x\*\* \`y\` \| \# \$title"
    )
    page = report(derive(tmp_path))
    assert "- **&lt;img src=x&gt;Net** (architecture) — &lt;script&gt;" in page
    assert not re.search(r"<|\u202e|(?<!\\)\]\(", page)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://github.com/x/y", "[github.com/x/y](<https://github.com/x/y>)"),
        ("https://x.org/a>)[b", "[x.org/a&gt;)\\[b](<https://x.org/a%3E)[b>)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,<b>", "data:text/html,&lt;b&gt;"),
    ],
)
def test_only_web_addresses_become_links(url, shown):
    assert address(url) == shown


def test_a_text_stands_on_one_line():
    assert escaped("a\n\n# b") == "a \\# b"


def test_a_quotation_is_the_sentence_of_the_mention_cut_where_it_is_long():
    long = "x " * 100
    text = f"First. We {long}propose GateNet {long}here. Last."
    start = text.index("GateNet")
    mention = Mention(text="GateNet", type="Method", start=start, end=start + 7, confidence=1, source="test")
    found = quotation(Paper(title="A", abstract=text), mention)
    assert re.fullmatch(r"…(x )+propose \*\*GateNet\*\* (x )*x…", found)
    assert len(found) < 260


def test_long_sections_say_how_much_more_there_is():
    assert section([f"- {i}" for i in range(20)], "nothing").splitlines()[-2:] == ["- 14", "- … and 5 more"]
    assert section([], "nothing") == "nothing"
