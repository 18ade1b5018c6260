"""The explorer in a browser that reaches this machine alone: search, a click, SPARQL, graphs, strangers' text, faults."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.building import build
from tests.chromium import CHROMIUM, OPTIONS, click_node, needs_chromium, until, visible
from tests.conftest import ROOT

with suppress(ImportError):
    from playwright.sync_api import Browser, Page, Route, sync_playwright

pytestmark = needs_chromium
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
VIT = "paper/an-image-is-worth-16x16-words-8833cd10"
LSTM = "concept/long-short-term-memory"

Opened = Callable[..., "Page"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``kg serve`` on the example and a paper with a hostile title, as a process of its own."""
    folder = tmp_path_factory.mktemp("served")
    hostile = folder / "hostile.jsonl"
    hostile.write_text(json.dumps({"title": HOSTILE, "abstract": "We use <b>BERT</b> & an LSTM on ImageNet."}))
    build([ROOT / "examples" / "daily-papers.txt", hostile], folder, formats=("ttl",), date=date(2025, 9, 18))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "kg", "serve", str(folder), "--port", str(port), "--workers", "2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        found = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if httpx.get(f"{found}/health", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield found
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with sync_playwright() as play:
        only_here = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        running = play.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, only_here])
        yield running
        running.close()


@pytest.fixture
def opened(browser: "Browser", address: str) -> Iterator[Opened]:
    """Opens the explorer; at the end nothing may be on the console but faults that a test expects."""
    wrong: list[str] = []
    contexts = []

    def open_page(
        path: str = "/", expected: str = "", before: Callable[["Page"], None] | None = None, **options: Any
    ) -> "Page":
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note(f"{message.type}: {message.text}", expected))
        page.on("pageerror", lambda error: note(str(error), ""))
        page.on("dialog", lambda dialog: note("a dialog opened", ""))
        page.on("request", lambda request: note_request(request.url))
        if before:
            before(page)
        page.goto(address + path)
        if not path.startswith("/id/"):
            page.wait_for_selector("html[data-ready]")
        return page

    def note(text: str, expected: str) -> None:
        if not expected or expected not in text:
            wrong.append(text)

    def note_request(url: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            wrong.append(f"asked for {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def places(page: "Page") -> dict[str, Any]:
    """Where nodes are drawn."""
    found: dict[str, Any] = page.evaluate("() => window.kgPage.picture.network.getPositions()")
    return found


def with_less(page: "Page") -> None:
    """Let the first picture lack everything but the neighbours of neighbours of one paper."""

    def trimmed(route: "Route") -> None:
        start = route.fetch().json()
        near = {e["to"] if e["from"] == VIT else e["from"] for e in start["edges"] if VIT in (e["from"], e["to"])}
        start["nodes"] = [node for node in start["nodes"] if node["id"] not in near]
        here = {node["id"] for node in start["nodes"]}
        start["edges"] = [e for e in start["edges"] if e["from"] in here and e["to"] in here]
        route.fulfill(json=start)

    page.route("**/api/start", trimmed)


def test_search_finds_by_alias_over_the_whole_store(opened: Opened) -> None:
    page = opened(before=with_less)
    assert "concept/resnet" not in visible(page)
    page.keyboard.press("/")
    page.keyboard.type("residual netw")
    page.wait_for_selector("#suggestions li[aria-selected=true]")
    assert "ResNet" in page.locator("#suggestions li[aria-selected=true]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#details h2:text('ResNet')")
    assert "concept/resnet" in visible(page)


def test_words_of_a_name_are_found_whatever_stands_between_them(opened: Opened) -> None:
    page = opened()
    page.fill("#query", "image 16x16")
    page.wait_for_selector("#suggestions li[role=option]")
    assert "An Image is Worth" in page.locator("#suggestions li").first.inner_text()
    page.fill("#query", "zzzz")
    page.wait_for_selector("#suggestions li.none")


def test_a_click_brings_in_the_neighbours_and_moves_nothing(opened: Opened) -> None:
    page = opened(before=with_less)
    before, known = places(page), set(visible(page))
    click_node(page, VIT)
    page.wait_for_selector("#panel:not([hidden])")
    brought = set(visible(page)) - known
    assert {"concept/resnet", "concept/imagenet"} <= brought
    after = places(page)
    assert {node: after[node] for node in before} == before
    middle = after[VIT]
    assert all(abs(after[n]["x"] - middle["x"]) < 400 and abs(after[n]["y"] - middle["y"]) < 400 for n in brought)
    spots = [(after[node]["x"], after[node]["y"]) for node in brought if node in after]
    assert all((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 > 14**2 for a in spots for b in spots if a != b)
    assert len(set(spots)) == len(spots) > 10
    page.click("#reset")
    until(page, "() => !window.kgPage.picture.visible.has('concept/resnet')")


def test_the_panel_tells_roles_reasons_and_the_marked_abstract(opened: Opened) -> None:
    page = opened(f"/#{VIT}")
    text = page.locator("#details").inner_text()
    for expected in ("16 September 2025", "Evaluates on", "Nearest papers, with what they share", "Compares to"):
        assert expected in text
    near = page.locator(".near", has_text="End-to-End Object Detection")
    assert "ImageNet" in near.locator(".chip").all_inner_texts()
    assert page.locator(".abstract a.mention.dataset", has_text="ImageNet").count() >= 1
    page.locator(".abstract a.mention", has_text="ResNet").first.click()
    page.wait_for_selector("#details h2:text('ResNet')")


def test_a_deep_link_opens_and_back_and_forward_work(opened: Opened) -> None:
    page = opened(f"/#{LSTM}")
    assert page.locator("#details h2").inner_text() == "long short-term memory"
    page.locator("#details .chip", has_text="recurrent neural network").click()
    page.wait_for_selector("#details h2:text('recurrent neural network')")
    page.click("#back")
    page.wait_for_selector("#details h2:text('long short-term memory')")


def test_a_link_between_papers_tells_its_reasons(opened: Opened) -> None:
    page = opened()
    page.evaluate("() => window.kgPage.showLink(window.kgPage.edges.find(e => e.kind === 'SHARES_CONCEPT'))")
    page.wait_for_selector("#panel:not([hidden])")
    assert "They share" in page.locator("#details").inner_text()
    assert page.locator("#details .chip").count() >= 1


def test_two_steps_are_fetched(opened: Opened) -> None:
    page = opened("/#concept/imagenet-21k", before=with_less)
    page.check("#focus input[value='2']", force=True)
    until(page, "() => window.kgPage.picture.visible.has('concept/cifar-10')")
    assert "concept/deepwalk" not in visible(page)


def test_a_named_query_is_run_with_a_parameter_by_keyboard(opened: Opened) -> None:
    page = opened("/#sparql")
    page.wait_for_selector("#queries a")
    assert "Papers that use, evaluate on" in page.locator("#queries a[data-name=papers-using]").inner_text()
    page.click("#queries a[data-name=papers-using]")
    page.wait_for_selector("#p-concept:focus")
    page.keyboard.type("LSTM")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#result tbody tr")
    assert page.locator("#result th").first.inner_text() == "title"
    assert "#sparql/papers-using?concept=LSTM" in page.url
    assert " row" in page.locator("#state").inner_text()


def test_a_link_in_a_result_opens_in_the_explorer_and_back_finds_the_result_again(opened: Opened) -> None:
    page = opened("/#sparql/top-datasets")
    page.wait_for_selector("#result tbody tr")
    link = page.locator("#result tbody a[title='concept/imagenet']")
    assert link.get_attribute("href") == "/id/concept/imagenet"
    link.click()
    page.wait_for_selector("#details h2:text('ImageNet')")
    assert page.locator("#workbench").is_hidden()
    page.go_back()
    page.wait_for_selector("#workbench:not([hidden])")
    assert page.locator("#result tbody tr").count() > 5


def test_a_graph_that_is_asked_for_is_shown_in_the_picture(opened: Opened) -> None:
    page = opened("/#sparql/around-concept?concept=ImageNet")
    page.wait_for_selector("#result-note:not([hidden])")
    assert "The graph of “The graph around a concept”" in page.locator("#result-note").inner_text()
    assert "concept/imagenet" in visible(page)
    assert "concept/deepwalk" not in visible(page)
    page.click("#to-query")
    page.wait_for_selector("#workbench:not([hidden])")
    assert page.locator("#result thead").inner_text().split() == ["subject", "property", "value"]
    page.click(".answer button")
    page.wait_for_selector("#result-note:not([hidden])")
    page.click("#everything")
    until(page, "() => window.kgPage.picture.visible.has('concept/deepwalk')")


def test_a_graph_of_nodes_that_the_picture_lacks_finds_places_for_them(opened: Opened) -> None:
    page = opened("/#sparql", before=with_less)
    page.fill(
        "#sparql", "CONSTRUCT { ?a <http://e.org/near> ?b } WHERE { ?p kg:evaluatesOn ?a , ?b FILTER (?a != ?b) }"
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#result-note:not([hidden])")
    assert {"concept/imagenet", "concept/cifar-10"} <= set(visible(page))
    assert page.evaluate("() => window.kgPage.picture.edgeSet.length") > 5
    page.click("#everything")
    until(page, "() => !window.kgPage.picture.visible.has('concept/imagenet')")


def test_what_is_described_is_shown_with_its_broader_concept(opened: Opened) -> None:
    page = opened("/#sparql?query=DESCRIBE%20concept:long-short-term-memory")
    page.wait_for_selector("#result-note:not([hidden])")
    assert visible(page) == [LSTM, "concept/recurrent-neural-network"]


def test_truth_and_emptiness_are_told_in_words(opened: Opened) -> None:
    page = opened("/#sparql?query=ASK%20%7B%20%3Fs%20a%20kg%3ADataset%20%7D")
    page.wait_for_selector(".answer:text('Yes.')")
    page.fill("#sparql", "SELECT * { ?s kg:none ?o }")
    page.click("#run")
    page.wait_for_selector(".answer:text('Nothing in the graph')")


def test_mistakes_are_told_with_their_place(opened: Opened) -> None:
    page = opened("/#sparql", expected="400 (Bad Request)")
    page.fill("#sparql", "SELECT ?x WHERE {\n  ?x a a a\n}")
    page.click("#run")
    page.wait_for_selector(".fault")
    assert page.locator(".fault").inner_text().startswith("Line 2, column ")
    assert page.evaluate("document.activeElement.id") == "sparql"


def test_an_unknown_name_is_told_in_words(opened: Opened) -> None:
    page = opened("/#sparql/papers-using?concept=nosuchthing", expected="404 (Not Found)")
    page.wait_for_selector(".fault")
    assert "no concept of the graph has this name" in page.locator(".fault").inner_text()


def test_a_server_that_is_gone_and_a_node_that_is_none_are_told_in_words(opened: Opened) -> None:
    page = opened(expected="Failed to load resource")
    page.evaluate("() => { location.hash = '#paper/none'; }")
    page.wait_for_selector("#fault:text('no such node')")
    page.route("**/api/around/**", lambda route: route.abort())
    click_node(page, VIT)
    page.wait_for_selector("#fault:text('The server does not answer')")


@pytest.mark.parametrize(("name", "start"), [("CSV", b"name,"), ("JSON", b'{"head"')])
def test_results_are_downloaded(name: str, start: bytes, opened: Opened) -> None:
    page = opened("/#sparql/top-datasets")
    page.wait_for_selector("#result tbody tr")
    with page.expect_download() as download:
        page.click(f"#downloads button:text-is('{name}')")
    assert download.value.suggested_filename == f"top-datasets.{name.lower()}"
    assert Path(download.value.path()).read_bytes().startswith(start)


def test_a_hostile_title_stays_text_everywhere(opened: Opened) -> None:
    page = opened()
    page.fill("#query", "script alert")
    page.wait_for_selector("#suggestions li[role=option]")
    assert HOSTILE in page.locator("#suggestions li").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    assert page.locator("#details h2").inner_text() == HOSTILE
    assert "<b>BERT</b> &" in page.locator(".abstract").inner_text()
    assert page.locator("#details img, #details script").count() == 0
    page.evaluate("() => { location.hash = '#sparql'; }")
    page.fill("#sparql", "SELECT ?title ?paper { ?paper dcterms:title ?title FILTER CONTAINS(?title, 'alert') }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#result tbody tr")
    assert page.locator("#result td").first.inner_text() == HOSTILE
    page.goto(page.url.split("#")[0].rstrip("/") + str(page.locator("#result td a").get_attribute("href")))
    assert page.locator("h1").inner_text() == HOSTILE


def test_the_page_of_an_iri_leads_into_the_explorer(opened: Opened) -> None:
    page = opened(f"/id/{VIT}")
    assert "evaluates on" in page.locator("main").inner_text()
    page.click("a.button")
    page.wait_for_selector("#details h2:text('An Image is Worth')")
    page.click(".about-iri a")
    page.wait_for_selector("h1:text('An Image is Worth')")


def test_keys_in_the_form_are_letters(opened: Opened) -> None:
    page = opened("/#sparql")
    page.focus("#sparql")
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK { ?fr a ?r } # 0+/-")
    assert page.locator("#sparql").input_value() == "ASK { ?fr a ?r } # 0+/-"


def test_a_phone_has_everything_without_sideways_scrolling(opened: Opened) -> None:
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark")
    page.tap("#tab-sparql")
    page.wait_for_selector("#queries a", state="attached")
    assert page.locator("#queries").is_hidden()
    page.tap("#more")
    page.tap("#queries a[data-name=top-datasets]")
    page.wait_for_selector("#result tbody tr")
    assert page.locator("#queries").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#tab-graph")
    page.fill("#query", "imagenet")
    page.tap("#suggestions li >> nth=0")
    page.wait_for_selector("#panel:not([hidden])")
