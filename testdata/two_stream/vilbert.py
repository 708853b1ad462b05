"""Writes vilbert-tasks: a tiny ViLBERT with its pre-training heads and those of its tasks, with the outputs of this script.

Needs torch, safetensors and, for its tokenizer, transformers. No published package runs ViLBERT any more, so the reference is this script, written after the paper
and the description of the tensors in github.com/jiasenlu/vilbert_beta (vilbert/vilbert.py); tensor names are those of that
repository. Weights are random. The words are visualbert-qa's.
"""
import json, math, pathlib, shutil, torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import BertTokenizer

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "vilbert-tasks"
CONFIG = {"vocab_size": 330, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 24,
          "max_position_embeddings": 20, "type_vocab_size": 2, "hidden_act": "gelu", "v_feature_size": 10, "v_target_size": 9,
          "v_hidden_size": 12, "v_num_hidden_layers": 3, "v_num_attention_heads": 3, "v_intermediate_size": 14,
          "v_hidden_act": "relu", "bi_hidden_size": 8, "bi_num_attention_heads": 2, "t_biattention_id": [1, 2],
          "v_biattention_id": [0, 1], "fusion_method": "sum", "fast_mode": True}
CASES = {"padded": ("What color is the [MASK]?", 12, 5, 1), "plain": ("A red [MASK] near the water.", 0, 3, 0)}
TEXT, IMAGE, BOTH, ANSWERS = 16, 12, 8, 7
weights = {}


def tensor(name, *shape):
    scale, shift = (0.3, 0) if len(shape) > 1 else (0.1, 1 if "LayerNorm" in name and name.endswith("weight") else 0)
    weights[name] = torch.randn(*shape) * scale + shift
    return weights[name]


def linear(name, size, out):
    weight, bias = tensor(name + ".weight", out, size), tensor(name + ".bias", out)
    return lambda x: F.linear(x, weight, bias)


def norm(name, size):
    weight, bias = tensor(name + ".weight", size), tensor(name + ".bias", size)
    return lambda x: F.layer_norm(x, [size], weight, bias, 1e-12)


def attend(q, k, v, heads, bias):
    q, k, v = (x.view(*x.shape[:2], heads, -1).transpose(1, 2) for x in (q, k, v))
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3]) + bias
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def feed_forward(name, size, inner, act, up="intermediate", down="output"):
    first = linear(f"{name}.{up}.dense", size, inner)
    second, after = linear(f"{name}.{down}.dense", inner, size), norm(f"{name}.{down}.LayerNorm", size)
    return lambda x: after(second(act(first(x))) + x)


def block(name, size, heads, inner, act):
    q, k, v = (linear(f"{name}.attention.self.{part}", size, size) for part in ("query", "key", "value"))
    out, after = linear(f"{name}.attention.output.dense", size, size), norm(f"{name}.attention.output.LayerNorm", size)
    last = feed_forward(name, size, inner, act)
    return lambda x, bias: last(after(out(attend(q(x), k(x), v(x), heads, bias)) + x))


def connection(name):
    q1, k1, v1 = (linear(f"{name}.biattention.{part}1", IMAGE, BOTH) for part in ("query", "key", "value"))
    q2, k2, v2 = (linear(f"{name}.biattention.{part}2", TEXT, BOTH) for part in ("query", "key", "value"))
    out1, out2 = linear(f"{name}.biOutput.dense1", BOTH, IMAGE), linear(f"{name}.biOutput.dense2", BOTH, TEXT)
    norm1, norm2 = norm(f"{name}.biOutput.LayerNorm1", IMAGE), norm(f"{name}.biOutput.LayerNorm2", TEXT)
    linear(f"{name}.biOutput.q_dense1", BOTH, IMAGE), linear(f"{name}.biOutput.q_dense2", BOTH, TEXT)  # never used
    last1 = feed_forward(name, IMAGE, 14, F.relu, "v_intermediate", "v_output")
    last2 = feed_forward(name, TEXT, 24, F.gelu, "t_intermediate", "t_output")

    def run(image, image_bias, text, text_bias):
        seen1 = norm1(out1(attend(q1(image), k2(text), v2(text), 2, text_bias)) + image)
        seen2 = norm2(out2(attend(q2(text), k1(image), v1(image), 2, image_bias)) + text)
        return last1(seen1), last2(seen2)

    return run


def normalised(name, size, out):
    direction, bias = tensor(name + ".weight_v", out, size), tensor(name + ".bias", out)
    length = weights[name + ".weight_g"] = torch.tensor(1.7)
    return lambda x: F.linear(x, direction * (length / direction.norm()), bias)


torch.manual_seed(812)
words = tensor("bert.embeddings.word_embeddings.weight", 330, TEXT)
places = tensor("bert.embeddings.position_embeddings.weight", 20, TEXT)
segments = tensor("bert.embeddings.token_type_embeddings.weight", 2, TEXT)
text_norm, image_norm = norm("bert.embeddings.LayerNorm", TEXT), norm("bert.v_embeddings.LayerNorm", IMAGE)
features = linear("bert.v_embeddings.image_embeddings", 10, IMAGE)
locations = linear("bert.v_embeddings.image_location_embeddings", 5, IMAGE)
text_blocks = [block(f"bert.encoder.layer.{i}", TEXT, 2, 24, F.gelu) for i in range(3)]
image_blocks = [block(f"bert.encoder.v_layer.{i}", IMAGE, 3, 14, F.relu) for i in range(3)]
connections = [connection(f"bert.encoder.c_layer.{i}") for i in range(2)]
text_pooler, image_pooler = linear("bert.t_pooler.dense", TEXT, BOTH), linear("bert.v_pooler.dense", IMAGE, BOTH)
word_dense, word_norm = linear("cls.predictions.transform.dense", TEXT, TEXT), norm("cls.predictions.transform.LayerNorm", TEXT)
word_bias = tensor("cls.predictions.bias", 330)
weights["cls.predictions.decoder.weight"] = words.clone()  # tied in the reference, and saved with it
region_dense = linear("cls.imagePredictions.transform.dense", IMAGE, IMAGE)
region_norm = norm("cls.imagePredictions.transform.LayerNorm", IMAGE)
region_decoder = linear("cls.imagePredictions.decoder", IMAGE, 9)
alignment = linear("cls.bi_seq_relationship", BOTH, 2)
answer_up, answer_down = normalised("vil_prediction.main.0", BOTH, 16), normalised("vil_prediction.main.3", 16, ANSWERS)
fit, region, word = linear("vil_logit", BOTH, 1), linear("vision_logit", IMAGE, 1), linear("linguisic_logit", TEXT, 1)


def model(ids, attended, feats, loc, image_mask):
    text_bias = (1 - attended[:, None, None].float()) * -10000
    image_bias = (1 - image_mask[:, None, None]) * -10000
    text = text_norm(words[ids] + places[:ids.shape[1]] + segments[0])
    image = image_norm(features(feats) + locations(loc))
    text_at, image_at = 0, 0
    for i, (t, v) in enumerate(zip(CONFIG["t_biattention_id"], CONFIG["v_biattention_id"])):
        for step in image_blocks[image_at:v]:
            image = step(image, image_bias)
        for step in text_blocks[text_at:t]:
            text = step(text, text_bias)
        image, text = connections[i](image, image_bias, text, text_bias)
        text_at, image_at = t, v
    for step in image_blocks[image_at:]:
        image = step(image, image_bias)
    for step in text_blocks[text_at:]:
        text = step(text, text_bias)
    pooled_t, pooled_v = F.relu(text_pooler(text[:, 0])), F.relu(image_pooler(image[:, 0]))
    pooled = pooled_t + pooled_v
    return {"sequence_output_t": text[0], "sequence_output_v": image[0], "pooled_output_t": pooled_t[0],
            "pooled_output_v": pooled_v[0],
            "prediction_scores_t": (F.linear(word_norm(F.gelu(word_dense(text))), words, word_bias))[0],
            "prediction_scores_v": region_decoder(region_norm(F.gelu(region_dense(image))))[0],
            "seq_relationship_score": alignment(pooled)[0],
            "vil_prediction": answer_down(F.relu(answer_up(pooled)))[0], "vil_logit": fit(pooled)[0],
            "vision_logit": (region(image) + (1 - image_mask[:, :, None]) * -10000)[0], "linguisic_logit": word(text)[0]}


def tokenize(text, length):
    ids = BertTokenizer(HERE / "visualbert-qa" / "vocab.txt")(text)["input_ids"]
    attended = [1] * len(ids) + [0] * max(0, length - len(ids))
    return torch.tensor([ids + [0] * (len(attended) - len(ids))]), torch.tensor([attended])


shutil.rmtree(FOLDER, ignore_errors=True)
(FOLDER / "golden").mkdir(parents=True)
(FOLDER / "config.json").write_text(json.dumps(CONFIG, indent=1))
shutil.copy(HERE / "visualbert-qa" / "vocab.txt", FOLDER / "vocab.txt")
save_file({k: v.contiguous() for k, v in weights.items()}, FOLDER / "model.safetensors")
cases = []
for case, (text, length, count, hidden) in CASES.items():
    ids, attended = tokenize(text, length)
    feats, boxes, mask = torch.rand(1, count, 10) * 2, torch.rand(1, count, 4), torch.ones(1, count)
    area = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    loc = torch.cat([boxes, area[..., None]], -1)
    feats[:, 0], loc[:, 0] = feats[:, 1:].mean(1), torch.tensor([0, 0, 1, 1, 1.])  # the whole image
    mask[:, count - hidden:] = 0
    inputs = {"input_ids": ids, "attention_mask": attended, "visual_feats": feats, "visual_loc": loc, "visual_attention_mask": mask}
    out = model(ids, attended, feats, loc, mask)
    save_file({k: v.contiguous() for k, v in (inputs | out).items()}, FOLDER / "golden" / f"{case}.safetensors")
    cases.append({"name": case, "text": text, "expected_tensors": f"{case}.safetensors"})
(FOLDER / "golden" / "cases.json").write_text(json.dumps({"reference": "vilbert.py beside this folder", "cases": cases}, indent=1))
