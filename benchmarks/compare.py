#!/usr/bin/env python3
"""The embedded default against Hugging Face transformers: the same caption of 20 tokens, float32, in turns.

    python -m venv venv && venv/bin/pip install torch==2.7.1 transformers==4.57.6 gguf==0.17.1 accelerate numpy pillow
    venv/bin/python benchmarks/compare.py [--rounds 5]

Each round starts both as fresh processes, one after the other, so that a change of the machine's speed meets both. What counts is
the ratio within a round. Prints a JSON line a round and the ratios' minimum, median and maximum.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/default-weights/src/main/resources/io/vlm4j/defaultmodel"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
BEFORE, AFTER = [1, 4093, 198], [198, 19161, 253, 1890, 29892, 30, 2, 198, 1, 520, 9531, 198]
TOKENS, RUNS = 20, 5


def reference():
    """The median milliseconds of image to 20 tokens in transformers."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, Dinov2Model, DynamicCache

    vision = Dinov2Model.from_pretrained(MODEL / "encoder", dtype=torch.float32).eval()
    language = AutoModelForCausalLM.from_pretrained(MODEL, gguf_file=GGUF, dtype=torch.float32, config=None).eval()
    weights = {k: v.float() for k, v in load_file(MODEL / "connector/model.safetensors").items()}
    embed = language.get_input_embeddings()

    def caption(pixels):
        patches = vision(pixels).last_hidden_state[:, 1:].view(1, 8, 2, 8, 2, 384).mean((2, 4))
        blocks = patches.view(1, 4, 2, 4, 2, 384).transpose(2, 3).reshape(1, 16, 1536)
        hidden = torch.nn.functional.gelu(blocks @ weights["linear_1.weight"].T + weights["linear_1.bias"])
        image = hidden @ weights["linear_2.weight"].T + weights["linear_2.bias"]
        inputs = torch.cat([embed(torch.tensor([BEFORE])), image, embed(torch.tensor([AFTER]))], 1)
        cache = DynamicCache()
        out = language(inputs_embeds=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)
        for _ in range(TOKENS - 1):
            token = out.logits[:, -1].argmax(-1, keepdim=True)
            out = language(input_ids=token, past_key_values=cache, use_cache=True, logits_to_keep=1)
        return int(out.logits[:, -1].argmax(-1))

    times = []
    with torch.inference_mode():
        pixels = torch.randn(1, 3, 224, 224)
        for _ in range(RUNS + 1):
            start = time.perf_counter()
            caption(pixels)
            times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[1:])


def ours(dtype):
    """The median milliseconds of the same in vlm4j, decoding and resizing of the image included."""
    lines = subprocess.run(
        [ROOT / "vlm", "bench", "--dtype", dtype, "--runs", str(RUNS), "--json"],
        check=True, capture_output=True, text=True).stdout.splitlines()
    figures = [json.loads(line) for line in lines if line.startswith("{")]
    return next(figure["median"] for figure in figures if figure["figure"] == "caption_ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dtype", default="fp32")
    parser.add_argument("--reference-only", action="store_true")
    options = parser.parse_args()
    if options.reference_only:
        print(json.dumps({"caption_ms": reference()}))
        return
    ratios = []
    for _ in range(options.rounds):
        run = subprocess.run([sys.executable, __file__, "--reference-only"], check=True, capture_output=True, text=True)
        theirs = json.loads(run.stdout.splitlines()[-1])["caption_ms"]
        mine = ours(options.dtype)
        ratios.append(theirs / mine)
        print(json.dumps({"transformers_ms": theirs, "vlm4j_ms": mine, "ratio": ratios[-1]}), flush=True)
    print(json.dumps({"ratio_min": min(ratios), "ratio_median": statistics.median(ratios), "ratio_max": max(ratios)}))


if __name__ == "__main__":
    main()
