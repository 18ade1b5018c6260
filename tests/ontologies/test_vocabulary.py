"""The vocabulary says what every class and property of the data means."""

import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.exporters.rdf.terms import PREDICATE
from kg.ontology import FOLDER, NAMESPACE, PREFIXES, SCHEME_IRI

VOCABULARY = rdflib.Graph().parse(FOLDER / "kg.ttl")
CLASSES = set(VOCABULARY.subjects(RDF.type, OWL.Class))
PROPERTIES = {*VOCABULARY.subjects(RDF.type, OWL.ObjectProperty), *VOCABULARY.subjects(RDF.type, OWL.DatatypeProperty)}


def used_in_the_code() -> set[rdflib.URIRef]:
    """The names with the prefix ``kg:`` in the modules that write RDF."""
    folder = FOLDER.parent / "kg" / "exporters" / "rdf"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    kinds = ("Method", "Architecture", "Dataset", "Task")
    counts = ("papers", "concepts", "codes", "links")
    names = {part.split('"')[0] for part in text.split('"kg:')[1:]} | set(kinds) | set(counts)
    return {rdflib.URIRef(NAMESPACE + name) for name in names if name.isalpha()}


def test_every_name_that_the_exporter_writes_is_declared() -> None:
    assert used_in_the_code() - CLASSES - PROPERTIES == set()


def test_every_declared_name_is_written_by_the_exporter() -> None:
    assert (CLASSES | PROPERTIES) - used_in_the_code() == set()


def test_every_name_has_one_label_and_one_comment() -> None:
    for name in CLASSES | PROPERTIES:
        assert len(list(VOCABULARY.objects(name, RDFS.label))) == 1, name
        assert len(list(VOCABULARY.objects(name, RDFS.comment))) == 1, name


def test_every_property_has_a_domain_and_all_but_two_a_range() -> None:
    free = {rdflib.URIRef(NAMESPACE + name) for name in ("mentions", "predicate")}  # concepts and code; properties

    assert {p for p in PROPERTIES if not list(VOCABULARY.objects(p, RDFS.domain))} == set()
    assert {p for p in PROPERTIES if not list(VOCABULARY.objects(p, RDFS.range))} == free


def test_every_role_is_a_mention() -> None:
    mentions = rdflib.URIRef(f"{NAMESPACE}mentions")
    roles = {rdflib.URIRef(PREFIXES["kg"] + name.removeprefix("kg:")) for name in PREDICATE.values()} - {mentions}

    assert set(VOCABULARY.subjects(RDFS.subPropertyOf, mentions)) == roles


def test_the_scheme_and_the_ontology_are_described_without_blank_nodes() -> None:
    scheme = rdflib.URIRef(SCHEME_IRI)

    assert (scheme, RDF.type, SKOS.ConceptScheme) in VOCABULARY
    assert VOCABULARY.value(scheme, DCTERMS.title) is not None
    assert not [t for t in VOCABULARY if any(isinstance(term, rdflib.BNode) for term in t)]
