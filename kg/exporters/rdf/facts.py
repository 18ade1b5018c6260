"""What is said of papers, concepts, code, links and the run: the statements of ``graph.ttl``."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.exporters.content import Content
from kg.exporters.rdf.terms import PREDICATE, Pairs, Term, decimal, iri_of_url, is_forge, named
from kg.graph import stated_code, statements
from kg.ontology import NAMESPACE, SCHEME_IRI
from kg.records import Concept, Link, Mention, Paper, digest

COUNTED = ("papers", "concepts", "codes", "links")


def block(subject: str, pairs: Iterable[tuple[str, Term]]) -> Iterator[ox.Triple]:
    """The statements about one subject, each once."""
    node = ox.NamedNode(subject)
    return (ox.Triple(node, named(name), value) for name, value in dict.fromkeys(pairs))


def graph_triples(content: Content) -> Iterator[ox.Triple]:
    """All statements about papers, concepts, code and links, ending with the scheme, the run and a VoID description."""
    counts = Counter[str]()
    yield from node_triples(content, counts)
    yield from link_triples(content)
    yield from closing_triples(content, counts)


def node_triples(content: Content, counts: Counter[str]) -> Iterator[ox.Triple]:
    """What is said of papers, concepts and code; and how many there are of them, and of links."""
    base, codes = content.base, dict[str, str]()
    neighbours: dict[str, list[str]] = {}
    for link in content.links:
        neighbours.setdefault(link.source, []).append(link.target)
        neighbours.setdefault(link.target, []).append(link.source)
    for paper, mentions in content.papers():
        counts["papers"] += 1
        roles = roles_of(paper, mentions)
        codes.update({iri_of_url(t): t for t in roles if not t.startswith("concept/")})
        yield from block(base + paper.key, paper_pairs(paper, roles, sorted(neighbours.get(paper.key, ())), base))
    for concept in sorted(content.concepts.values(), key=lambda c: c.id):
        yield from block(base + concept.key, concept_pairs(concept, base))
    for iri, url in sorted(codes.items()):
        yield from block(iri, code_pairs(url))
    counts.update(concepts=len(content.concepts), codes=len(codes), links=len(content.links))


def link_triples(content: Content) -> Iterator[ox.Triple]:
    """What is said of links."""
    for link in content.links:
        yield from block(link_iri(link, content.base), link_pairs(link, content.base))


def closing_triples(content: Content, counts: Mapping[str, int]) -> Iterator[ox.Triple]:
    """What is said of the scheme, the run and the whole, which has so many papers, concepts, codes and links."""
    yield from block(SCHEME_IRI, scheme_pairs())
    yield from block(run_iri(content), run_pairs(content))
    yield from block(f"{content.base}dataset", dataset_pairs(content, counts))


def roles_of(paper: Paper, mentions: Iterable[Mention]) -> dict[str, set[str]]:
    """The properties that join a paper to each concept and address, by node id."""
    roles = {target: {PREDICATE[m.role] for m in found} for target, found in statements(mentions).items()}
    for url in stated_code(paper, roles):
        roles.setdefault(url, set()).add("kg:hasCode")
    return roles


def paper_pairs(paper: Paper, roles: dict[str, set[str]], neighbours: Iterable[str], base: str) -> Pairs:
    """What is said of a paper; `roles` has the properties that join it to each concept and address."""
    pairs: Pairs = [("rdf:type", named("schema:ScholarlyArticle"))]
    if paper.arxiv_id:
        pairs.append(("rdf:type", named("fabio:Preprint")))
    pairs.append(("dcterms:title", ox.Literal(paper.title)))
    texts = [
        ("dcterms:abstract", paper.abstract),
        ("dcterms:identifier", paper.id),
        ("fabio:hasArXivId", paper.arxiv_id),
        *(("dcterms:creator", author) for author in paper.authors),
        ("dcterms:bibliographicCitation", paper.venue),
        *(("schema:keywords", word) for word in (*paper.categories, *paper.keywords)),
    ]
    pairs += [(name, ox.Literal(text)) for name, text in texts if text]
    if paper.date:
        pairs.append(("dcterms:issued", ox.Literal(paper.date.isoformat(), datatype=named("xsd:date"))))
    pages = [f"https://arxiv.org/abs/{paper.arxiv_id}"] if paper.arxiv_id else []
    pages += [f"https://doi.org/{paper.doi}"] if paper.doi else []
    pairs += [("schema:sameAs", ox.NamedNode(iri_of_url(page))) for page in pages]
    if paper.url.startswith(("http://", "https://")):
        pairs.append(("schema:url", ox.NamedNode(iri_of_url(paper.url))))
    objects: dict[str, set[str]] = {}
    for target, names in roles.items():
        node = base + target if target.startswith("concept/") else iri_of_url(target)
        for name in names | {"kg:mentions"}:
            objects.setdefault(name, set()).add(node)
    pairs += [(name, ox.NamedNode(node)) for name in sorted(objects) for node in sorted(objects[name])]
    pairs += [("kg:relatedTo", ox.NamedNode(base + key)) for key in neighbours]
    return pairs


def concept_pairs(concept: Concept, base: str) -> Pairs:
    """What is said of a concept."""
    pairs: Pairs = [("rdf:type", named("skos:Concept")), ("rdf:type", named(f"kg:{concept.kind}"))]
    if concept.kind == "Architecture":
        pairs.append(("rdf:type", named("kg:Method")))
    pairs.append(("skos:prefLabel", ox.Literal(concept.label)))
    pairs += [("skos:altLabel", ox.Literal(alias)) for alias in concept.aliases if alias != concept.label]
    pairs += [("skos:broader", ox.NamedNode(f"{base}concept/{b}")) for b in concept.broader]
    pairs.append(("skos:inScheme", ox.NamedNode(SCHEME_IRI)))
    pairs += [("skos:exactMatch", ox.NamedNode(iri_of_url(iri))) for iri in concept.exact_match]
    if concept.source:
        pairs.append(("dcterms:source", ox.Literal(concept.source)))
    if concept.generic:
        pairs.append(("kg:generic", ox.Literal(True)))
    return pairs


def code_pairs(url: str) -> Pairs:
    """A repository on a forge or hub is source code, any other address a page."""
    if is_forge(url):
        return [
            ("rdf:type", named("schema:SoftwareSourceCode")),
            ("rdf:type", named("kg:Code")),
            ("schema:codeRepository", ox.NamedNode(iri_of_url(url))),
        ]
    return [("rdf:type", named("schema:WebPage")), ("rdf:type", named("kg:Code"))]


def link_pairs(link: Link, base: str) -> Pairs:
    """What is said of the link of two papers."""
    return [
        ("rdf:type", named("kg:SharedConceptLink")),
        ("kg:paper", ox.NamedNode(base + link.source)),
        ("kg:paper", ox.NamedNode(base + link.target)),
        *(("kg:sharedConcept", ox.NamedNode(f"{base}concept/{c}")) for c in link.shared),
        ("kg:weight", decimal(link.weight)),
    ]


def link_iri(link: Link, base: str) -> str:
    """The IRI of a link: the hash of its ends."""
    return f"{base}link/{hash_of(link)}"


def hash_of(link: Link) -> str:
    """The hash of the ends of a link."""
    return digest(link.source + link.target)[:16]


def scheme_pairs() -> Pairs:
    """What is said of the concept scheme; the vocabulary says more."""
    return [
        ("rdf:type", named("skos:ConceptScheme")),
        ("dcterms:title", ox.Literal("Methods, architectures and datasets of machine learning")),
    ]


def run_iri(content: Content) -> str:
    """The IRI of the run: version and time."""
    return f"{content.base}run/{content.version}-{content.time:%Y%m%dT%H%M%SZ}"


def run_pairs(content: Content) -> Pairs:
    """What is said of the run."""
    when = ox.Literal(f"{content.time:%Y-%m-%dT%H:%M:%SZ}", datatype=named("xsd:dateTime"))
    return [
        ("rdf:type", named("prov:Activity")),
        ("dcterms:title", ox.Literal(f"kg {content.version}")),
        ("prov:endedAtTime", when),
        ("kg:version", ox.Literal(content.version)),
    ]


def dataset_pairs(content: Content, counts: Mapping[str, int]) -> Pairs:
    """A description of the whole (W3C Interest Group Note "Describing Linked Datasets with the VoID Vocabulary")."""
    return [
        ("rdf:type", named("void:Dataset")),
        ("dcterms:title", ox.Literal("Papers and the concepts they share")),
        ("prov:wasGeneratedBy", ox.NamedNode(run_iri(content))),
        ("void:uriSpace", ox.Literal(content.base)),
        ("void:vocabulary", ox.NamedNode(NAMESPACE)),
        *((f"kg:{name}", ox.Literal(counts[name])) for name in COUNTED),
    ]
