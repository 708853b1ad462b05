"""LLaVA's second stage in PyTorch: goldens for the tests of instruction training.

    python train_instruct.py ../../testdata OUT      # OUT/instruct_<tuning>.safetensors, OUT/instructions.json

Needs what train_connector.py needs, and peft 0.21.2. The adapter is PEFT's own, beside all linear layers.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn
from train_connector import STEPS, WIDTH, Mlp, groups
from transformers import AutoModelForCausalLM

PROMPT = {"user": "Q: {content}\n", "assistant": "A: {content}\n", "answer": "A: "}
EXAMPLES = [
    ("a", 2, [("what is it", "a red dog"), ("where", "on the green grass")]),
    ("b", 0, [("how many people are there", "two")]),
    ("c", 1, [("describe the picture", "a man in a blue shirt rides a bike down the road")]),
    ("d", None, [("say hello", "hello you"), ("again", "hello")]),
    ("e", None, [("what is one and one", "two")]),
]


def tokens(tokenizer, example):
    """Ids, the image's place, and what is to be predicted at each id (-100: nothing)."""
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    ids, targets, place = [], [], 0
    for turn, (question, answer) in enumerate(example[2]):
        asked = ("" if turn == 0 else "\n") + "Q: "
        if turn == 0 and example[1] is not None:
            ids += encode(asked)
            place = len(ids)
            asked = "\n"
        ids += encode(asked + question + "\nA: ")
        targets += [-100] * (len(ids) - len(targets))
        reply = encode(answer)
        targets[-1:] = reply + [END]
        ids += reply
    return ids, place, targets


def loss(language, connector, features, sequences, count):
    """Every conversation alone, in a row of its own."""
    total = 0.0
    embed = language.get_input_embeddings()
    for (_, image, _), (ids, place, targets) in sequences:
        text = embed(torch.tensor([ids]))
        seen = connector(features[image : image + 1]) if image is not None else text[:, :0]
        row = torch.cat([text[:, :place], seen, text[:, place:]], 1)
        logits = language(inputs_embeds=row).logits[0]
        logits = torch.cat([logits[:place], logits[place + seen.shape[1] :]])
        total = total + F.cross_entropy(logits, torch.tensor(targets), ignore_index=-100, reduction="sum")
    return total / count


def run(name, language, connector, features, sequences, out):
    named = {"connector." + k: p for k, p in connector.named_parameters()}
    named |= {"language_model." + k.replace(".default", ""): p for k, p in language.named_parameters() if p.requires_grad}
    own = {k: p for k, p in named.items() if k.startswith("connector.") or "lora_" in k}  # others lie in the checkpoint
    tensors = {"features": features} | {"weight/" + k: p.detach().clone() for k, p in own.items()}
    parts = [(0.002, [p for k, p in named.items() if k.startswith("connector.")])]
    parts += [(0.005, [p for k, p in named.items() if k.startswith("language_model.")])]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in own if (p.dim() > 1) == matrices], "lr": rate, "weight_decay": 0.05 * matrices}
            for rate, own in parts
            for matrices in (True, False)
        ]
    )
    count = sum(target != -100 for _, (_, _, targets) in sequences for target in targets)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        value = loss(language, connector, features, sequences, count)
        value.backward()
        losses.append(value.item())
        if step == 0:
            tensors |= {"gradient/" + k: p.grad.clone() for k, p in named.items()}
        nn.utils.clip_grad_norm_(named.values(), 1.0)
        optimizer.step()
    tensors["losses"] = torch.tensor(losses)
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / f"instruct_{name}.safetensors")
    print(name, len(named), losses[0], losses[-1])


def main(testdata, out):
    global END
    folder = testdata / "llama/gqa_tied"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    features = torch.randn(4, 16, WIDTH, generator=torch.Generator().manual_seed(1))
    for tuning in ("full", "lora"):
        torch.manual_seed(11)
        language = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="sdpa").float()
        END = language.config.eos_token_id
        connector = Mlp(WIDTH, 24, WIDTH)
        if tuning == "lora":
            config = LoraConfig(r=3, lora_alpha=6, target_modules="all-linear", lora_dropout=0.0, task_type="CAUSAL_LM")
            language = get_peft_model(language, config)
            for key, parameter in language.named_parameters():
                if "lora_B" in key:  # at first zero, which hides half of the gradients
                    nn.init.normal_(parameter, std=0.05)
        sequences = [(example, tokens(tokenizer, example)) for example in EXAMPLES]
        run(tuning, language, connector, features, sequences, out)
    examples = []
    for name, image, exchanges in EXAMPLES:
        turns = []
        for question, answer in exchanges:
            mark = "<image>\n" if image is not None and not turns else ""
            turns += [{"from": "human", "value": mark + question}, {"from": "gpt", "value": answer}]
        entry = {"id": name} | ({"image": f"{image}.png"} if image is not None else {})
        examples.append(entry | {"conversations": turns})
    data = {"prompt": PROMPT, "connector": {"model_type": "mlp", "input_size": WIDTH, "hidden_size": 24, "output_size": WIDTH}}
    (out / "instructions.json").write_text(json.dumps(data | {"examples": examples}, indent=1) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
