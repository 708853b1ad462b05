"""Writes lxmert-pretraining, visualbert-phrases and visualbert-bypass: tiny models of transformers with its outputs.

Needs torch, safetensors and transformers 4.57. Weights are random. The words are visualbert-qa's; a folder holds vocab.txt alone.
With bypass_transformer transformers 4.57 itself fails, so for that one its layers are called in order here.
"""
import json, pathlib, shutil, torch
from safetensors.torch import save_file
from transformers import (BertTokenizer, LxmertConfig, LxmertForPreTraining, VisualBertConfig,
                          VisualBertForRegionToPhraseAlignment, VisualBertForVisualReasoning)

HERE = pathlib.Path(__file__).parent
WORDS = HERE / "visualbert-qa" / "vocab.txt"
CASES = {"padded": ("What color is the [MASK]?", 12, 5, 1), "plain": ("A red [MASK] near the water.", 0, 3, 0)}


def tokens(tokenizer, text, length):
    ids = tokenizer(text, padding="max_length" if length else False, max_length=length or None, return_tensors="pt")
    return dict(ids)


def regions(count, width, hidden):
    mask = torch.ones(1, count)
    mask[:, count - hidden:] = 0
    return torch.rand(1, count, width) * 2, mask


def randomize(model):
    with torch.no_grad():
        for name, weight in model.named_parameters():
            scale = 0.25 if weight.dim() > 1 else 0.1
            weight.copy_(torch.randn_like(weight) * scale + (1 if "LayerNorm.weight" in name else 0))
    return model.eval()


def write(name, model, run):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    shutil.copy(WORDS, folder / "vocab.txt")
    golden = folder / "golden"
    golden.mkdir()
    tokenizer = BertTokenizer(WORDS)
    cases = []
    for case, (text, length, count, hidden) in CASES.items():
        with torch.no_grad():
            tensors = run(tokens(tokenizer, text, length), count, hidden)
        save_file({k: v.contiguous() for k, v in tensors.items()}, golden / f"{case}.safetensors")
        cases.append({"name": case, "text": text, "expected_tensors": f"{case}.safetensors"})
    (golden / "cases.json").write_text(json.dumps(
        {"reference": f"transformers {type(model).__name__}", "cases": cases}, indent=1))


def lxmert():
    config = LxmertConfig(vocab_size=330, hidden_size=16, num_attention_heads=2, intermediate_size=24, l_layers=1, x_layers=1,
                          r_layers=2, visual_feat_dim=10, num_qa_labels=7, num_object_labels=6, num_attr_labels=5,
                          max_position_embeddings=16, hidden_act="gelu")
    config._attn_implementation = "eager"
    model = randomize(LxmertForPreTraining(config))

    def run(text, count, hidden):
        features, mask = regions(count, 10, hidden)
        inputs = text | {"visual_feats": features, "visual_pos": torch.rand(1, count, 4), "visual_attention_mask": mask}
        out = model(**inputs)
        body = model.lxmert(**inputs)
        heads = model.obj_predict_head(body.vision_output)
        return inputs | {"prediction_logits": out.prediction_logits[0], "cross_relationship_score": out.cross_relationship_score[0],
                         "question_answering_score": out.question_answering_score[0], "pooled_output": body.pooled_output[0],
                         "language_output": body.language_output[0], "vision_output": body.vision_output[0]} | {
                             f"obj_predict_head.{key}": value[0] for key, value in heads.items()}

    write("lxmert-pretraining", model, run)


def body_with_bypass(model, inputs):
    """The layers read the text alone; the regions, as they were embedded, join it in the additional layer."""
    body, length = model.visual_bert, inputs["input_ids"].shape[1]
    embedded = body.embeddings(inputs["input_ids"], inputs["token_type_ids"], visual_embeds=inputs["visual_embeds"],
                               visual_token_type_ids=inputs["visual_token_type_ids"])
    lowest = torch.finfo(torch.float32).min
    both = (1 - torch.cat([inputs["attention_mask"], inputs["visual_attention_mask"]], 1)[:, None, None]) * lowest
    text = body.encoder(embedded[:, :length], both[..., :length], return_dict=True).last_hidden_state
    hidden = body.additional_layer(torch.cat([text, embedded[:, length:]], 1), both)[0]
    return hidden[None] if hidden.dim() == 2 else hidden


def visualbert(name, kind, extra, bypass=False):
    config = VisualBertConfig(vocab_size=330, hidden_size=16, num_attention_heads=2, intermediate_size=24, num_hidden_layers=2,
                              visual_embedding_dim=10, max_position_embeddings=16, hidden_act="relu", num_labels=3,
                              layer_norm_eps=1e-5, bypass_transformer=bypass)
    config._attn_implementation = "eager"
    model = randomize(kind(config))

    def run(text, count, hidden):
        features, mask = regions(count, 10, hidden)
        types = torch.ones(1, count, dtype=torch.long)
        types[:, 0] = 0
        inputs = text | {"visual_embeds": features, "visual_attention_mask": mask, "visual_token_type_ids": types}
        if bypass:
            hidden = body_with_bypass(model, inputs)
            pooled = model.visual_bert.pooler(hidden)
            return inputs | {"last_hidden_state": hidden[0], "pooled_output": pooled[0], "logits": model.cls(pooled)[0]}
        body = model.visual_bert(**inputs)
        out = {"last_hidden_state": body.last_hidden_state[0], "pooled_output": body.pooler_output[0]}
        if extra:
            inputs["region_to_phrase_position"] = torch.tensor([[1, 4, -1, 2]])
            words, alignment = model.cls(body.last_hidden_state, body.pooler_output)
            out |= {"prediction_logits": words[0], "seq_relationship_logits": alignment[0]}
        return inputs | out | {"logits": model(**inputs).logits[0]}

    write(name, model, run)


torch.manual_seed(811)
lxmert()
visualbert("visualbert-phrases", VisualBertForRegionToPhraseAlignment, True)
visualbert("visualbert-bypass", VisualBertForVisualReasoning, False, bypass=True)
