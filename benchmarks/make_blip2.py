#!/usr/bin/env python3
"""A BLIP-2 of the size of Salesforce/blip2-opt-2.7b with random weights: 3.7 billion parameters, nothing downloaded.

    pip install numpy
    python benchmarks/make_blip2.py FOLDER                    # 7.5 GB of float16 in two shards
    python benchmarks/make_blip2.py FOLDER --dtype bfloat16
    python benchmarks/make_blip2.py FOLDER --tiny             # the same files and names, narrow and shallow

Configuration, tensor names and files are those of the hub's folder. The weights let a signal through (variance 1 / inputs), so
that times and memory are the real model's and captions are nonsense. One tensor at a time is in memory.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np

HUB = {
    "architectures": ["Blip2ForConditionalGeneration"],
    "image_text_hidden_size": 256,
    "image_token_index": 50265,
    "initializer_factor": 1.0,
    "initializer_range": 0.02,
    "model_type": "blip-2",
    "num_query_tokens": 32,
    "use_decoder_only_language_model": True,
    "vision_config": {"dropout": 0.0, "initializer_factor": 1.0, "model_type": "blip_2_vision_model", "num_channels": 3, "projection_dim": 512},
    "qformer_config": {"classifier_dropout": None, "model_type": "blip_2_qformer"},
    "text_config": {
        "activation_dropout": 0.0,
        "architectures": ["OPTForCausalLM"],
        "eos_token_id": 50118,
        "ffn_dim": 10240,
        "hidden_size": 2560,
        "model_type": "opt",
        "num_attention_heads": 32,
        "num_hidden_layers": 32,
        "prefix": "</s>",
        "vocab_size": 50304,
        "word_embed_proj_dim": 2560,
    },
}
# What the hub's configuration leaves to the defaults of its model types, as far as it decides shapes.
DEFAULTS = {
    "vision_config": {"hidden_size": 1408, "intermediate_size": 6144, "num_hidden_layers": 39, "image_size": 224, "patch_size": 14},
    "qformer_config": {
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "cross_attention_frequency": 2,
        "encoder_hidden_size": 1408,
    },
    "text_config": {"max_position_embeddings": 2048},
}
TINY = {
    "vision_config": {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4},
    "qformer_config": {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "encoder_hidden_size": 48,
    },
    "text_config": {"hidden_size": 40, "ffn_dim": 80, "num_hidden_layers": 2, "num_attention_heads": 4, "word_embed_proj_dim": 40},
}
PREPROCESSOR = {
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "BlipImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "processor_class": "Blip2Processor",
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"height": 224, "width": 224},
}
DTYPES = {"float16": "F16", "bfloat16": "BF16"}
CHUNK = 1 << 24


def overlaid(config, layer):
    """A configuration with some fields of its sections replaced."""
    return {key: {**value, **layer.get(key, {})} if isinstance(value, dict) else value for key, value in config.items()}


def tensors(config):
    """The name and the shape of each tensor, in the order of the model."""
    vision, qformer, text = (config[name] for name in ("vision_config", "qformer_config", "text_config"))
    queries, width = config["num_query_tokens"], qformer["hidden_size"]
    yield "query_tokens", (1, queries, width)
    yield from vision_tensors("vision_model", vision)
    yield from norm("qformer.layernorm", width)
    for i in range(qformer["num_hidden_layers"]):
        yield from qformer_layer(f"qformer.encoder.layer.{i}", qformer, i % qformer["cross_attention_frequency"] == 0)
    yield from linear("language_projection", width, text["hidden_size"])
    yield from decoder_tensors("language_model.model.decoder", text)


def vision_tensors(name, c):
    width, patch = c["hidden_size"], c["patch_size"]
    yield f"{name}.embeddings.class_embedding", (1, 1, width)
    yield f"{name}.embeddings.position_embedding", (1, (c["image_size"] // patch) ** 2 + 1, width)
    yield f"{name}.embeddings.patch_embedding.weight", (width, 3, patch, patch)
    yield f"{name}.embeddings.patch_embedding.bias", (width,)
    for i in range(c["num_hidden_layers"]):
        layer = f"{name}.encoder.layers.{i}"
        yield from linear(f"{layer}.self_attn.qkv", width, 3 * width)
        yield from linear(f"{layer}.self_attn.projection", width, width)
        yield from norm(f"{layer}.layer_norm1", width)
        yield from linear(f"{layer}.mlp.fc1", width, c["intermediate_size"])
        yield from linear(f"{layer}.mlp.fc2", c["intermediate_size"], width)
        yield from norm(f"{layer}.layer_norm2", width)
    yield from norm(f"{name}.post_layernorm", width)


def qformer_layer(name, c, crossing):
    width = c["hidden_size"]
    for kind, source in [("attention", width)] + [("crossattention", c["encoder_hidden_size"])] * crossing:
        yield from linear(f"{name}.{kind}.attention.query", width, width)
        yield from linear(f"{name}.{kind}.attention.key", source, width)
        yield from linear(f"{name}.{kind}.attention.value", source, width)
        yield from linear(f"{name}.{kind}.output.dense", width, width)
        yield from norm(f"{name}.{kind}.output.LayerNorm", width)
    yield from linear(f"{name}.intermediate_query.dense", width, c["intermediate_size"])
    yield from linear(f"{name}.output_query.dense", c["intermediate_size"], width)
    yield from norm(f"{name}.output_query.LayerNorm", width)


def decoder_tensors(name, c):
    width = c["hidden_size"]
    yield f"{name}.embed_tokens.weight", (c["vocab_size"], width)
    yield f"{name}.embed_positions.weight", (c["max_position_embeddings"] + 2, width)
    yield from norm(f"{name}.final_layer_norm", width)
    for i in range(c["num_hidden_layers"]):
        layer = f"{name}.layers.{i}"
        yield from block(layer, width, c["ffn_dim"], ("self_attn_layer_norm", "final_layer_norm"))


def block(name, width, inner, norms, feed_forward=""):
    """Attention, norm, feed-forward, norm, as OPT and CLIP call them."""
    for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
        yield from linear(f"{name}.self_attn.{part}", width, width)
    yield from norm(f"{name}.{norms[0]}", width)
    yield from linear(f"{name}.{feed_forward}fc1", width, inner)
    yield from linear(f"{name}.{feed_forward}fc2", inner, width)
    yield from norm(f"{name}.{norms[1]}", width)


def linear(name, inputs, outputs):
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name, width):
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def write_values(file, random, name, shape, dtype):
    """Norms near the identity, small biases and embeddings, products that keep the variance."""
    inputs = math.prod(shape[1:])
    embedding = "embed" in name and "patch" not in name
    scale = 0.02 if len(shape) == 1 or embedding else 1.0 if name == "query_tokens" else inputs**-0.5
    mean = 1.0 if len(shape) == 1 and name.endswith(".weight") else 0.0
    for start in range(0, math.prod(shape), CHUNK):
        values = random.standard_normal(min(CHUNK, math.prod(shape) - start), dtype=np.float32)
        values *= np.float32(scale)
        values += np.float32(mean)
        (values.astype("<f2") if dtype == "float16" else bfloat16(values)).tofile(file)


def bfloat16(values):
    """The upper halves of float32 numbers, rounded to the nearest, ties to even."""
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def write_shard(path, shapes, random, dtype):
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 2 * math.prod(shape)
        header[name] = {"dtype": DTYPES[dtype], "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, shape in shapes.items():
            write_values(file, random, name, shape, dtype)


def shards_of(shapes, most_bytes):
    shards, size = [{}], 0
    for name, shape in shapes.items():
        size += 2 * math.prod(shape)
        if size > most_bytes and shards[-1]:
            shards.append({})
            size = 2 * math.prod(shape)
        shards[-1][name] = shape
    return shards


def write_weights(folder, config, most_bytes, dtype):
    shapes = dict(tensors(overlaid(config, {s: {**DEFAULTS[s], **config[s]} for s in DEFAULTS})))
    shards = shards_of(shapes, most_bytes)
    random = np.random.Generator(np.random.SFC64(7))
    places = {}
    for i, shard in enumerate(shards):
        file = f"model-{i + 1:05}-of-{len(shards):05}.safetensors"
        write_shard(folder / file, shard, random, dtype)
        places.update(dict.fromkeys(shard, file))
    total = sum(2 * math.prod(shape) for shape in shapes.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": places})


def byte_alphabet():
    """GPT-2's printable letter for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + i) for i in range(len(others))]


def tokenizer():
    """Bytes and, as there are no merges, words that only the model can write; the roles' ids are OPT's."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = special + byte_alphabet()
    words += [f"Ġw{i}" for i in range(len(words), HUB["image_token_index"])]
    words[HUB["text_config"]["eos_token_id"]] = "ĊĊ"
    ids = {word: i for i, word in enumerate(words)}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": ids[word], "content": word, **flags} for word in special]
    added.append({"id": HUB["image_token_index"], "content": "<image>", **flags})
    sequence = {kind: {"Sequence": {"id": kind, "type_id": 0}} for kind in "AB"}
    start = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [start, sequence["A"]],
            "pair": [start, sequence["A"], start, sequence["B"]],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [ids["</s>"]], "tokens": ["</s>"]}},
        },
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": ids,
            "merges": [],
        },
    }


def write_json(path, content):
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dtype", choices=DTYPES, default="float16")
    parser.add_argument("--tiny", action="store_true", help="5 MB instead of 7.5 GB")
    args = parser.parse_args()
    config = {**overlaid(HUB, TINY if args.tiny else {}), "torch_dtype": args.dtype}
    roles = {"bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "</s>"}
    args.folder.mkdir(parents=True, exist_ok=True)
    files = {
        "config": config,
        "generation_config": {"bos_token_id": 2, "eos_token_id": config["text_config"]["eos_token_id"], "pad_token_id": 1},
        "preprocessor_config": PREPROCESSOR,
        "processor_config": {"num_query_tokens": config["num_query_tokens"], "processor_class": "Blip2Processor"},
        "special_tokens_map": roles,
        "tokenizer": tokenizer(),
        "tokenizer_config": {**roles, "processor_class": "Blip2Processor", "tokenizer_class": "GPT2Tokenizer", "add_bos_token": True},
    }
    for name, content in files.items():
        write_json(args.folder / f"{name}.json", content)
    write_weights(args.folder, config, 4_000_000 if args.tiny else 5_000_000_000, args.dtype)


if __name__ == "__main__":
    main()
