"""What people call a paper: every spelling of its identifiers and addresses leads to it."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.errors import NotFound
from kg.store.names import paper

GRAPH = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix schema: <https://schema.org/> .
<http://e.org/paper/gatenet> a schema:ScholarlyArticle ; dcterms:title "GateNet" ; fabio:hasArXivId "2509.01234" ;
  schema:sameAs <https://doi.org/10.1234/abc> ; schema:url <https://papers.example.org/gatenet> .
<http://e.org/paper/flows> a schema:ScholarlyArticle ; dcterms:title "Flows" ; dcterms:identifier "7" .
"""


@pytest.fixture
def store() -> Iterator[ox.Store]:
    found = ox.Store()
    found.load(input=GRAPH.encode(), format=ox.RdfFormat.TURTLE)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "2509.01234", "arXiv:2509.01234", "2509.01234v2", "https://arxiv.org/abs/2509.01234",
        "https://arxiv.org/pdf/2509.01234v1.pdf", "10.1234/abc", "doi:10.1234/ABC", "https://doi.org/10.1234/abc",
        "https://papers.example.org/gatenet/", "gatenet", "paper/gatenet", "http://e.org/paper/gatenet",
    ],
)  # fmt: skip
def test_every_spelling_of_an_identifier_or_address_leads_to_the_paper(store: ox.Store, name: str) -> None:
    assert paper(store, "http://e.org/", name).value == "http://e.org/paper/gatenet"


def test_other_identifiers_lead_nowhere(store: ox.Store) -> None:
    for name in ("2509.99999", "10.1234/abcd", "https://papers.example.org"):
        with pytest.raises(NotFound):
            paper(store, "http://e.org/", name)
