#!/usr/bin/env python3
"""A CLIP of the shape of openai/clip-vit-base-patch32 with random weights, to search with; nothing downloaded.

    pip install numpy
    python benchmarks/make_clip.py FOLDER           # ViT-B/32: 151 million parameters, 303 MB of float16
    python benchmarks/make_clip.py FOLDER --small   # the same text tower, a vision tower of 6 layers of 384

Configuration, tensor names and files are those of the hub's folder; what it finds is nonsense.
"""
import argparse
from pathlib import Path

import numpy as np
from make_blip2 import block, byte_alphabet, norm, write_json, write_shard

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = 49408
SPACE = 512
TEXT = {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 12, "num_attention_heads": 8}
VISION = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
SMALL_VISION = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": 6, "num_attention_heads": 6}
PIXELS, PATCH, POSITIONS = 224, 32, 77
PREPROCESSOR = {
    "crop_size": {"height": PIXELS, "width": PIXELS},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"shortest_edge": PIXELS},
}


def tensors(vision):
    """The name and the shape of each tensor."""
    width = vision["hidden_size"]
    yield "logit_scale", (1,)
    yield "text_projection.weight", (SPACE, TEXT["hidden_size"])
    yield "visual_projection.weight", (SPACE, width)
    yield "text_model.embeddings.token_embedding.weight", (WORDS, TEXT["hidden_size"])
    yield "text_model.embeddings.position_embedding.weight", (POSITIONS, TEXT["hidden_size"])
    yield from layers("text_model", TEXT)
    yield from norm("text_model.final_layer_norm", TEXT["hidden_size"])
    yield "vision_model.embeddings.class_embedding", (width,)
    yield "vision_model.embeddings.patch_embedding.weight", (width, 3, PATCH, PATCH)
    yield "vision_model.embeddings.position_embedding.weight", ((PIXELS // PATCH) ** 2 + 1, width)
    yield from norm("vision_model.pre_layrnorm", width)
    yield from layers("vision_model", vision)
    yield from norm("vision_model.post_layernorm", width)


def layers(tower, c):
    for i in range(c["num_hidden_layers"]):
        layer = f"{tower}.encoder.layers.{i}"
        yield from block(layer, c["hidden_size"], c["intermediate_size"], ("layer_norm1", "layer_norm2"), "mlp.")


def tokenizer():
    """Bytes, alone and at the end of a word, and words that no text has, for there are no merges."""
    letters = byte_alphabet()
    words = letters + [f"{letter}</w>" for letter in letters]
    words += [f"w{i}</w>" for i in range(len(words), WORDS - 2)] + [START, END]
    ids = {word: i for i, word in enumerate(words)}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": True, "special": True}
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": ids[word], "content": word, **flags} for word in (START, END)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            ],
        },
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": [END, ids[END]],
            "cls": [START, ids[START]],
            "trim_offsets": False,
            "add_prefix_space": False,
        },
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": END,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": ids,
            "merges": [],
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dtype", choices=("float16", "bfloat16"), default="float16")
    parser.add_argument("--small", action="store_true", help="a smaller vision tower")
    args = parser.parse_args()
    vision = SMALL_VISION if args.small else VISION
    args.folder.mkdir(parents=True, exist_ok=True)
    roles = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
    files = {
        "config": {
            "architectures": ["CLIPModel"],
            "model_type": "clip",
            "projection_dim": SPACE,
            "text_config": {**TEXT, "vocab_size": WORDS, "eos_token_id": WORDS - 1, "hidden_act": "quick_gelu"},
            "vision_config": {**vision, "image_size": PIXELS, "patch_size": PATCH, "hidden_act": "quick_gelu"},
            "torch_dtype": args.dtype,
        },
        "preprocessor_config": PREPROCESSOR,
        "special_tokens_map": roles,
        "tokenizer": tokenizer(),
        "tokenizer_config": {**roles, "model_max_length": POSITIONS, "tokenizer_class": "CLIPTokenizer"},
    }
    for name, content in files.items():
        write_json(args.folder / f"{name}.json", content)
    random = np.random.Generator(np.random.SFC64(7))
    write_shard(args.folder / "model.safetensors", dict(tensors(vision)), random, args.dtype)


if __name__ == "__main__":
    main()
