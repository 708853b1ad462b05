"""Writes cameraman.json: `pip install torch transformers gguf pillow`, then `python generate.py`.

The embedded default in transformers: its files, each step written out. `caption` takes any image and any connector.
"""

import json
import re
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, BitImageProcessor, Dinov2Model

HERE = Path(__file__).parent
MODEL = HERE / "../../models/default-weights/src/main/resources/io/vlm4j/defaultmodel"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
BEFORE, AFTER = [1, 4093, 198], [198, 19161, 253, 1890, 29892, 30, 2, 198, 1, 520, 9531, 198]
END, MOST = 2, 64


class Reference:
    def __init__(self, connector=MODEL / "connector"):
        torch.set_grad_enabled(False)
        self.processor = BitImageProcessor.from_pretrained(MODEL / "encoder")
        self.vision = Dinov2Model.from_pretrained(MODEL / "encoder", dtype=torch.float32).eval()
        self.language = AutoModelForCausalLM.from_pretrained(MODEL, gguf_file=GGUF, dtype=torch.float32, config=None).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(MODEL, gguf_file=GGUF)
        self.connector = {k: v.float() for k, v in load_file(Path(connector) / "model.safetensors").items()}

    def image(self, image):
        """16 embeddings: the mean over 2 x 2 patches, 2 x 2 neighbours joined row by row, two layers with exact GELU."""
        pixels = self.processor(image.convert("RGB"), return_tensors="pt").pixel_values
        patches = self.vision(pixels).last_hidden_state[:, 1:].view(1, 8, 2, 8, 2, 384).mean((2, 4))
        blocks = patches.view(1, 4, 2, 4, 2, 384).transpose(2, 3).reshape(1, 16, 1536)
        weights = self.connector
        hidden = torch.nn.functional.gelu(blocks @ weights["linear_1.weight"].T + weights["linear_1.bias"])
        return hidden @ weights["linear_2.weight"].T + weights["linear_2.bias"]

    def caption(self, image):
        """Greedy ids, their text, the first step's logits, and the smallest distance between the two best logits."""
        embed = self.language.get_input_embeddings()
        inputs = torch.cat([embed(torch.tensor([BEFORE])), self.image(image), embed(torch.tensor([AFTER]))], 1)
        out = self.language(inputs_embeds=inputs, use_cache=True)
        first = out.logits[0, -1]
        ids, margin = [], float("inf")
        while len(ids) < MOST:
            best = out.logits[0, -1].topk(2)
            margin = min(margin, float(best.values[0] - best.values[1]))
            ids.append(int(best.indices[0]))
            if ids[-1] == END:
                break
            out = self.language(input_ids=torch.tensor([[ids[-1]]]), past_key_values=out.past_key_values, use_cache=True)
        return ids, self.tokenizer.decode(ids, skip_special_tokens=True), first, margin


def main():
    photo = "../../examples/photos/cameraman.png"
    ids, text, first, margin = Reference().caption(Image.open(HERE / photo))
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
