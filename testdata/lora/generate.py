"""LoRA adapters of PEFT on tiny checkpoints, and what transformers computes with them.

    pip install torch==2.7.1 transformers==4.57.6 peft==0.21.2
    python testdata/lora/generate.py        # in the project's folder

Each folder has adapter_config.json, adapter_model.safetensors and expected.safetensors: input_ids, logits [T, V], new_ids (greedy).
"""
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlavaForConditionalGeneration

DATA = Path(__file__).resolve().parent.parent
IDS = torch.tensor([[5, 17, 60, 33, 8, 120, 77]])


def adapted(model, seed, **settings):
    torch.manual_seed(seed)
    model = get_peft_model(model, LoraConfig(**settings)).eval()
    for name, weight in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(weight, std=0.2)
        elif "modules_to_save" in name:
            weight.data.add_(torch.randn_like(weight) * 0.05)
    return model


@torch.no_grad()
def write(name, model, base, inputs, steps=8):
    folder = DATA / "lora" / name
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    config = (folder / "adapter_config.json").read_text()
    (folder / "adapter_config.json").write_text(config.replace(str(DATA / base), base))
    logits = model(**inputs).logits[0]
    ids = model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=steps, min_new_tokens=steps, pad_token_id=0)
    length = inputs["input_ids"].shape[1]
    save_file(
        {"input_ids": inputs["input_ids"][0], "logits": logits.contiguous(), "new_ids": ids[0, length:].contiguous()},
        folder / "expected.safetensors",
    )


def text(base):
    return AutoModelForCausalLM.from_pretrained(DATA / base, attn_implementation="eager")


def main():
    base = "llama/gqa_tied"
    model = adapted(
        text(base), 1, r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"],
        rank_pattern={"layers.0.self_attn.q_proj": 2}, alpha_pattern={"down_proj": 3})
    write("llama", model, base, {"input_ids": IDS})
    base = "llama/mha_untied"
    model = adapted(
        text(base), 2, r=3, lora_alpha=5, use_rslora=True, target_modules=["embed_tokens", "gate_proj", "o_proj"], modules_to_save=["lm_head"])
    write("embeddings", model, base, {"input_ids": IDS})
    base = "gpt2/base"
    model = adapted(text(base), 3, r=2, lora_alpha=4, fan_in_fan_out=True, target_modules=["c_attn", "c_fc"])
    write("gpt2", model, base, {"input_ids": IDS})
    base = "llava/v1_5"
    llava = LlavaForConditionalGeneration.from_pretrained(DATA / base, attn_implementation="eager")
    model = adapted(llava, 4, r=4, lora_alpha=8, target_modules=r".*language_model.*\.(q_proj|up_proj)")
    golden = load_file(DATA / base / "golden/photo.safetensors")
    write("llava", model, base, {"input_ids": golden["input_ids"].view(1, -1), "pixel_values": golden["pixel_values"]}, steps=12)


if __name__ == "__main__":
    main()
