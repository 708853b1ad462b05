"""Writes tiny Perceiver checkpoints and what the reference (transformers 4.57.6, float32) computes with them.

Usage: make.py TESTDATA OUT [NAME...]; the images are those of TESTDATA/images/golden.
"""
import json
import pathlib
import shutil
import sys

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import (
    PerceiverConfig,
    PerceiverForImageClassificationConvProcessing as ConvProcessing,
    PerceiverForImageClassificationFourier as Fourier,
    PerceiverForImageClassificationLearned as Learned,
    PerceiverForMaskedLM as MaskedLM,
    PerceiverImageProcessor,
    PerceiverTokenizer,
)

SMALL = dict(num_latents=5, d_latents=16, num_self_attends_per_block=2, num_self_attention_heads=2, num_cross_attention_heads=1)
IMAGES = ["shapes", "small", "rgba"]
SHAPES = {
    "learned": (Learned, dict(image_size=4, qk_channels=8, v_channels=16, num_blocks=2, d_model=512, id2label={0: "circle", 1: "square", 2: "triangle", 3: "star"}), dict(size=4, crop_size=5)),
    "fourier": (Fourier, dict(num_blocks=2, cross_attention_shape_for_attention="q", self_attention_widening_factor=2, num_labels=3), dict(size={"height": 6, "width": 8}, crop_size={"height": 7, "width": 8})),
    "convolution": (ConvProcessing, dict(qk_channels=16, cross_attention_widening_factor=3, use_query_residual=False, num_labels=1), dict(size=21, crop_size=19)),
    "masked_lm": (MaskedLM, dict(d_model=16, max_position_embeddings=26, qk_channels=12, v_channels=16, num_cross_attention_heads=2, num_blocks=3, hidden_act="gelu_new"), None),
}
TEXTS = [("words", "A re\u00e9d dog [SEP] runs.", (2, 6)), ("end", "cat", (0, 3))]


def randomise(model):
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            wide = parameter.dim() > 1
            parameter.normal_(0, 1.0 / parameter.shape[-1] ** 0.5 if wide and "embeddings" not in name and "latents" not in name else 0.5)
            if "norm" in name and name.endswith("weight"):
                parameter.add_(1)
        if name == "embedding_decoder.bias":  # small letters are likelier than bytes that are no text
            parameter.data[6 + ord("a") : 7 + ord("z")] += 3
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.3)
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)


def images(folder, model, processor, testdata, golden):
    cases = []
    for index, name in enumerate(IMAGES):
        image = Image.open(testdata / "images/golden" / (name + ".png")).convert("RGB")
        pixels = processor(image, return_tensors="pt")["pixel_values"]
        outputs = model.perceiver(pixels, output_hidden_states=True)
        tensors = dict(
            pixel_values=pixels, latents_last_hidden_state=outputs.last_hidden_state[0], logits=outputs.logits[0]
        )
        if index == 0:
            tensors["preprocessed_inputs"] = model.perceiver.input_preprocessor(pixels)[0][0]
        save(golden, name, tensors)
        cases.append(dict(name=name, images=["images/" + name + ".png"], expected_tensors=name + ".safetensors"))
    return cases


def texts(folder, model, tokenizer, golden):
    cases = []
    for name, text, (start, end) in TEXTS:
        encoding = tokenizer(text, padding="max_length", return_tensors="pt")
        ids = encoding.input_ids
        ids[0, 1 + start : 1 + end] = tokenizer.mask_token_id
        outputs = model.perceiver(ids, attention_mask=encoding.attention_mask)
        logits = model(ids, attention_mask=encoding.attention_mask).logits[0]
        tensors = dict(
            input_ids=ids,
            attention_mask=encoding.attention_mask,
            latents_last_hidden_state=outputs.last_hidden_state[0],
            logits=logits,
            predicted_ids=logits[1 + start : 1 + end].argmax(-1),
        )
        save(golden, name, tensors)
        cases.append(
            dict(name=name, text=text, mask_byte_span=[start, end], filled=tokenizer.decode(tensors["predicted_ids"]), expected_tensors=name + ".safetensors")
        )
    return cases


def save(golden, name, tensors):
    save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, golden / (name + ".safetensors"))


def main(testdata, out, chosen):
    for name in chosen or SHAPES:
        torch.manual_seed(7)
        kind, shape, sizes = SHAPES[name]
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        golden = folder / "golden"
        golden.mkdir(parents=True)
        model = kind(PerceiverConfig(**{**SMALL, **shape})).eval()
        randomise(model)
        model.save_pretrained(folder)
        with torch.no_grad():
            if sizes is None:
                tokenizer = PerceiverTokenizer(model_max_length=model.config.max_position_embeddings)
                tokenizer.save_pretrained(folder)
                cases = texts(folder, model, tokenizer, golden)
            else:
                processor = PerceiverImageProcessor(**sizes)
                processor.save_pretrained(folder)
                cases = images(folder, model, processor, testdata, golden)
        system = dict(system="perceiver", checkpoint=name, reference="transformers 4.57.6 " + kind.__name__, cases=cases)
        (golden / "cases.json").write_text(json.dumps(system, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
