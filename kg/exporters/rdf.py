"""Turtle and N-Triples: statements paper by paper in sorted order, the same bytes for the same input.

Follows the vocabulary of ``ontologies/kg.ttl``. Stores do not infer, so super-properties, super-classes and both
directions of ``kg:relatedTo`` are written out. There are no blank nodes. Evidence is a file of its own: an
``oa:Annotation`` (Web Annotation Data Model, W3C 2017) a mention, addressed by character position (RFC 5147).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from kg.exporters.content import Content
from kg.graph import statements
from kg.ontology import NAMESPACE, SCHEME_IRI
from kg.records import Concept, Link, Mention, Paper, Role, digest
from kg.writing import replacing

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "kg": NAMESPACE,
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PREDICATE: dict[Role, str] = {
    "introduces": "kg:introduces",
    "evaluates_on": "kg:evaluatesOn",
    "uses": "kg:uses",
    "compares_to": "kg:comparesTo",
    "has_code": "kg:hasCode",
    "mentions": "kg:mentions",
}
FORGES = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "huggingface.co", "hf.co", "modelscope.cn", "gitee.com")

Term = ox.NamedNode | ox.Literal
Pairs = list[tuple[str, Term]]


@lru_cache(maxsize=100_000)
def named(name: str) -> ox.NamedNode:
    """The node of a prefixed name.

    >>> named("kg:uses").value
    'https://w3id.org/paper-kg/ns#uses'
    """
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def write_turtle(content: Content, folder: Path) -> None:
    """Write ``graph.ttl`` and, unless evidence is off, ``evidence.ttl``."""
    _write(content, folder, "ttl", ox.RdfFormat.TURTLE)


def write_ntriples(content: Content, folder: Path) -> None:
    """Write ``graph.nt`` and, unless evidence is off, ``evidence.nt``."""
    _write(content, folder, "nt", ox.RdfFormat.N_TRIPLES)


def _write(content: Content, folder: Path, suffix: str, format: ox.RdfFormat) -> None:
    prefixes = PREFIXES | {"paper": f"{content.base}paper/", "concept": f"{content.base}concept/"}
    parts = {"graph": graph_triples(content)}
    if content.evidence:
        parts["evidence"] = evidence_triples(content)
    for name, triples in parts.items():
        with replacing(folder / f"{name}.{suffix}") as path, path.open("wb") as file:
            ox.serialize(triples, file, format=format, prefixes=prefixes)
    if not content.evidence:
        (folder / f"evidence.{suffix}").unlink(missing_ok=True)


def graph_triples(content: Content) -> Iterator[ox.Triple]:
    """All statements about papers, concepts, code and links, ending with the run and a VoID description."""
    base, codes = content.base, dict[str, None]()
    neighbours: dict[str, list[str]] = {}
    for link in content.links:
        neighbours.setdefault(link.source, []).append(link.target)
        neighbours.setdefault(link.target, []).append(link.source)
    for paper, mentions in content.papers():
        found = statements(mentions)
        codes.update(dict.fromkeys(t for t in found if not t.startswith("concept/")))
        yield from _block(base + paper.key, paper_pairs(paper, found, sorted(neighbours.get(paper.key, ())), base))
    for concept in sorted(content.concepts.values(), key=lambda c: c.id):
        yield from _block(base + concept.key, concept_pairs(concept, base))
    for url in sorted(codes):
        yield from _block(iri_of_url(url), code_pairs(url))
    for link in content.links:
        yield from _block(link_iri(link, base), link_pairs(link, base))
    yield from _block(run_iri(content), run_pairs(content))
    yield from _block(f"{base}dataset", dataset_pairs(content, len(codes)))


def paper_pairs(paper: Paper, found: dict[str, list[Mention]], neighbours: Iterable[str], base: str) -> Pairs:
    """What is said of a paper."""
    pairs: Pairs = [("rdf:type", named("schema:ScholarlyArticle"))]
    if paper.arxiv_id:
        pairs.append(("rdf:type", named("fabio:Preprint")))
    pairs.append(("dcterms:title", ox.Literal(paper.title)))
    texts = [("dcterms:abstract", paper.abstract), ("dcterms:identifier", paper.id), ("fabio:hasArXivId", paper.arxiv_id)]
    texts += [("dcterms:creator", author) for author in paper.authors]
    texts += [("dcterms:bibliographicCitation", paper.venue)]
    texts += [("schema:keywords", word) for word in (*paper.categories, *paper.keywords)]
    pairs += [(name, ox.Literal(text)) for name, text in texts if text]
    if paper.date:
        pairs.append(("dcterms:issued", ox.Literal(paper.date.isoformat(), datatype=named("xsd:date"))))
    pages = [f"https://arxiv.org/abs/{paper.arxiv_id}"] if paper.arxiv_id else []
    pages += [f"https://doi.org/{paper.doi}"] if paper.doi else []
    pairs += [("schema:sameAs", ox.NamedNode(iri_of_url(page))) for page in pages]
    if paper.url.startswith(("http://", "https://")):
        pairs.append(("schema:url", ox.NamedNode(iri_of_url(paper.url))))
    roles: dict[str, set[str]] = {}
    for target, mentions in found.items():
        node = base + target if target.startswith("concept/") else iri_of_url(target)
        for name in {PREDICATE[m.role] for m in mentions} | {"kg:mentions"}:
            roles.setdefault(name, set()).add(node)
    pairs += [(name, ox.NamedNode(node)) for name in sorted(roles) for node in sorted(roles[name])]
    pairs += [("kg:relatedTo", ox.NamedNode(base + key)) for key in neighbours]
    return pairs


def concept_pairs(concept: Concept, base: str) -> Pairs:
    """What is said of a concept."""
    pairs: Pairs = [("rdf:type", named("skos:Concept")), ("rdf:type", named(f"kg:{concept.kind}"))]
    if concept.kind == "Architecture":
        pairs.append(("rdf:type", named("kg:Method")))
    pairs.append(("skos:prefLabel", ox.Literal(concept.label)))
    pairs += [("skos:altLabel", ox.Literal(alias)) for alias in concept.aliases]
    pairs += [("skos:broader", ox.NamedNode(f"{base}concept/{b}")) for b in concept.broader]
    pairs.append(("skos:inScheme", ox.NamedNode(SCHEME_IRI)))
    pairs += [("skos:exactMatch", ox.NamedNode(iri)) for iri in concept.exact_match]
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


def is_forge(url: str) -> bool:
    """True for addresses on forges and hubs of code, models and data."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return any(host == forge or host.endswith(f".{forge}") for forge in FORGES)


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
    return f"{base}link/{digest(link.source + link.target)[:16]}"


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


def dataset_pairs(content: Content, codes: int) -> Pairs:
    """A description of the whole (W3C Interest Group Note "Describing Linked Datasets with the VoID Vocabulary")."""
    pairs: Pairs = [
        ("rdf:type", named("void:Dataset")),
        ("dcterms:title", ox.Literal("Papers and the concepts they share")),
        ("prov:wasGeneratedBy", ox.NamedNode(run_iri(content))),
        ("void:uriSpace", ox.Literal(content.base)),
        ("void:vocabulary", ox.NamedNode(NAMESPACE)),
    ]
    papers = sum(1 for _, kind in content.graph.nodes(data="kind") if kind == "Paper")
    counts = {"papers": papers, "concepts": len(content.concepts), "codes": codes, "links": len(content.links)}
    return pairs + [(f"kg:{name}", ox.Literal(count)) for name, count in counts.items()]


def evidence_triples(content: Content) -> Iterator[ox.Triple]:
    """An annotation a mention, each with its target, its two selectors and the text that the offsets count."""
    run = ox.NamedNode(run_iri(content))
    for paper, mentions in content.papers():
        iri = content.base + paper.key
        for field in ("title", "abstract"):
            found = [m for m in mentions if m.field == field]
            if found:
                yield from _block(f"{iri}/{field}", text_pairs(paper, field, iri))
            for mention in found:
                yield from annotation_triples(mention, paper, iri, content.base, run)


def text_pairs(paper: Paper, field: str, iri: str) -> Pairs:
    """A title or abstract as a node of its own."""
    text = paper.title if field == "title" else paper.abstract
    return [
        ("rdf:type", named("kg:TextField")),
        ("dcterms:isPartOf", ox.NamedNode(iri)),
        ("rdf:value", ox.Literal(text)),
    ]


def annotation_triples(m: Mention, paper: Paper, iri: str, base: str, run: ox.NamedNode) -> Iterator[ox.Triple]:
    """The annotation of a mention: what it says, the statement it supports, where it stands."""
    source = f"{iri}/{m.field}"
    place = f"{m.start},{m.end}"
    text = paper.title if m.field == "title" else paper.abstract
    body = iri_of_url(m.label) if m.type == "Code" else f"{base}concept/{m.concept}"
    target, position, quotation = (ox.NamedNode(f"{source}#{kind}={place}") for kind in ("target", "position", "quote"))
    yield from _block(
        f"{source}#char={place}",
        [
            ("rdf:type", named("oa:Annotation")),
            ("oa:hasBody", ox.NamedNode(body)),
            ("oa:hasTarget", target),
            ("kg:subject", ox.NamedNode(iri)),
            *(("kg:predicate", named(name)) for name in sorted({PREDICATE[m.role], "kg:mentions"})),
            ("kg:confidence", decimal(m.confidence)),
            ("kg:component", ox.Literal(m.source)),
            ("prov:wasGeneratedBy", run),
        ],
    )
    yield from _block(
        target.value,
        [
            ("rdf:type", named("oa:SpecificResource")),
            ("oa:hasSource", ox.NamedNode(source)),
            ("oa:hasSelector", position),
            ("oa:hasSelector", quotation),
        ],
    )
    yield from _block(
        position.value,
        [
            ("rdf:type", named("oa:TextPositionSelector")),
            ("oa:start", ox.Literal(m.start)),
            ("oa:end", ox.Literal(m.end)),
        ],
    )
    yield from _block(
        quotation.value,
        [
            ("rdf:type", named("oa:TextQuoteSelector")),
            ("oa:exact", ox.Literal(m.text)),
            ("oa:prefix", ox.Literal(text[max(0, m.start - 24) : m.start])),
            ("oa:suffix", ox.Literal(text[m.end : m.end + 24])),
        ],
    )


def decimal(number: float) -> ox.Literal:
    """A number as xsd:decimal, without an exponent."""
    return ox.Literal(f"{number:.6f}".rstrip("0").rstrip(".") or "0", datatype=named("xsd:decimal"))


def iri_of_url(url: str) -> str:
    """A URL with every character escaped that an IRI cannot hold.

    >>> iri_of_url("https://example.org/a b<c>")
    'https://example.org/a%20b%3Cc%3E'
    """
    return quote(url, safe="!#$%&'()*+,-./:;=?@_~[]" if url.count("[") == url.count("]") else "!#$%&'()*+,-./:;=?@_~")


def _block(subject: str, pairs: Iterable[tuple[str, Term]]) -> Iterator[ox.Triple]:
    node = ox.NamedNode(subject)
    return (ox.Triple(node, named(name), value) for name, value in pairs)
