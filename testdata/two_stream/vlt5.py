"""Writes vl-t5: a tiny VL-T5 with the outputs of this script.

Needs torch, safetensors, tokenizers and transformers 4.57. VL-T5's own code needs transformers 4.2, so the reference is a port: T5's
blocks and decoder are those of transformers, the embedding of the regions and the biases of the encoder's first layer are written
here after the paper and github.com/j-min/VL-T5 (VL-T5/src/modeling_t5.py); tensor names are those of that repository. The fifth
number of a location is computed as there, from edges in the order x1, x2, y1, y2 though they come as x1, y1, x2, y2.
"""
import json, pathlib, shutil, torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from torch import nn
from transformers import T5Config, T5ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.t5.modeling_t5 import T5LayerNorm

HERE = pathlib.Path(__file__).parent
PIECES = ["<pad>", "</s>", "<unk>", "▁"] + list("abcdefghijklmnopqrstuvwxyz:?.") + [
    "▁vqa", "▁what", "▁color", "▁is", "▁the", "▁car", "▁how", "▁many", "▁dogs", "▁caption", "▁red", "▁two"]
ORDERS = 8
SIZE, FEATURES = 24, 10
CASES = {"question": ("vqa: what color is the car?", 5, {"max_new_tokens": 6, "num_beams": 1, "do_sample": False}),
         "caption": ("caption:", 3, {"max_new_tokens": 6, "num_beams": 2, "do_sample": False, "length_penalty": 1.0})}


class VisualEmbedding(nn.Module):
    def __init__(self, config, words, apart):
        super().__init__()
        after = lambda: [T5LayerNorm(SIZE, eps=config.layer_norm_epsilon)] if apart else []
        self.feat_embedding = nn.Sequential(nn.Linear(FEATURES, SIZE), *after())
        self.absolute_vis_pos_embedding = nn.Sequential(nn.Linear(5, SIZE), *after())
        self.obj_order_embedding = words
        self.img_order_embedding = nn.Embedding(2, SIZE)
        self.layer_norm = None if apart else T5LayerNorm(SIZE, eps=config.layer_norm_epsilon)

    def forward(self, features, boxes):
        a, b, c, d = boxes.unbind(-1)
        area = (d - c) * (b - a)
        numbers = self.obj_order_embedding.num_embeddings - 1 - torch.arange(features.shape[1])
        total = (self.feat_embedding(features) + self.absolute_vis_pos_embedding(torch.cat([boxes, area[..., None]], -1))
                 + self.img_order_embedding.weight[0] + self.obj_order_embedding(numbers))
        return self.layer_norm(total) if self.layer_norm else total


def encode(model, ids, features, boxes):
    """T5's encoder over words and regions; only the words have places, so only their pairs have a bias."""
    encoder = model.encoder
    regions = encoder.visual_embedding(features, boxes)
    hidden = torch.cat([model.shared(ids), regions], 1)
    words, total = ids.shape[1], hidden.shape[1]
    bias = torch.zeros(1, model.config.num_heads, total, total)
    bias[:, :, :words, :words] = encoder.block[0].layer[0].SelfAttention.compute_bias(words, words)
    for block in encoder.block:
        hidden = block(hidden, position_bias=bias, cache_position=torch.arange(total))[0]
    return regions, encoder.final_layer_norm(hidden)


def tokenizer():
    made = Tokenizer(models.Unigram([(piece, -1.0 if piece.startswith("▁") and len(piece) > 1 else -6.0) for piece in PIECES], unk_id=2))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    made.add_special_tokens(["<pad>", "</s>", "<unk>"])
    return made


def make(name, apart, names):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "golden").mkdir(parents=True)
    config = T5Config(vocab_size=len(PIECES) + ORDERS, d_model=SIZE, d_kv=6, d_ff=32, num_layers=2, num_heads=3,
                      decoder_start_token_id=0)
    config._attn_implementation = "eager"
    model = T5ForConditionalGeneration(config).eval()
    model.encoder.visual_embedding = VisualEmbedding(config, model.shared, apart)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            shift = 1 if "layer_norm" in key or key.endswith("embedding.1.weight") else 0
            weight.copy_(torch.randn_like(weight) * (0.4 if weight.dim() > 1 else 0.1) + shift)
        model.shared.weight.mul_(4)
    written = config.to_dict() | {"feat_dim": FEATURES, "pos_dim": 4, "n_images": 2, "use_vis_order_embedding": True,
                                  "use_vis_layer_norm": True, "individual_vis_layer_norm": apart, "classifier": False}
    (folder / "config.json").write_text(json.dumps({k: v for k, v in written.items() if v is not None}, indent=1, default=str))
    save_file({k: v.clone().contiguous() for k, v in model.state_dict().items() if "embed_tokens" not in k and k != "lm_head.weight"},
              folder / "model.safetensors")
    words = tokenizer()
    words.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}))
    cases = []
    for case in names:
        text, count, generation = CASES[case]
        ids = torch.tensor([words.encode(text).ids])
        features, boxes = torch.rand(1, count, FEATURES) * 2, torch.rand(1, count, 4)
        with torch.no_grad():
            regions, encoded = encode(model, ids, features, boxes)
            outputs = lambda: BaseModelOutput(last_hidden_state=encoded)  # beams repeat it in place
            generated = model.generate(encoder_outputs=outputs(), attention_mask=torch.ones(encoded.shape[:2]), **generation)
            logits = model(encoder_outputs=outputs(), decoder_input_ids=generated[:, :-1]).logits
        save_file({"input_ids": ids, "visual_feats": features, "visual_pos": boxes, "visual_embedding": regions[0],
                   "encoder_last_hidden_state": encoded, "logits": logits[0].contiguous(), "generated_ids": generated[0]},
                  folder / "golden" / f"{case}.safetensors")
        cases.append({"name": case, "text": text, "generation": generation, "expected_tensors": f"{case}.safetensors",
                      "answer": words.decode(generated[0].tolist())})
    (folder / "golden" / "cases.json").write_text(json.dumps(
        {"reference": {"vlt5.py": "a port of the published description"}, "cases": cases}, indent=1, ensure_ascii=False))


torch.manual_seed(813)
make("vl-t5", True, ["question", "caption"])
make("vl-t5-joint-norm", False, ["question"])
