"""The page in a browser, with the network off: every action a reader has, and nothing on the console."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kg.exporters import Content
from tests.chromium import CHROMIUM, OPTIONS, click_node, key_of, needs_chromium, until, visible

from .pages import CODE, DROPOUT, LSTM, SMALL, content_of, corpus, page_of, paper_naming, small

with suppress(ImportError):
    from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = needs_chromium
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
GATED = "paper/gated-cells-a-study-of-memory-"

Opened = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield running
        running.close()


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> "Iterator[Opened]":
    """Opens the page of a content; at the end no message may be on the console and no request may have been made."""
    wrong: list[str] = []
    contexts = []

    def open_page(content: Content | None = None, hash: str = "", **options: Any) -> "Page":
        path = page_of(content or small(), tmp_path)
        context = browser.new_context(offline=True, **({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append("a dialog opened"))
        page.on("request", lambda request: note(request.url))
        page.goto(path.as_uri() + hash)
        page.wait_for_selector("html[data-ready]")
        return page

    def note(url: str) -> None:
        own = url.startswith("file:") and url.split("#")[0].endswith("/graph.html")
        if not own and not url.startswith(("data:", "blob:")):
            wrong.append(f"asked for {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def test_the_graph_stands_still_when_it_opens(opened: Opened) -> None:
    page = opened()
    script = "() => JSON.stringify(window.kgPage.picture.network.getPositions())"
    before = page.evaluate(script)
    page.wait_for_timeout(400)
    assert page.evaluate(script) == before


def test_search_finds_by_alias_and_enter_flies_there(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type("long short-term")
    assert "LSTM" in page.locator("#suggestions li[aria-selected=true]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    assert page.locator("#details h2").inner_text() == "LSTM"
    assert page.evaluate("location.hash") == "#concept/lstm"


def test_search_finds_by_a_word_of_a_title_and_arrow_keys_choose(opened: Opened) -> None:
    page = opened()
    page.fill("#query", "o")
    first = page.locator("#suggestions li[aria-selected=true]").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator("#suggestions li[aria-selected=true]").inner_text() != first
    page.fill("#query", "pictures ROW")
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2:text('Pictures in a row')")
    page.fill("#query", "zzz")
    assert page.locator("#suggestions").inner_text() == "Nothing found"


def test_a_click_on_a_paper_tells_what_it_uses_and_why_others_are_near(opened: Opened) -> None:
    page = opened()
    click_node(page, key_of(page, GATED))
    page.wait_for_selector("#panel:not([hidden])")
    text = page.locator("#details").inner_text()
    for expected in (
        "Gated Cells: a study of memory",
        "18 September 2025",
        "Evaluates on",
        "ImageNet",
        "Forgetting on",
    ):
        assert expected in text
    near = page.locator(".near", has_text="Forgetting on purpose")
    assert near.locator(".chip").all_inner_texts() == ["LSTM"]
    assert page.locator(".outside a").get_attribute("href") == "https://example.org/gated"


def test_mentions_in_the_abstract_are_marked_and_open_their_concept(opened: Opened) -> None:
    page = opened(hash="#" + small_key("Gated Cells: a study of memory"))
    mention = page.locator(".abstract a.mention.architecture")
    assert mention.inner_text() == "long short-term memory"
    mention.click()
    until(page, "document.querySelector('#details h2').textContent === 'LSTM'")
    assert "Also written long short-term memory" in page.locator("#details").inner_text()


def test_marks_stand_right_after_letters_beyond_the_basic_plane(opened: Opened) -> None:
    page = opened(hash="#" + small_key("𝒯he 😀 transform"))
    assert page.locator(".abstract .mention").inner_text() == "RNN"


def test_a_concept_tells_its_papers_by_role_its_code_and_its_neighbours(opened: Opened) -> None:
    page = opened(hash="#concept/lstm")
    text = page.locator("#details").inner_text()
    assert "Introduced by" in text
    assert "Used by" in text
    assert "Broader" in text
    page.locator("#details .chip", has_text="RNN").click()
    until(page, "document.querySelector('#details h2').textContent === 'RNN'")
    assert "Narrower" in page.locator("#details").inner_text()


def test_code_has_a_link_that_leads_to_it(opened: Opened) -> None:
    page = opened(hash="#" + CODE)
    assert page.locator(".outside a").get_attribute("href") == CODE
    assert "Gated Cells" in page.locator("#details").inner_text()


def test_the_legend_hides_and_shows_kinds(opened: Opened) -> None:
    page = opened()
    button = page.locator("#legend button[data-kind=Dataset]")
    assert button.inner_text().split() == ["Datasets", "1"]
    button.click()
    assert "concept/imagenet" not in visible(page)
    button.click()
    assert "concept/imagenet" in visible(page)


def test_papers_only_shows_papers_and_links_alone(opened: Opened) -> None:
    page = opened()
    page.check("#mode input[value=papers]", force=True)
    assert all(node.startswith("paper/") for node in visible(page))
    assert page.evaluate("() => window.kgPage.picture.edgeSet.length") > 0


def test_the_slider_hides_weak_links(opened: Opened) -> None:
    page = opened(corpus(30, 60))
    page.check("#mode input[value=papers]", force=True)
    before = page.evaluate("() => window.kgPage.picture.edgeSet.length")
    page.locator("#weight").fill("80")
    after = page.evaluate("() => window.kgPage.picture.edgeSet.length")
    assert 0 < after < 0.3 * before
    assert " of " in page.locator("#weight-out").inner_text()


def test_minor_concepts_appear_around_a_chosen_paper_and_with_their_switch(opened: Opened) -> None:
    content = corpus(60, 400)
    page = opened(content)
    minor = page.evaluate("() => window.kgPage.nodes.filter(n => n.minor).map(n => n.id)")
    assert not set(minor) & set(visible(page))
    paper = next(b for a, b in ((e["to"], e["from"]) for e in page.evaluate("() => window.kgPage.edges")) if a in minor)
    page.evaluate("id => { location.hash = '#' + id; }", paper)
    page.wait_for_selector("#panel:not([hidden])")
    assert set(minor) & set(visible(page))
    page.check("#minor")
    assert set(minor) <= set(visible(page))


def test_focus_shows_one_and_two_steps(opened: Opened) -> None:
    page = opened(hash="#" + small_key("Gated Cells: a study of memory"))
    whole = len(visible(page))
    page.check("#focus input[value='1']", force=True)
    one = visible(page)
    assert "concept/lstm" in one
    assert "concept/dropout" not in one
    assert len(one) < whole
    page.keyboard.press("f")
    until(page, "() => window.kgPage.picture.visible.has('concept/dropout')")


def test_a_deep_link_opens_and_back_and_forward_work(opened: Opened) -> None:
    page = opened(hash="#" + small_key("Forgetting on purpose"))
    assert page.locator("#details h2").inner_text() == "Forgetting on purpose"
    page.locator("#details .chip", has_text="LSTM").first.click()
    until(page, "document.querySelector('#details h2').textContent === 'LSTM'")
    page.click("#back")
    until(page, "document.querySelector('#details h2').textContent === 'Forgetting on purpose'")
    page.click("#forward")
    until(page, "document.querySelector('#details h2').textContent === 'LSTM'")


def test_an_unknown_address_opens_the_whole_graph(opened: Opened) -> None:
    page = opened(hash="#paper/no-such-%E0%A4%A")
    assert page.locator("#panel").is_hidden()
    assert len(visible(page)) > 5


def test_reset_brings_back_the_first_view(opened: Opened) -> None:
    page = opened()
    first = visible(page)
    page.locator("#legend button[data-kind=Paper]").click()
    page.click("#reset")
    assert visible(page) == first
    assert page.locator("#panel").is_hidden()


def test_a_link_between_papers_tells_what_they_share(opened: Opened) -> None:
    page = opened()
    page.evaluate("() => window.kgPage.showLink(window.kgPage.edges.find(e => e.kind === 'SHARES_CONCEPT'))")
    page.wait_for_selector("#panel:not([hidden])")
    assert "They share" in page.locator("#details").inner_text()


def test_nodes_that_a_live_source_finds_later_are_taken_in(opened: Opened) -> None:
    page = opened(hash="#concept/lstm")
    page.evaluate(
        """() => {
          const [page, old, id] = [window.kgPage, window.kgPage.data, "paper/new"];
          const found = { id, kind: "Paper", name: "Found later", here: true, roles: {}, near: [], marks: [] };
          const edge = { id: "live-1", from: id, to: "concept/lstm", kind: "USES", weight: 1, roles: ["uses"] };
          const around = { nodes: [page.byId.get("concept/lstm")], edges: [edge] };
          page.data = {
            node: async (asked) => (asked === id ? found : old.node(asked)),
            neighbours: async (asked) => (asked === id ? around : old.neighbours(asked)),
          };
          page.go(id);
        }"""
    )
    page.wait_for_selector("#details h2:text('Found later')")
    assert "paper/new" in visible(page)


def test_the_view_is_saved_as_a_png(opened: Opened) -> None:
    page = opened()
    with page.expect_download() as download:
        page.click("#png")
    assert download.value.suggested_filename == "graph.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_the_keyboard_walks_from_node_to_node(opened: Opened) -> None:
    page = opened()
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#panel:not([hidden])")
    title = page.locator("#details h2").inner_text()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        if page.locator("#details h2").inner_text() != title:
            break
    else:
        pytest.fail("no arrow key left the first node")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")


def test_a_hostile_title_and_address_stay_text(opened: Opened) -> None:
    rows = [
        paper_naming(HOSTILE, (LSTM, "LSTM", "uses"), before="<b>Bold</b> & ", url="javascript:alert(3)"),
        paper_naming("Plain", (LSTM, "LSTM", "uses"), (DROPOUT, "dropout", "uses")),
    ]
    page = opened(content_of(rows, SMALL))
    page.fill("#query", "script alert")
    assert HOSTILE in page.locator("#suggestions li").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    assert page.locator("#details h2").inner_text() == HOSTILE
    assert "<b>Bold</b> &" in page.locator(".abstract").inner_text()
    assert page.locator("#details img, #details script, #details a:not(.mention), #details b:not(h3 b)").count() == 0


def test_dark_and_light_follow_the_system(opened: Opened) -> None:
    page = opened(color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    until(page, "() => window.kgPage.picture.theme.ground === '#14181d'")


def test_a_phone_has_search_filters_and_details_without_sideways_scrolling(opened: Opened) -> None:
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.locator("#query").is_visible()
    assert page.locator("#legend").is_hidden()
    page.tap("#more")
    assert page.locator("#legend").is_visible()
    page.tap("#more")
    page.fill("#query", "lstm")
    page.tap("#suggestions li >> nth=0")
    page.wait_for_selector("#panel:not([hidden])")
    box = page.locator("#panel").bounding_box()
    assert box
    assert box["width"] <= 390
    assert box["y"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
def test_twenty_thousand_papers_open_as_their_backbone(opened: Opened, tmp_path: Path) -> None:
    """How fast, `benchmarks/opening.py` tells."""
    page = opened(corpus(20_000, 30_000))
    assert (tmp_path / "graph.html").stat().st_size < 8_000_000
    assert "backbone" in page.locator("#backbone").inner_text()


def small_key(title: str) -> str:
    """The id of a paper."""
    return paper_naming(title)[0].key
