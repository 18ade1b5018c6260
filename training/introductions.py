"""Train the second opinion on introductions, ``kg/extraction/introductions.npz``, on what ``--accurate`` believes.

    python training/introductions.py ../shared/data/abstracts.jsonl.gz

From what the quick pipeline knows of each group of candidates, a small network learns how probably the accurate one says that
the paper introduces it (`lessons`).
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gold import read_papers
from kg.extraction import introductions
from kg.extraction.groups import groups
from kg.extraction.introductions import FORMS, KNOWN, NOTHING, PLACES, REACH, Network, View, numbered, view
from kg.extraction.model import load
from kg.extraction.pipeline import COMPONENTS, english, make_pipeline, text_of
from kg.extraction.words import read
from kg.records import Paper
from lessons import Lessons, believed, read_lessons

HERE = Path(__file__).parent
WORDS, WIDTH, HIDDEN, FACTS = 15_000, 32, 32, 14
EPOCHS, BATCH, RATE = 8, 512, 2e-3
PROBABLE = 0.2
"""Groups that are hardly concepts of the paper teach nothing."""
Taught = tuple[View, list[float]]
"""What the network sees of the groups of a text, and the probability that it should give each."""


def teach(papers: Sequence[Paper], lessons: Lessons, known: dict[str, int]) -> list[Taught]:
    """What the network sees of the groups that are perhaps concepts, and what it should say."""
    nlp, names = make_pipeline(), load().names
    nlp.remove_pipe(COMPONENTS[-1])
    numbers, found = numbered(known), []
    for paper, doc in zip(papers, nlp.pipe(text_of(paper)[0] for paper in papers), strict=True):
        beliefs = [(group, believed(group, lessons[paper.id])) for group in groups(doc)]
        some = [(group, belief) for group, belief in beliefs if belief and belief.accepted > PROBABLE]
        if some:
            found.append((view([([g for g, _ in some], read(doc))], numbers, names), [b.introduced for _, b in some]))
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
    parser.add_argument("--lessons", type=Path, default=HERE / "lessons.jsonl.gz")
    args = parser.parse_args()
    lessons = read_lessons(args.lessons)
    papers = [paper for _, paper in sorted(read_papers(args.corpus, set(lessons)).items())]
    nlp = english()
    counts: Counter[str] = Counter()
    for doc in nlp.tokenizer.pipe(text_of(paper)[0] for paper in papers):
        counts.update(set(read(doc).lows))
    known = {word: KNOWN + i for i, (word, _) in enumerate(counts.most_common(WORDS))}
    introductions.save(train(teach(papers, lessons, known), known))
    print(f"{introductions.WEIGHTS}: {introductions.WEIGHTS.stat().st_size:,} bytes from {len(papers)} papers")


if __name__ == "__main__":
    main()
