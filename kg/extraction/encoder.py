"""What a small transformer says of each word: the second opinion of ``--accurate``, a hundred times slower than the tagger.

It reads the text as a whole. Beside the pieces of each word it is told the word's shape and its flags, as the tagger is.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.network import LONGEST, Network, load
from kg.extraction.tag_features import Flags, shape
from kg.extraction.tagger import LABELS
from kg.extraction.vocabulary import BREAK
from kg.extraction.wordpieces import wordpieces
from kg.extraction.words import read
from kg.ontology import scheme

SHAPE = 6
"""Signs of a word's shape that count."""
NEW = ("O", "N", "n")
"""Whether the paper introduces what a word belongs to: no; yes; yes, but it is too vague to count."""
OVERLAP = 24
"""Words that two parts of a long text share; fewer than the shortest part has."""
BEGIN, END, PLAIN_BREAK = "[CLS]", "[SEP]", "|"
Floats = NDArray[np.float32]


class Reader:
    """Reads texts with a network, one at a time, so that a text is read the same in any company.

    What is longer than `LONGEST` pieces is read in parts that overlap; of a word that two parts hold, that counts which has
    more of its surroundings.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pieces: dict[str, tuple[int, ...]] = {}

    def read(self, words: Sequence[str], flags: Mapping[int, Sequence[str]]) -> tuple[Floats, Floats]:
        """Probabilities: words x `LABELS`, words x `NEW`."""
        labels, new = np.zeros((len(words), len(LABELS)), np.float32), np.zeros((len(words), len(NEW)), np.float32)
        start = end = 0
        while end < len(words):
            seen = self._part(words, flags, start)
            skipped = (end - start + 1) // 2
            end = start + len(seen)
            labels[start + skipped : end] = self._network.probabilities(seen[skipped:], "labels")
            new[start + skipped : end] = self._network.probabilities(seen[skipped:], "new")
            start = end - min(OVERLAP, len(seen) // 4)
        return labels, new

    def _part(self, words: Sequence[str], flags: Mapping[int, Sequence[str]], start: int) -> Floats:
        """What the network makes of each word from `start` on, as far as it reads."""
        net, arrays = self._network, self._network.arrays
        numbers, first, added = [net.pieces[BEGIN]], list[int](), [np.zeros_like(arrays["shape"][0])]
        for i, word in enumerate(words[start:], start):
            found = self._pieces_of(word)
            if len(numbers) + len(found) > LONGEST - 1:
                break
            first.append(len(numbers))
            numbers += found
            known = [net.flags[flag] for flag in flags.get(i, ()) if flag in net.flags]
            more = arrays["shape"][net.shapes.get(shape(word)[:SHAPE], 0)] + arrays["flag"][known].sum(axis=0)
            added += [more] * len(found)
        numbers.append(net.pieces[END])
        added.append(added[0])
        return net.read(numbers, np.array(added))[first]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        found = self._pieces.get(word)
        if found is None:
            if len(self._pieces) > 100_000:
                self._pieces.clear()
            found = wordpieces(PLAIN_BREAK if word == BREAK else word, self._network.pieces)
            self._pieces[word] = found
        return found


@Language.factory(
    "kg_encoder",
    requires=["doc._.kg_lexicon", "doc._.kg_abbreviations", "doc._.kg_marginals"],
    assigns=["doc._.kg_encoded", "doc._.kg_marginals"],
)
class Encoder:
    """Sets ``doc._.kg_encoded``, words x (`LABELS`, `NEW`), and makes ``doc._.kg_marginals`` what both think on average."""

    def __init__(self, nlp: Language, name: str) -> None:
        Doc.set_extension("kg_encoded", default=None, force=True)
        self._reader = Reader(load())
        self._flags = Flags(scheme())

    def __call__(self, doc: Doc) -> Doc:
        """Read one text."""
        text = read(doc)
        if len(text):
            labels, new = self._reader.read(text.words, self._flags.of(doc, text))
            doc._.kg_encoded = np.concatenate([labels, new], axis=1)
            doc._.kg_marginals = (doc._.kg_marginals + labels) / 2
        return doc
