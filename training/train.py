"""Train the weights that ship with `kg`.

    python training/train.py ../shared/data/abstracts.jsonl.gz [--folds 3] [--report]

Two steps: the tagger (a conditional random field) learns from the annotated words; the judge (logistic regressions) learns
from the groups of candidates that a tagger proposes which has not seen their papers (cross-validation by papers), and from
lessons, which are what the accurate pipeline believes of papers that nobody annotated. What --report shows is without
lessons: who gives them has seen all annotations, those of the paper that is judged among them.
"""

import argparse
import multiprocessing
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pycrfsuite
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from gold import Row, occurrences, read_annotations, read_papers
from kg.extraction import model as models
from kg.extraction.groups import Group, groups
from kg.extraction.judge import DECISIONS, Judge, Reading, odds
from kg.extraction.judge import features as judge_features
from kg.extraction.mentions import THRESHOLD, placed
from kg.extraction.pipeline import english, text_of
from kg.extraction.sayings import NUMBERS, SEEN, expanded
from kg.extraction.tag_features import Flags, features
from kg.extraction.tagger import LABELS, Scorer
from kg.extraction.words import read, words_of
from kg.ontology import core, fold, scheme
from kg.processes import cores
from lessons import Belief, believed, read_lessons

HERE = Path(__file__).parent
CRF = {"c1": 0.6, "c2": 1.0, "max_iterations": 80, "feature.possible_transitions": True}
REGULARISATION = 0.25
MINIMUM_COUNT = 2
ACCEPTED, INTRODUCTIONS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7), (0.3, 0.35, 0.4, 0.45, 0.5)
"""Thresholds that are reported."""


Clusters = dict[str, tuple[int, int]]
"""Word → coarse and fine cluster."""


def read_clusters(path: Path) -> Clusters:
    """The clusters of a file."""
    with path.open(encoding="utf-8") as file:
        return {w: (int(a), int(b)) for w, a, b in (line.rstrip("\n").split("\t") for line in file)}


def prepare(papers: Sequence) -> list[Doc]:
    """Texts with everything that the tagger needs."""
    nlp = english()
    for name in ("kg_urls", "kg_abbreviations", "kg_lexicon"):
        nlp.add_pipe(name)
    for name in ("kg_marginals", "kg_encoded"):
        Doc.set_extension(name, default=None, force=True)
    return list(nlp.pipe(text_of(p)[0] for p in papers))


def tags(words: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """A label a word."""
    found = ["O"] * len(words)
    for start, end, row in occurrences(rows, words):
        found[start] = f"B-{row.label}"
        found[start + 1 : end] = [f"I-{row.label}"] * (end - start - 1)
    return found


@dataclass(frozen=True)
class Text:
    """A text with its annotated rows, as the tagger learns from it."""

    doc: Doc
    rows: Sequence[Row]

    def features(self, flags: Flags, clusters: Clusters) -> list[list[str]]:
        """The features of its words; made anew each time, for those of all texts take gigabytes."""
        return features(words_of(self.doc), flags.of(self.doc, read(self.doc)), clusters)


def train_tagger(texts: Sequence[Text], flags: Flags, clusters: Clusters) -> models.Model:
    """Fit the conditional random field; features that occur once are left out."""
    counts = Counter(f for text in texts for row in text.features(flags, clusters) for f in row)
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(CRF)
    for text in texts:
        rows = [[f for f in row if counts[f] >= MINIMUM_COUNT] for row in text.features(flags, clusters)]
        trainer.append(rows, tags(words_of(text.doc), text.rows))
    del counts
    with tempfile.NamedTemporaryFile(suffix=".crfsuite") as file:
        trainer.train(file.name)
        tagger = pycrfsuite.Tagger()
        tagger.open(file.name)
        info = tagger.info()
    column = {label: i for i, label in enumerate(LABELS)}
    weights: dict[str, np.ndarray] = {}
    for (feature, label), weight in sorted(info.state_features.items()):
        if abs(weight) > 1e-3:
            weights.setdefault(feature, np.zeros(len(LABELS)))[column[label]] = weight
    transitions = np.zeros((len(LABELS), len(LABELS)))  # a step that the weights do not have weighs nothing
    for (left, right), weight in info.transitions.items():
        transitions[column[left], column[right]] = weight
    return models.Model(weights, transitions, clusters, {}, {})


_jobs: list[tuple[Sequence[Text], Flags, Clusters]] = []


def train_taggers(jobs: Sequence[tuple[Sequence[Text], Flags, Clusters]]) -> list[models.Model]:
    """`train_tagger` for each of some jobs, in forked processes, which have the texts without being sent them."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(cores(), len(jobs)), context, initializer=_jobs.extend, initargs=(jobs,)) as pool:
        return list(pool.map(_train_job, range(len(jobs))))


def _train_job(number: int) -> models.Model:
    return train_tagger(*_jobs[number])


def tag(docs: Sequence[Doc], model: models.Model) -> None:
    """Set the probabilities of labels on each text."""
    flags = Flags(scheme())
    scorer = Scorer(model, flags)
    for doc in docs:
        text = read(doc)
        doc._.kg_marginals = scorer.marginals(scorer.emissions([scorer.look_up(text, flags.marks(doc, text))]))[0]


def read_names(path: Path) -> dict[str, tuple[int, int, int]]:
    """Name → papers it stands in, papers where it is a dataset, papers that introduce it."""
    with path.open(encoding="utf-8") as file:
        return {n: (int(a), int(b), int(c)) for n, a, b, c in (line.rstrip("\n").split("\t") for line in file)}


def facts(papers: int, data: int, new: int) -> tuple[int, int, int]:
    """What the model keeps of the counts."""
    return min(9, int(np.log2(papers))), round(10 * data / papers), round(10 * new / papers)


class Others:
    """The table of names as it would be without one paper of the corpus: a paper must not know itself."""

    def __init__(self, names: dict[str, tuple[int, int, int]], rows: Sequence[Row]) -> None:
        self._names = names
        self._new = {fold(n) for r in rows if r.introduced for n in r.names}
        self._data = {fold(n) for r in rows if r.kinds[0] == "Dataset" for n in r.names}

    def get(self, name: str, default: tuple[int, int, int]) -> tuple[int, int, int]:
        """The facts of a name that enough other papers know."""
        papers, data, new = self._names.get(name, (0, 0, 0))
        if papers <= 3:
            return default
        return facts(papers - 1, max(0, data - (name in self._data)), max(0, new - (name in self._new)))


def target(group: Group, rows: Sequence[Row]) -> Row | None:
    """The annotated row that a group names."""
    keys = {fold(name) for c in group.candidates for name in (c.text, core(c.text))}
    if group.long_form:
        keys.add(fold(group.long_form))
    if group.concept:
        keys.add(fold(scheme().concepts[group.concept].label))
    hits = [r for r in rows if r.kinds != ("Code",) and keys & {fold(s) for n in r.names for s in (n, core(n))}]
    return min(hits, key=lambda r: r.optional) if hits else None


Answers = tuple[float | None, ...]
"""How probable each of `DECISIONS` should be found (None: nothing is said about it)."""
Example = tuple[dict[str, float], Answers]
"""Features of a group, and the answers."""


def answers(row: Row | None) -> Answers:
    """What an annotated row says; what has none is no concept of the paper."""
    sure = row is None or not row.optional
    kind = row.kinds[0] if row else None
    return (
        float(row is not None) if sure else None,
        None if kind is None else float(kind == "Dataset"),
        None if kind is None or kind == "Dataset" else float(kind == "Architecture"),
        float(row is not None and row.introduced) if sure else None,
    )


def believed_answers(belief: Belief | None) -> Answers:
    """The same of what the accurate pipeline believes."""
    if belief is None:
        return answers(None)
    kinds = answers(belief.row)[1:3] if belief.probable else (None, None)
    return belief.accepted, *kinds, belief.introduced


def examples(
    docs: Sequence[Doc], annotated: Sequence[Sequence[Row]], flags: Flags, names: dict[str, tuple[int, int, int]]
) -> list[Example]:
    """An example a group of candidates."""
    return [
        (told, answers(target(group, rows)))
        for doc, rows in zip(docs, annotated, strict=True)
        for group, told in described(doc, flags, Others(names, rows))
    ]


def lesson_examples(
    docs: Sequence[Doc], lessons: Sequence[Sequence[Belief]], flags: Flags, names: dict[str, tuple[int, int, int]]
) -> list[Example]:
    """The same from lessons."""
    return [
        (told, believed_answers(believed(group, beliefs)))
        for doc, beliefs in zip(docs, lessons, strict=True)
        for group, told in described(doc, flags, Others(names, [b.row for b in beliefs if b.probable]))
    ]


def described(doc: Doc, flags: Flags, names: Others) -> Iterator[tuple[Group, dict[str, float]]]:
    """The groups of a text, and the features of each."""
    reading = Reading(read(doc), doc._.kg_encoded)
    numbers = NUMBERS if doc._.kg_encoded is None else (*NUMBERS, *SEEN)
    for group in groups(doc):
        bundles, beliefs = judge_features(group, reading, flags, names)  # type: ignore[arg-type]
        told = Counter(name for bundle in bundles for name in expanded(bundle))
        yield group, {**told, **dict(zip(numbers, odds(np.array(beliefs)).tolist(), strict=True))}


def train_judge(rows: Sequence[Example]) -> dict[str, list[float]]:
    """Fit the decisions; returns a row of weights a feature, in the order of `DECISIONS`."""
    counts = Counter(name for row in rows for name in row[0])
    names = sorted(n for n, c in counts.items() if c >= MINIMUM_COUNT)
    index = {n: i for i, n in enumerate(names)}
    data, indices, indptr = [], [], [0]
    for features_of, _ in rows:
        for name, value in features_of.items():
            if name in index:
                indices.append(index[name])
                data.append(value)
        indptr.append(len(indices))
    matrix = csr_matrix((data, indices, indptr), shape=(len(rows), len(names)))
    weights = np.zeros((len(names) + 1, len(DECISIONS)))
    for column in range(len(DECISIONS)):
        wanted = np.array([np.nan if answers[column] is None else answers[column] for _, answers in rows])
        yes, no = (
            np.flatnonzero(wanted > 0),
            np.flatnonzero(wanted < 1),
        )  # a doubtful one is both, and weighs so much as each
        some, weigh = np.concatenate([yes, no]), np.concatenate([wanted[yes], 1 - wanted[no]])
        fit = LogisticRegression(C=REGULARISATION, solver="liblinear", random_state=7)
        fit.fit(matrix[some], np.arange(len(some)) < len(yes), sample_weight=weigh)
        weights[:-1, column], weights[-1, column] = fit.coef_[0], fit.intercept_[0]
    return {n: w.tolist() for n, w in zip([*names, "bias"], weights, strict=True) if np.abs(w).max() > 0.01}


def report(docs: Sequence[Doc], annotated: Sequence[Sequence[Row]], judge: Judge) -> Counter:
    """Counts for precision, recall and F1 by threshold, of papers the judge has not seen; counted as `kg eval` does.

    A concept under two labels is right once, and optional ones count neither way.
    """
    tally: Counter = Counter()
    for doc, rows in zip(docs, annotated, strict=True):
        found, text = groups(doc), read(doc)
        judged = list(zip(found, judge.verdicts(found, text, doc._.kg_encoded), strict=True))
        row_of = {group.key: target(group, rows) for group in found}
        for t in ACCEPTED:
            kept = placed([(g, v) for g, v in judged if v.accepted >= t], [], text)
            named = [row_of[key] for key in dict.fromkeys(group.key for group, _, _ in kept)]
            right = {id(row) for row in named if row and not row.optional}
            tally["predicted", t] += len(right) + sum(row is None for row in named)
            tally["right", t] += len(right)
        kept = placed([(g, v) for g, v in judged if v.accepted >= THRESHOLD], [], text)
        sure = {group.key: verdict.introduced for group, verdict, _ in kept}
        for t in INTRODUCTIONS:
            named = [row_of[key] for key, introduced in sure.items() if introduced >= t]
            right = {id(row) for row in named if row and row.introduced and not row.optional}
            wrong = sum(row is None or not (row.introduced or row.optional) for row in named)
            tally["new predicted", t] += len(right) + wrong
            tally["new right", t] += len(right)
        tally["gold"] += sum(not r.optional and r.kinds != ("Code",) for r in rows)
        tally["new gold"] += sum(r.introduced and not r.optional and r.kinds != ("Code",) for r in rows)
    return tally


def show(tally: Counter) -> None:
    """Print the counts as figures."""
    for what, name, thresholds in (("", "all", ACCEPTED), ("new ", "introduced", INTRODUCTIONS)):
        for t in thresholds:
            right, predicted, gold = tally[f"{what}right", t], tally[f"{what}predicted", t], tally[f"{what}gold"]
            p, r = right / max(1, predicted), right / max(1, gold)
            print(f"{name} at {t}: P {p:.3f} R {r:.3f} F1 {2 * right / max(1, predicted + gold):.3f}")


def main() -> None:
    """Train, and with --report show what cross-validation says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--annotations", type=Path, default=HERE / "annotations")
    parser.add_argument("--clusters", type=Path, default=HERE / "clusters.tsv")
    parser.add_argument("--names", type=Path, default=HERE / "names.tsv")
    parser.add_argument("--lessons", type=Path, default=HERE / "lessons.jsonl.gz")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--only-report", action="store_true")
    args = parser.parse_args()
    annotated = read_annotations(args.annotations)
    papers = read_papers(args.corpus, set(annotated))
    ids = sorted(papers)
    random.Random(7).shuffle(ids)
    rows = [annotated[i] for i in ids]
    docs = prepare([papers[i] for i in ids])
    clusters = read_clusters(args.clusters)
    flags = Flags(scheme())
    texts = [Text(doc, found) for doc, found in zip(docs, rows, strict=True)]
    names = read_names(args.names)
    fold_of = [i % args.folds for i in range(len(ids))]
    parted = [[t for t, fold in zip(texts, fold_of, strict=True) if fold != held] for held in range(args.folds)]
    wanted = parted if args.only_report else [texts, *parted]  # the longest first
    taggers = train_taggers([(some, flags, clusters) for some in wanted])
    for held, model in enumerate(taggers[-args.folds :]):
        tag([doc for doc, fold in zip(docs, fold_of, strict=True) if fold == held], model)
    parts = [examples([doc], [r], flags, names) for doc, r in zip(docs, rows, strict=True)]
    if args.report or args.only_report:
        total: Counter = Counter()
        for held in range(args.folds):
            weights = train_judge([e for i, p in enumerate(parts) if fold_of[i] != held for e in p])
            for i in (i for i in range(len(ids)) if fold_of[i] == held):
                total += report([docs[i]], [rows[i]], Judge(weights, Others(names, rows[i]), flags))  # type: ignore[arg-type]
        show(total)
    if not args.only_report:
        lessons = read_lessons(args.lessons)
        told = read_papers(args.corpus, set(lessons))
        docs = prepare(list(told.values()))
        tag(docs, taggers[0])
        judged = train_judge([*chain(*parts), *lesson_examples(docs, [lessons[i] for i in told], flags, names)])
        known = {n: facts(*counts) for n, counts in names.items()}
        models.save(replace(taggers[0], judge_weights=judged, names=known))
        print(f"{models.WEIGHTS}: {models.WEIGHTS.stat().st_size:,} bytes from {len(ids)} papers")


if __name__ == "__main__":
    main()
