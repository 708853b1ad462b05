"""Writes the checkpoint `two_layers` beside this file: Show and Tell in plain PyTorch, with the outputs of three pictures.

    python generate.py   # torch 2, safetensors, Pillow, numpy
"""

import json
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

WORDS = ["<unk>", "<start>", "<end>", "<pad>"] + [f"word{i}" for i in range(22)]
CONFIG = {
    "model_type": "show_and_tell", "image_size": 20, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.25],
    "interpolation": "bilinear", "cnn_channels": [4, 6, 5, 7], "bn_eps": 1e-3, "embed_size": 6, "hidden_size": 10,
    "vocab_size": len(WORDS), "num_layers": 2, "pad_id": 3, "start_id": 1, "end_id": 2, "unk_id": 0,
}
WORDS_AT_MOST, BEAMS, SEED = 12, 4, 132


class Captioner(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inputs = [], 3
        for width in CONFIG["cnn_channels"]:
            layers += [nn.Conv2d(inputs, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width, CONFIG["bn_eps"]), nn.ReLU()]
            inputs = width
        self.cnn = nn.Sequential(*layers)
        self.img_embed = nn.Linear(inputs, CONFIG["embed_size"])
        self.embed = nn.Embedding(len(WORDS), CONFIG["embed_size"])
        self.lstm = nn.LSTM(CONFIG["embed_size"], CONFIG["hidden_size"], CONFIG["num_layers"], batch_first=True)
        self.out = nn.Linear(CONFIG["hidden_size"], len(WORDS))

    def feature(self, pixels):
        return self.cnn(pixels).mean((2, 3))

    def look(self, feature):
        return self.lstm(self.img_embed(feature).unsqueeze(1))[1]

    def read(self, word, state):
        hidden, state = self.lstm(self.embed(torch.tensor([[word]])), state)
        return self.out(hidden)[0, 0], state


def pixels(path):
    side = CONFIG["image_size"]
    image = Image.open(path).convert("RGB").resize((side, side), Image.BILINEAR)
    values = torch.from_numpy(np.asarray(image).astype(np.float32) / 255)
    values = (values - torch.tensor(CONFIG["image_mean"])) / torch.tensor(CONFIG["image_std"])
    return values.permute(2, 0, 1).unsqueeze(0).contiguous()


def greedy(model, state):
    ids, logits, word = [], [], CONFIG["start_id"]
    while len(ids) < WORDS_AT_MOST and word != CONFIG["end_id"]:
        scores, state = model.read(word, state)
        word = int(scores.argmax())
        ids.append(word)
        logits.append(scores)
    return ids, torch.stack(logits)


def beam(model, state):
    """The best k sentences of each length; those that are complete leave the beam."""
    end, complete = CONFIG["end_id"], []
    running = [(0.0, [CONFIG["start_id"]], state)]
    for length in range(WORDS_AT_MOST):
        candidates = []
        for score, ids, before in running:
            scores, after = model.read(ids[-1], before)
            candidates += [(score + float(p), ids + [word], after) for word, p in enumerate(scores.log_softmax(-1))]
        candidates.sort(key=lambda candidate: -candidate[0])
        complete += [c for c in candidates[:BEAMS] if c[1][-1] == end]
        running = [c for c in candidates[:BEAMS] if c[1][-1] != end]
        if not running:
            break
    best = max(complete + running, key=lambda candidate: candidate[0])
    return best[1][1:], best[0]


def draw(seed):
    torch.manual_seed(seed)
    model = Captioner().eval()
    for name, tensor in model.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif tensor.dtype == torch.float32:
            tensor.normal_(0, 2 if name.startswith(("embed", "lstm", "out.w")) else 0.8)
    return model


@torch.no_grad()
def main():
    here = pathlib.Path(__file__).parent
    folder = here / "two_layers"
    pictures = [here.parent / "images/golden" / name for name in ("small.png", "shapes.png", "noise.png")]
    model = draw(SEED)
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    cases = []
    for picture in pictures:
        values = pixels(picture)
        feature = model.feature(values)
        state = model.look(feature)
        ids, logits = greedy(model, state)
        best, score = beam(model, state)
        save_file({
            "pixel_values": values, "vision_features": feature, "connector_output": model.img_embed(feature),
            "lstm_h0": state[0][:, 0].contiguous(), "lstm_c0": state[1][:, 0].contiguous(),
            "generated_ids": torch.tensor(ids), "logits": logits,
            "beam_ids": torch.tensor(best), "beam_score": torch.tensor(score),
        }, folder / "golden" / f"{picture.stem}.safetensors")
        text = " ".join(WORDS[i] for i in ids if i > 3)
        cases.append({"name": picture.stem, "images": [f"images/{picture.name}"], "greedy": text,
                      "generation": {"max_new_tokens": WORDS_AT_MOST, "num_beams": BEAMS},
                      "expected_tensors": f"{picture.stem}.safetensors"})
        print(picture.stem, ids, best, round(score, 3))
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")
    (folder / "vocab.json").write_text(json.dumps(WORDS) + "\n")
    (folder / "golden/cases.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors")


if __name__ == "__main__":
    main()
