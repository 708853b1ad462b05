"""The embedded default in PyTorch and transformers: its files, each step written out."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, Dinov2Model, DynamicCache

MODEL = Path(__file__).resolve().parent / "../../models/default-weights/src/main/resources/io/vlm4j/defaultmodel"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
BEFORE, AFTER = [1, 4093, 198], [198, 19161, 253, 1890, 29892, 30, 2, 198, 1, 520, 9531, 198]


class Reference:
    def __init__(self, trained=MODEL, dtype=torch.float32):
        """`trained` has the folders connector and cross_attention."""
        torch.set_grad_enabled(False)
        weights = lambda part: {k: v.to(dtype) for k, v in load_file(Path(trained) / part / "model.safetensors").items()}
        self.vision = Dinov2Model.from_pretrained(MODEL / "encoder", dtype=dtype).eval()
        self.language = AutoModelForCausalLM.from_pretrained(MODEL, gguf_file=GGUF, dtype=dtype, config=None).eval()
        self.connector = weights("connector")
        self.heads = json.loads((Path(trained) / "cross_attention/config.json").read_text())["heads"]
        self.image, self.unseeing = None, 0
        gated = weights("cross_attention")
        for block in sorted({int(name.split(".")[0]) for name in gated}):
            layer = {name.split(".", 1)[1]: value for name, value in gated.items() if name.startswith(f"{block}.")}
            hook = lambda _, args, layer=layer: (self.gate(layer, args[0]), *args[1:])
            self.language.model.layers[block].register_forward_pre_hook(hook)

    def encode(self, pixels):
        """64 features of 384: the mean over 2 x 2 patches, then two layers with exact GELU."""
        patches = self.vision(pixels).last_hidden_state[:, 1:].view(-1, 8, 2, 8, 2, 384).mean((2, 4)).view(-1, 64, 384)
        hidden = F.gelu(F.linear(patches, self.connector["linear_1.weight"], self.connector["linear_1.bias"]))
        return F.linear(hidden, self.connector["linear_2.weight"], self.connector["linear_2.bias"])

    def gate(self, layer, x):
        """x = x + tanh(a) attention(x, image) for the tokens after the image; x = x + tanh(b) mlp(x)."""
        norm = lambda t, name: F.layer_norm(t, t.shape[-1:], layer[name + ".weight"], layer[name + ".bias"])
        if self.image is not None:
            heads = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            seeing = x[:, self.unseeing :]
            q = heads(F.linear(norm(seeing, "attn.norm"), layer["attn.to_q.weight"]))
            k, v = map(heads, F.linear(self.image, layer["attn.to_kv.weight"]).chunk(2, -1))
            seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            seeing = seeing + torch.tanh(layer["attn_gate"]) * F.linear(seen, layer["attn.to_out.weight"])
            x = torch.cat([x[:, : self.unseeing], seeing], 1)
        wide = F.gelu(F.linear(norm(x, "ff.0"), layer["ff.1.weight"]))
        return x + torch.tanh(layer["ff_gate"]) * F.linear(wide, layer["ff.3.weight"])

    def steps(self, pixels):
        """The logits of each next token, greedily, for as long as they are asked for: (logits, token)."""
        self.image = self.encode(pixels)
        cache, ids = DynamicCache(), BEFORE + AFTER
        while True:
            self.unseeing = max(0, len(BEFORE) - cache.get_seq_length())
            out = self.language(input_ids=torch.tensor([ids]), past_key_values=cache, use_cache=True, logits_to_keep=1)
            ids = [int(out.logits[0, -1].argmax())]
            yield out.logits[0, -1], ids[0]
