"""Train the second opinion on introductions, ``kg/extraction/introductions.npz``, on what ``--accurate`` thinks.

    python training/introductions.py ../shared/data/abstracts.jsonl.gz

The accurate pipeline reads abstracts that nobody annotated; a small network learns, from what the quick one knows of each
group of candidates, how probably the accurate one says that the paper introduces it.
"""

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import spacy
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gold import read_annotations
from kg.extraction import encoder, introductions, network
from kg.extraction.candidates import means
from kg.extraction.groups import groups
from kg.extraction.introductions import FORMS, KNOWN, NOTHING, PLACES, REACH, Network, View, view
from kg.extraction.judge import Judge
from kg.extraction.model import load
from kg.extraction.pipeline import COMPONENTS, text_of
from kg.extraction.tag_features import Flags
from kg.extraction.words import read
from kg.ontology import scheme
from kg.processes import cores, new_pool
from kg.records import Paper

HERE = Path(__file__).parent
WORDS, WIDTH, HIDDEN, FACTS = 15_000, 32, 32, 14
EPOCHS, BATCH, RATE = 8, 512, 2e-3
PROBABLE = 0.2
"""Groups that are hardly concepts of the paper teach nothing."""
Taught = tuple[View, list[float]]
"""What the network sees of the groups of a text, and the probability that it should give each."""


def unlabelled(corpus: Path, count: int) -> list[Paper]:
    """Some papers that are not annotated, by chance."""
    annotated = read_annotations(HERE / "annotations")
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["id"] not in annotated]
    random.Random(11).shuffle(rows)
    return [Paper(title=row["title"], abstract=row["abstract"], id=row["id"]) for row in rows[:count]]


def teach(papers: Sequence[Paper], known: dict[str, int]) -> list[Taught]:
    """What the accurate pipeline thinks of the groups that the quick one finds."""
    nlp = spacy.blank("en")
    for name in COMPONENTS[:-1]:  # without the last, which needs what is learned here
        nlp.add_pipe(name)
    names, flags = load().names, Flags(scheme())
    encode, judge = encoder.Encoder(nlp, "kg_encoder"), Judge(network.load().judge_weights, names, flags)
    found = []
    for doc in nlp.pipe(text_of(paper)[0] for paper in papers):
        text, some = read(doc), groups(doc)
        if not some:
            continue
        quick = {id(c): c.scores for group in some for c in group.candidates}
        encode(doc)
        for group in some:
            places = [(c.start, c.end) for c in group.candidates]
            for candidate, scores in zip(group.candidates, means(doc._.kg_marginals, places), strict=True):
                candidate.scores = scores
        verdicts = judge.verdicts(some, text, doc._.kg_encoded)
        for candidate in (c for group in some for c in group.candidates):
            candidate.scores = quick[id(candidate)]
        both = [(g, v.introduced) for g, v in zip(some, verdicts, strict=True) if v.accepted > PROBABLE]
        if both:
            found.append((view([([g for g, _ in both], text)], known, names), [p for _, p in both]))
    return found


class Net(nn.Module):
    """`kg.extraction.introductions.Network` while it learns."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WIDTH)
        nn.init.normal_(self.words.weight, std=0.3)
        self.places = nn.Linear((2 * REACH + 2) * WIDTH + 2, HIDDEN)
        self.facts = nn.Linear(FACTS, 16)
        self.both = nn.Linear(2 * HIDDEN + 16, 32)
        self.end = nn.Linear(32, 1)
        self.drop = nn.Dropout(0.2)

    def forward(
        self, words: torch.Tensor, flags: torch.Tensor, there: torch.Tensor, facts: torch.Tensor
    ) -> torch.Tensor:
        """Log-odds of each group; `there`: groups x places, which of them exist."""
        seen = torch.cat([self.drop(self.words(words)).flatten(2), flags], dim=-1)
        seen = self.places(seen).relu() * there[..., None]
        mean = seen.sum(1) / there.sum(1, keepdim=True)
        both = torch.cat([seen.max(1)[0], mean, self.facts(facts).relu()], dim=-1)
        return self.end(self.both(both).relu()).squeeze(-1)


def tensors(taught: Sequence[Taught]) -> list[torch.Tensor]:
    """All groups: words, flags, which places exist, facts, and what is wanted."""
    count = sum(len(wanted) for _, wanted in taught)
    words = np.full((count, PLACES, 2 * REACH + 2), NOTHING)
    flags, there = np.zeros((count, PLACES, 2), np.float32), np.zeros((count, PLACES), np.float32)
    row = 0
    for seen, _ in taught:
        for begin, end in zip(seen.begins, [*seen.begins[1:], len(seen.words)], strict=True):
            words[row, : end - begin], flags[row, : end - begin] = seen.words[begin:end], seen.flags[begin:end]
            there[row, : end - begin] = 1
            row += 1
    facts = np.concatenate([seen.facts for seen, _ in taught])
    wanted = np.array([p for _, some in taught for p in some], dtype=np.float32)
    return [torch.from_numpy(array) for array in (words, flags, there, facts, wanted)]


def train(taught: Sequence[Taught], known: dict[str, int]) -> Network:
    """Fit the network."""
    torch.manual_seed(0)
    *told, facts, wanted = tensors(taught)
    middle, spread = facts.mean(0), facts.std(0).clamp(min=0.01)
    told.append((facts - middle) / spread)
    net = Net(KNOWN + len(known) + FORMS)
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE, weight_decay=1e-6)
    for epoch in range(EPOCHS):
        order, lost = torch.randperm(len(wanted)), 0.0
        for options in optimizer.param_groups:
            options["lr"] = RATE * (1 - epoch / EPOCHS)
        for some in order.split(BATCH):
            loss = binary_cross_entropy_with_logits(net(*(array[some] for array in told)), wanted[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            lost += loss.item() * len(some)
        print(f"pass {epoch + 1} of {EPOCHS}: loss {lost / len(wanted):.4f}", flush=True)
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    arrays = {name.removesuffix(".weight"): value.T for name, value in state.items()}
    arrays |= {"words": state["words.weight"], "middle": middle.numpy(), "spread": spread.numpy()}
    return Network(known, arrays)


def main() -> None:
    """Read, train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=10_000)
    args = parser.parse_args()
    papers = unlabelled(args.corpus, args.papers)
    nlp = spacy.blank("en")
    counts: Counter[str] = Counter()
    for doc in nlp.tokenizer.pipe(text_of(paper)[0] for paper in papers):
        counts.update(set(read(doc).lows))
    known = {word: KNOWN + i for i, (word, _) in enumerate(counts.most_common(WORDS))}
    taught: list[Taught] = []
    with new_pool(cores()) as pool:
        parts = [papers[i : i + 100] for i in range(0, len(papers), 100)]
        for number, part in enumerate(pool.map(teach, parts, [known] * len(parts)), 1):
            taught += part
            if number % 10 == 0:
                print(f"{number * 100} papers read", flush=True)
    introductions.save(train(taught, known))
    print(f"{introductions.WEIGHTS}: {introductions.WEIGHTS.stat().st_size:,} bytes from {len(papers)} papers")


if __name__ == "__main__":
    main()
