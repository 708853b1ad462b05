#!/usr/bin/env python3
"""Trains each connector on the same images for the same number of steps, scores the captions, and prints a table.

    python3 benchmarks/connectors.py --images train.zip --captions train.tsv --dev-images dev.zip --dev-captions dev.tsv \
        --encoder ENCODER --lm LANGUAGE_MODEL --steps 80 --out RUNS [--plot docs/figures/connectors.svg]

Every run sees the first --steps x --batch images once, with all their captions, in the same order. Runs that are in --out already are
kept. The multi-layer perceptron reads 4 x 4 pooled patches, the others all of them.
"""
import argparse
import json
import subprocess
import zipfile
from pathlib import Path

VLM = Path(__file__).resolve().parent.parent / "vlm"
POOLING = ["--pool", "2", "--shuffle-factor", "2"]
CONNECTORS = {"mlp": POOLING, "qformer": [], "resampler": [], "xattn": []}
TOKENS = {"mlp": "16", "qformer": "16", "resampler": "16", "xattn": "16, beside the text"}
COLOURS = {"mlp": "#1b6ca8", "qformer": "#2a9d5c", "resampler": "#d08700", "xattn": "#b5342c"}
LEFT, TOP, WIDTH, HEIGHT = 60, 20, 640, 360


def subset(options, folder):
    """The first images and their captions as files of their own: features are computed of no others."""
    images, captions = folder / "images.zip", folder / "captions.tsv"
    if not images.exists():
        with zipfile.ZipFile(options.images) as source, zipfile.ZipFile(images, "w") as target:
            names = sorted(source.namelist())[: options.steps * options.batch]
            for name in names:
                target.writestr(name, source.read(name))
        wanted = set(names)
        lines = Path(options.captions).read_text().splitlines(keepends=True)
        captions.write_text("".join(line for line in lines if line.split("\t")[0] in wanted))
    return images, captions


def train(connector, options, folder):
    """How many weights learn."""
    out, record = folder / connector, folder / f"{connector}.json"
    if record.exists():
        return json.loads(record.read_text())
    images, captions = subset(options, folder)
    command = [VLM, "train-connector", "--connector", connector, *CONNECTORS[connector], "--encoder", options.encoder, "--lm", options.lm]
    command += ["--images", images, "--captions", captions, "--steps", options.steps, "--batch", options.batch, "--lr", options.lr]
    command += ["--warmup", max(1, options.steps // 10), "--cache", folder / "cache", "--out", out, "--json"]
    run = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    events = [json.loads(line) for line in run.stdout]
    if run.wait() != 0:
        raise SystemExit(f"{connector} failed")
    begin = next(event for event in events if event["event"] == "begin")
    record.write_text(json.dumps({"parameters": begin["parameters"]}))
    return json.loads(record.read_text())


def score(connector, options, folder):
    file = folder / f"{connector}-score.json"
    if not file.exists():
        command = [VLM, "eval", "captions", "--model", folder / connector, "--images", options.dev_images, "--captions", options.dev_captions]
        command += ["--every", options.every, "--dtype", "fp32", "--json"]
        file.write_text(subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True).stdout)
    return json.loads(file.read_text().splitlines()[0])


def steps(connector, folder):
    lines = map(json.loads, (folder / connector / "training/log.jsonl").read_text().splitlines())
    return [line for line in lines if "loss" in line]


def smoothed(values, width=10):
    return [sum(values[max(0, i - width + 1) : i + 1]) / len(values[max(0, i - width + 1) : i + 1]) for i in range(len(values))]


def plot(curves):
    shown = {name: smoothed(values) for name, values in curves.items()}
    low, high = 2.5, max(values[4] for values in shown.values())
    steps = max(map(len, shown.values()))
    x = lambda step: LEFT + WIDTH * step / steps
    y = lambda loss: TOP + HEIGHT * (high - min(loss, high)) / (high - low)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {TOP + HEIGHT + 50}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for tick in range(int(2 * low), int(2 * high) + 1):
        out.append(f'<path d="M{LEFT} {y(tick / 2):.1f}h{WIDTH}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y(tick / 2) + 4:.1f}" text-anchor="end">{tick / 2:g}</text>')
    for i, (name, values) in enumerate(shown.items()):
        path = "L".join(f"{x(step + 1):.1f} {y(loss):.1f}" for step, loss in enumerate(values))
        out.append(f'<path d="M{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="1.5"/>')
        out.append(f'<text x="{LEFT + WIDTH - 90}" y="{TOP + 20 + 18 * i}" fill="{COLOURS[name]}">{name}</text>')
    out.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">step (mean of the last ten), loss in nats a token</text></svg>')
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("images", "captions", "dev-images", "dev-captions", "encoder", "lm", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--plot")
    options = parser.parse_args()
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    print("| connector | weights that learn | image tokens | minutes | loss, last fifth | CIDEr-D | BLEU-4 |\n|---|---|---|---|---|---|---|")
    curves = {}
    for name in CONNECTORS:
        trained = train(name, options, folder)
        scored = score(name, options, folder)
        done = steps(name, folder)
        curves[name] = [step["loss"] for step in done]
        minutes = sum(options.batch / step["examples_per_s"] for step in done) / 60
        last = curves[name][-max(1, options.steps // 5) :]
        print(
            f"| `{name}` | {trained['parameters'] / 1e6:.1f}M | {TOKENS[name]} | {minutes:.1f} "
            f"| {sum(last) / len(last):.2f} | {scored['CIDEr-D']:.3f} | {scored['BLEU-4']:.3f} |",
            flush=True,
        )
    if options.plot:
        Path(options.plot).write_text(plot(curves))


if __name__ == "__main__":
    main()
