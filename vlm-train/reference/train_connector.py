"""The recipe of vlm-train in PyTorch: goldens for its tests, and a pace to compare with.

    python train_connector.py golden ../../testdata OUT      # OUT/<connector>.safetensors
    python train_connector.py pace LM CONNECTOR              # images a second; a GGUF file or a folder, a safetensors file

Needs torch 2.7.1, transformers 4.57.6, safetensors, gguf. Every caption is a sequence of its own here, so that the goldens also
check that captions which share their prompt give the same loss and gradients.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModelForCausalLM, Blip2QFormerConfig, Blip2QFormerModel

WIDTH = 48
STEPS = 20


class Mlp(nn.Module):
    def __init__(self, width, hidden, output):
        super().__init__()
        self.linear_1 = nn.Linear(width, hidden)
        self.linear_2 = nn.Linear(hidden, output)

    def forward(self, features):
        return self.linear_2(F.gelu(self.linear_1(features)))


class QFormer(nn.Module):
    def __init__(self, config, queries, output):
        super().__init__()
        self.query_tokens = nn.Parameter(torch.randn(1, queries, config.hidden_size) * 0.3)
        self.qformer = Blip2QFormerModel(config)
        self.language_projection = nn.Linear(config.hidden_size, output)

    def forward(self, features):
        queries = self.query_tokens.expand(len(features), -1, -1)
        read = self.qformer(query_embeds=queries, encoder_hidden_states=features).last_hidden_state
        return self.language_projection(read)


def feed_forward(size, inner):
    return nn.Sequential(
        nn.LayerNorm(size), nn.Linear(size, inner, bias=False), nn.GELU(), nn.Linear(inner, size, bias=False)
    )


class Attend(nn.Module):
    """Queries of one thing, keys and values of another, no biases."""

    def __init__(self, size, context, heads, head_size):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(size, heads * head_size, bias=False)
        self.to_kv = nn.Linear(context, 2 * heads * head_size, bias=False)
        self.to_out = nn.Linear(heads * head_size, size, bias=False)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, context):
        keys, values = self.to_kv(context).chunk(2, -1)
        seen = F.scaled_dot_product_attention(self.split(self.to_q(x)), self.split(keys), self.split(values))
        return self.to_out(seen.transpose(1, 2).flatten(2))


class LatentAttend(Attend):
    def __init__(self, size, heads, head_size):
        super().__init__(size, size, heads, head_size)
        self.norm_media = nn.LayerNorm(size)
        self.norm_latents = nn.LayerNorm(size)

    def forward(self, latents, features):
        latents = self.norm_latents(latents)
        return super().forward(latents, torch.cat([self.norm_media(features), latents], 1))


class Resampler(nn.Module):
    def __init__(self, size, latents, depth, heads, head_size, expansion, output):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(latents, size))
        self.layers = nn.ModuleList(
            nn.ModuleList([LatentAttend(size, heads, head_size), feed_forward(size, expansion * size)])
            for _ in range(depth)
        )
        self.norm = nn.LayerNorm(size)
        self.projection = nn.Linear(size, output) if output else nn.Identity()

    def forward(self, features):
        latents = self.latents.expand(len(features), -1, -1)
        for attend, think in self.layers:
            latents = latents + attend(latents, features)
            latents = latents + think(latents)
        return self.projection(self.norm(latents))


class NormedAttend(Attend):
    def __init__(self, size, context, heads, head_size):
        super().__init__(size, context, heads, head_size)
        self.norm = nn.LayerNorm(size)

    def forward(self, x, context):
        return super().forward(self.norm(x), context)


class GatedLayer(nn.Module):
    def __init__(self, size, context, heads, head_size):
        super().__init__()
        self.attn = NormedAttend(size, context, heads, head_size)
        self.attn_gate = nn.Parameter(torch.tensor([0.3]))
        self.ff = feed_forward(size, 4 * size)
        self.ff_gate = nn.Parameter(torch.tensor([-0.2]))

    def forward(self, x, images):
        x = x + torch.tanh(self.attn_gate) * self.attn(x, images)
        return x + torch.tanh(self.ff_gate) * self.ff(x)


class Student(nn.Module):
    """A connector, perhaps gated layers, and the frozen language model outside of the parameters."""

    def __init__(self, language, connector, gated=None):
        super().__init__()
        self.connector = connector
        self.cross_attention = nn.ModuleDict(gated or {})
        self.language = [language]

    def caption_loss(self, features, before, after, captions, end):
        """The sum over the captions' tokens; one row of features, the tokens around it, captions as lists of ids."""
        language = self.language[0]
        embed = language.get_input_embeddings()
        image = self.connector(features)
        loss = 0.0
        for caption in captions:
            text = embed(torch.tensor([after + caption]))
            head = embed(torch.tensor([before], dtype=torch.long))
            pieces = [head, text] if self.cross_attention else [head, image, text]
            hooks = [
                language.model.layers[int(block)].register_forward_pre_hook(self.gate(layer, image, len(before)))
                for block, layer in self.cross_attention.items()
            ]
            logits = language(inputs_embeds=torch.cat(pieces, 1)).logits
            for hook in hooks:
                hook.remove()
            targets = torch.tensor(caption + [end])
            loss = loss + F.cross_entropy(logits[0, -len(targets) :], targets, reduction="sum")
        return loss

    @staticmethod
    def gate(layer, image, start):
        """The tokens before the image have the feed-forward alone."""

        def hook(module, arguments):
            hidden = arguments[0]
            blind, seeing = hidden[:, :start], hidden[:, start:]
            blind = blind + torch.tanh(layer.ff_gate) * layer.ff(blind)
            return (torch.cat([blind, layer(seeing, image)], 1),) + arguments[1:]

        return hook


def students(language):
    torch.manual_seed(7)
    yield "mlp", {"model_type": "mlp", "input_size": WIDTH, "hidden_size": 24, "output_size": WIDTH}, None, Student(
        language, Mlp(WIDTH, 24, WIDTH)
    )
    shape = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, cross_attention_frequency=2)
    config = {"model_type": "qformer", "num_query_tokens": 5, "encoder_hidden_size": WIDTH, "output_size": WIDTH, **shape}
    qformer = Blip2QFormerConfig(
        encoder_hidden_size=WIDTH, initializer_range=0.2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **shape
    )
    yield "qformer", config, None, Student(language, QFormer(qformer, 5, WIDTH))
    config = {"model_type": "perceiver_resampler", "input_size": WIDTH, "num_latents": 3, "depth": 2, "heads": 2}
    config |= {"dim_head": 8, "ff_mult": 2}
    yield "resampler", config | {"output_size": WIDTH}, None, Student(language, Resampler(WIDTH, 3, 2, 2, 8, 2, WIDTH))
    gated = {"model_type": "gated_cross_attention", "input_size": WIDTH, "heads": 2, "dim_head": 8}
    layers = {str(block): GatedLayer(WIDTH, WIDTH, 2, 8) for block in range(2)}
    yield "xattn", config, gated, Student(language, Resampler(WIDTH, 3, 2, 2, 8, 2, 0), layers)


def groups(student, decay):
    """In the order of the names; matrices decay, vectors do not."""
    named = sorted(student.named_parameters())
    matrices = [p for _, p in named if p.dim() > 1]
    vectors = [p for _, p in named if p.dim() < 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


def golden(testdata, out):
    """The same four images with two captions each in every step; learning rate 0.01, clipped at 1, decay 0.05."""
    language = AutoModelForCausalLM.from_pretrained(testdata / "llama/gqa_tied", attn_implementation="sdpa").float().eval()
    language.requires_grad_(False)
    torch.manual_seed(1)
    features = torch.randn(4, 16, WIDTH)
    tokenizer = Tokenizer.from_file(str(testdata / "llama/gqa_tied/tokenizer.json"))
    before, after = (tokenizer.encode(text, add_special_tokens=False).ids for text in ("Look: ", "\na dog\n"))
    end = language.config.eos_token_id
    generator = torch.Generator().manual_seed(2)
    captions = [
        [torch.randint(3, 500, (3 + (i + 2 * j) % 5,), generator=generator).tolist() for j in range(2)] for i in range(4)
    ]
    tokens = sum(len(c) + 1 for row in captions for c in row)
    out.mkdir(parents=True, exist_ok=True)
    data = {"before": before, "after": after, "end": end, "captions": captions}
    for name, config, gated, student in students(language):
        tensors = {"features": features}
        for key, parameter in student.named_parameters():
            if "intermediate.dense" not in key:
                tensors["weight/" + key] = parameter.detach().clone()
        optimizer = torch.optim.AdamW(groups(student, 0.05), lr=0.01, betas=(0.9, 0.999), eps=1e-8)
        losses = []
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = sum(student.caption_loss(features[i : i + 1], before, after, captions[i], end) for i in range(4)) / tokens
            loss.backward()
            losses.append(loss.item())
            if step == 0:
                for key, parameter in student.named_parameters():
                    tensors["gradient/" + key] = parameter.grad.clone()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
        tensors["losses"] = torch.tensor(losses)
        save_file({k: v.contiguous() for k, v in tensors.items()}, out / f"{name}.safetensors")
        data[name] = {"connector": config, "cross_attention": gated}
        print(name, losses[0], losses[-1])
    (out / "cases.json").write_text(json.dumps(data, indent=1) + "\n")


def pace(lm, connector, steps=6, batch=8):
    """The same work as a step of the trainer: images of five captions of 12 tokens; captions share their prompt."""
    if lm.suffix == ".gguf":
        language = AutoModelForCausalLM.from_pretrained(lm.parent, gguf_file=lm.name, dtype=torch.float32)
    else:
        language = AutoModelForCausalLM.from_pretrained(lm, dtype=torch.float32)
    language.requires_grad_(False)
    width = language.config.hidden_size
    weights = load_file(connector)
    mlp = Mlp(weights["linear_1.weight"].shape[1], weights["linear_1.weight"].shape[0], width)
    mlp.load_state_dict({k: v.float() for k, v in weights.items()})
    optimizer = torch.optim.AdamW(mlp.parameters(), lr=1e-4)
    count, beginning, length = 5, 30, 12
    total = beginning + count * length
    owner = torch.tensor([0] * beginning + [1 + i // length for i in range(count * length)])
    place = torch.tensor(list(range(beginning)) + [beginning + i % length for i in range(count * length)])
    mask = ((owner[None] == 0) | (owner[None] == owner[:, None])).tril()[None, None].expand(batch, 1, total, total)
    rows = torch.tensor(([beginning - 1] + list(range(beginning, beginning + length))) * count)
    for branch in range(count):
        rows[branch * (length + 1) + 1 : (branch + 1) * (length + 1)] += branch * length
    embed = language.get_input_embeddings()
    for step in range(steps):
        start = time.perf_counter()
        ids = torch.randint(10, 40000, (batch, total))
        image = mlp(torch.randn(batch, 16, mlp.linear_1.in_features))
        sequence = torch.cat([embed(ids[:, :3]), image, embed(ids[:, 19:])], 1)
        hidden = language.model(
            inputs_embeds=sequence, attention_mask=mask, position_ids=place[None].expand(batch, -1), use_cache=False
        ).last_hidden_state
        logits = language.lm_head(hidden[:, rows])
        loss = F.cross_entropy(logits.flatten(0, 1), torch.randint(10, 40000, (batch * len(rows),)))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(mlp.parameters(), 1.0)
        optimizer.step()
        seconds = time.perf_counter() - start
        print(f"step {step}: {batch / seconds:.3f} images/s, {time.process_time():.1f} s of CPU so far, loss {loss.item():.3f}")


if __name__ == "__main__":
    paths = [Path(p) for p in sys.argv[2:]]
    golden(*paths) if sys.argv[1] == "golden" else pace(*paths)
