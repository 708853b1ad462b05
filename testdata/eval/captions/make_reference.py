"""Sentences of a small grammar and what the reference tools say of them.

Needs pycocoevalcap 1.2 and java: python make_reference.py
Writes references.tsv, candidates.tsv, scores.json (of everything and of each candidate) and, for the
tokenizer, tokens.tsv (a sentence and its words). METEOR is the jar of pycocoevalcap, version 1.5,
with -m "exact stem": no synonyms and paraphrases.
"""

import json
import os
import random
import subprocess

import pycocoevalcap.meteor.meteor as meteor
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

WHO = ["a sailor", "two old farmers", "the baker's son", "three girls", "an acrobat", "a grey horse", "some geese",
       "my neighbour's cats", "a red-haired pilot", "the 5-year-old twins", "Dr. Brown", "several tourists", "a welder",
       "the children", "one child", "a painter and her painting", "the dogs' owner", "players in white", "a player"]
DOES = ["is repairing", "repairs", "repaired", "carries", "are carrying", "is painting", "paints", "looks at", "is looking at",
        "doesn't see", "can't lift", "isn't holding", "holds", "are holding", "washes", "is washing", "is jumping over",
        "jumps over", "jumped over", "sells", "is selling", "walks towards", "walking towards", "hides behind"]
WHAT = ["a wooden boat", "the wooden boats", "an old car", "a basket of apples", "baskets full of apples", "the fence",
        "a broken fence", "a T-shirt", "his t-shirts", "a \"no entry\" sign", "a tall ladder", "the ladders", "a camel",
        "the statue of a general", "a stack of hay", "cups & plates", "a $5 lamp", "a bicycle (blue)", "a bike", "it", "them",
        "the river", "a quiet river", "a marching band", "the runner", "running water"]
WHERE = ["near the harbour", "in the U.S.", "at 5 p.m.", "on a hill", "on top of the hill", "by the lake's edge", "in the snow",
         "in a snowy field", "under a bridge", "under the stone bridges", "in front of a shop", "before noon", "at night",
         "while others watch", "while others are watching", "with great care", "carefully", "", "", "for the 2nd time"]
END = [".", " .", "", "!", " ...", "."]


def sentence(rng, parts):
    text = " ".join(p for p in parts if p)
    if rng.random() < 0.5:
        text = text[0].upper() + text[1:]
    return text + rng.choice(END)


def vary(rng, parts):
    """Another sentence about the same scene: some parts are kept."""
    return [rng.choice(pool) if rng.random() < 0.45 else part for part, pool in zip(parts, (WHO, DOES, WHAT, WHERE))]


def candidate(rng, parts):
    """As a model writes: sometimes right, sometimes too short, in another order, with words again, or nothing."""
    text = sentence(rng, vary(rng, parts))
    words = text.split()
    kind = rng.random()
    if kind < 0.1:
        words = words[: rng.randrange(1, len(words) + 1)]
    elif kind < 0.2:
        rng.shuffle(words)
    elif kind < 0.3:
        words = words + words[-rng.randrange(1, 4):]
    elif kind < 0.35:
        words = (words * 2)[: rng.randrange(4, 20)]
    elif kind < 0.36:
        words = []
    return " ".join(words)


def generate():
    rng = random.Random(7)
    references, candidates = {}, {}
    for i in range(260):
        name = f"scene{i:03d}.png"
        parts = [rng.choice(pool) for pool in (WHO, DOES, WHAT, WHERE)]
        references[name] = [sentence(rng, vary(rng, parts)) for _ in range(rng.randrange(1, 6))]
        candidates[name] = references[name][0] if i % 20 == 0 else candidate(rng, parts)
    return references, candidates


class ExactAndStem(meteor.Meteor):
    def __init__(self):
        folder = os.path.dirname(os.path.abspath(meteor.__file__))
        command = ["java", "-jar", "-Xmx1G", meteor.METEOR_JAR, "-", "-", "-stdio", "-l", "en", "-norm", "-m", "exact stem"]
        self.meteor_p = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.lock = meteor.threading.Lock()


def scores(gts, res):
    corpus, each = {}, {}
    bleu, bleus = Bleu(4).compute_score(gts, res, verbose=0)
    for n in range(4):
        corpus[f"BLEU-{n + 1}"], each[f"BLEU-{n + 1}"] = bleu[n], bleus[n]
    for name, metric in (("ROUGE-L", Rouge()), ("METEOR", ExactAndStem()), ("CIDEr-D", Cider())):
        corpus[name], values = metric.compute_score(gts, res)
        each[name] = [float(v) for v in values]
    return {name: float(v) for name, v in corpus.items()}, each


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines("\t".join(line) + "\n" for line in lines)


def main():
    references, candidates = generate()
    as_captions = lambda texts: [{"caption": text} for text in texts]
    gts = PTBTokenizer().tokenize({name: as_captions(texts) for name, texts in references.items()})
    res = PTBTokenizer().tokenize({name: as_captions([text]) for name, text in candidates.items()})
    corpus, each = scores(gts, res)
    write("references.tsv", [(name, text) for name, texts in references.items() for text in texts])
    write("candidates.tsv", candidates.items())
    with open("scores.json", "w", encoding="utf-8") as file:
        json.dump({"corpus": corpus, "each": {m: [round(v, 9) for v in values] for m, values in each.items()}}, file)
        file.write("\n")
    sentences = [line.rstrip("\n") for line in open("sentences.txt", encoding="utf-8")]
    tokens = PTBTokenizer().tokenize({i: as_captions([text]) for i, text in enumerate(sentences)})
    write("tokens.tsv", [(text, tokens[i][0]) for i, text in enumerate(sentences)])
    print(corpus)


if __name__ == "__main__":
    main()
