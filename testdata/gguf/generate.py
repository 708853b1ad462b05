"""Writes the fixtures of this folder: `pip install gguf safetensors`, then `python generate.py`.

blocks.gguf        a tensor of every supported type, of a LLaMA's architecture, with random blocks
blocks.safetensors the same tensors as float32, decoded by the gguf package, attn_q and attn_k in the hub's row order
llama.gguf         ../llama/gqa_tied as llama.cpp's converter would write it
"""

import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter, quants
from safetensors.numpy import load_file, save_file

HERE = Path(__file__).parent
HEADS, KV_HEADS = 4, 2
# Bytes of a block, and where in it the float16 numbers are.
BLOCKS = {Type.Q4_0: (18, [0]), Type.Q4_1: (20, [0, 2]), Type.Q8_0: (34, [0]), Type.Q6_K: (210, [208])}


def interleave(rows, heads):
    """The order of rows in llama.cpp: pairs (i, i + half) of each head become neighbours."""
    return rows.reshape(heads, 2, len(rows) // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def split(rows, heads):
    return rows.reshape(heads, len(rows) // heads // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def random_blocks(rng, rows, columns, type):
    """Every bit of a block set at random, but for its scales, which are finite numbers."""
    size, halves = BLOCKS[type]
    per_block = 256 if type == Type.Q6_K else 32
    blocks = rng.integers(0, 256, (rows, columns // per_block, size), dtype=np.uint8)
    for at in halves:
        scales = (rng.standard_normal(blocks.shape[:2]) / 16).astype(np.float16)
        blocks[:, :, at : at + 2] = scales[..., None].view(np.uint8)
    return blocks.reshape(rows, -1)


def write_blocks():
    rng = np.random.default_rng(7)
    writer = GGUFWriter(HERE / "blocks.gguf", "llama")
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_block_count(1)
    writer.add_array("test.strings", ["", "a", "\u0120caf\u00e9", "\U0001f600"])
    writer.add_array("test.ints", [-1, 2, 3])
    writer.add_array("test.floats", [0.5, -0.1])
    writer.add_bool("test.true", True)
    writer.add_float64("test.double", 0.1)
    writer.add_int8("test.int8", -5)
    writer.add_uint64("test.uint64", 2**40)
    expected = {}

    def add(name, data, type, heads=None):
        writer.add_tensor(name, data, raw_dtype=type)
        values = quants.dequantize(data, type) if type not in (Type.F32, Type.F16) else data
        values = values.astype(np.float32)
        expected[name] = np.ascontiguousarray(split(values, heads) if heads else values)

    values = (rng.standard_normal((3, 5)) * 10).astype(np.float32)
    add("f32", values, Type.F32)
    add("f16", values.astype(np.float16), Type.F16)
    add("bf16", quants.quantize(values, Type.BF16), Type.BF16)
    add("vector", values[0], Type.F32)
    for type in BLOCKS:
        add(type.name.lower(), random_blocks(rng, 3, 512, type), type)
    add("cube", random_blocks(rng, 6, 64, Type.Q8_0).reshape(2, 3, -1), Type.Q8_0)
    add("blk.0.attn_q.weight", random_blocks(rng, 32, 32, Type.Q4_1), Type.Q4_1, HEADS)
    add("blk.0.attn_q.bias", rng.standard_normal(32).astype(np.float32), Type.F32, HEADS)
    add("blk.0.attn_k.weight", rng.standard_normal((16, 32)).astype(np.float16), Type.F16, KV_HEADS)
    add("blk.0.attn_v.weight", rng.standard_normal((16, 32)).astype(np.float32), Type.F32)
    finish(writer)
    save_file(expected, HERE / "blocks.safetensors")


def write_llama():
    hub = HERE.parent / "llama" / "gqa_tied"
    config = json.loads((hub / "config.json").read_text())
    writer = GGUFWriter(HERE / "llama.gguf", "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    names = {
        "embed_tokens": "token_embd", "norm": "output_norm", "input_layernorm": "attn_norm",
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
        "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    }
    for name, values in load_file(hub / "model.safetensors").items():
        parts = name.removeprefix("model.").split(".")
        block = ["blk", parts[1]] if parts[0] == "layers" else []
        module = ".".join(parts[2:-1] if block else parts[:-1])
        if module.endswith("q_proj"):
            values = interleave(values, config["num_attention_heads"])
        if module.endswith("k_proj"):
            values = interleave(values, config["num_key_value_heads"])
        writer.add_tensor(".".join([*block, names[module], parts[-1]]), values)
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write_blocks()
write_llama()
