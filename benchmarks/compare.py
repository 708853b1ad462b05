#!/usr/bin/env python3
"""The embedded default here and in the engines that a user could take instead, in turns on one machine.

    python3 benchmarks/compare.py --setup peers          # a virtual environment with pinned packages; llama.cpp is compiled
    peers/bin/python benchmarks/compare.py [--rounds 5] [--against transformers:fp32 ...] [--out figures.json]

Each round starts this library and then each peer as a fresh process, so that a change of the machine's speed meets all of them; what
counts is the ratio within a round. Prints a table of ratios, above 1 where this library is faster, with median, minimum and maximum.
"""
import argparse
import json
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent

# this library's --dtype, then the peer and its precision
PAIRS = [
    ("fp32", "transformers:fp32"),
    ("auto", "transformers:fp32"),
    ("bf16", "transformers:bf16"),
    ("int8", "transformers:int8"),
    ("fp32", "onnxruntime:fp32"),
    ("auto", "onnxruntime:fp32"),
    ("fp32", "llama.cpp:fp32"),
    ("fp16", "llama.cpp:fp16"),
    ("int8", "llama.cpp:int8"),
    ("auto", "llama.cpp:q4_1"),
]


def setup(folder):
    venv.create(folder, with_pip=True)
    subprocess.run([Path(folder) / "bin/pip", "install", "-r", HERE / "requirements.txt"], check=True)


def here(dtype, options):
    command = [HERE.parent / "vlm", "bench", "--dtype", dtype, "--threads", str(options.threads), "--runs", str(options.runs), "--json"]
    return figures(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peer(name, options):
    command = [sys.executable, __file__, "--only", name, "--threads", str(options.threads), "--runs", str(options.runs)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{name} failed: {run.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    return figures(run.stdout)


def figures(output):
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {line["figure"]: line["median"] for line in lines}


def ratio(figure, ours, theirs):
    return theirs / ours if figure.endswith("_ms") else ours / theirs


def compare(options):
    pairs = [pair for pair in PAIRS if not options.against or pair[1] in options.against]
    rounds = []
    for number in range(options.rounds):
        taken = {f"vlm4j:{dtype}": here(dtype, options) for dtype in sorted({pair[0] for pair in pairs})}
        taken |= {name: peer(name, options) for name in sorted({pair[1] for pair in pairs})}
        rounds.append(taken)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        if options.out:
            Path(options.out).write_text(json.dumps(rounds, indent=1))
    print("| figure | vlm4j | peer | here | there | ratio (min to max) |\n|---|---|---|---|---|---|")
    for dtype, name in pairs:
        for figure in rounds[0][name]:
            ours = [taken[f"vlm4j:{dtype}"][figure] for taken in rounds if figure in taken[f"vlm4j:{dtype}"]]
            theirs = [taken[name][figure] for taken in rounds if figure in taken[name]]
            if len(ours) != len(rounds) or len(theirs) != len(rounds):
                continue
            ratios = [ratio(figure, a, b) for a, b in zip(ours, theirs)]
            print(
                f"| `{figure}` | {dtype} | {name} | {statistics.median(ours):.1f} | {statistics.median(theirs):.1f} "
                f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--setup", metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--against", nargs="+")
    parser.add_argument("--out")
    parser.add_argument("--only")
    options = parser.parse_args()
    if options.setup:
        setup(options.setup)
    elif options.only:
        from peers import PEERS

        name, dtype = options.only.split(":")
        for figure, median in PEERS[name](dtype, options.runs, options.threads):
            print(json.dumps({"figure": figure, "median": median}), flush=True)
    else:
        compare(options)


if __name__ == "__main__":
    main()
