"""Writes cameraman.json: `pip install torch transformers gguf pillow`, then `python generate.py`."""

import json
import re
from pathlib import Path

from PIL import Image
from reference import GGUF, MODEL, Reference
from transformers import AutoTokenizer, BitImageProcessor

HERE = Path(__file__).parent
END, MOST = 2, 64


class Captioner:
    def __init__(self, **kwargs):
        self.reference = Reference(**kwargs)
        self.processor = BitImageProcessor.from_pretrained(MODEL / "encoder")
        self.tokenizer = AutoTokenizer.from_pretrained(MODEL, gguf_file=GGUF)

    def caption(self, image):
        """Greedy ids, their text, the first step's logits, and the smallest distance between the two best logits."""
        pixels = self.processor(image.convert("RGB"), return_tensors="pt").pixel_values
        ids, first, margin = [], None, float("inf")
        for logits, token in self.reference.steps(pixels):
            first = logits if first is None else first
            best = logits.topk(2).values
            margin = min(margin, float(best[0] - best[1]))
            ids.append(token)
            if token == END or len(ids) == MOST:
                break
        return ids, self.tokenizer.decode(ids, skip_special_tokens=True), first, margin


def main():
    photo = "../../examples/photos/cameraman.png"
    ids, text, first, margin = Captioner().caption(Image.open(HERE / photo))
    top = first.topk(5)
    golden = {
        "image": photo,
        "ids": ids,
        "text": text,
        "first_step": {"ids": top.indices.tolist(), "logits": [round(x, 6) for x in top.values.tolist()]},
        "smallest_margin": round(margin, 4),
    }
    lists_in_a_line = lambda found: json.dumps(json.loads(found.group()))
    short = re.sub(r"\[[^][{]*\]", lists_in_a_line, json.dumps(golden, indent=2))
    (HERE / "cameraman.json").write_text(short + "\n")
    print(text, margin)


if __name__ == "__main__":
    main()
