"""Writes blip2/retrieval: a tiny Blip2ForImageTextRetrieval with the reference's outputs.

Needs torch, safetensors, Pillow and transformers 4.57. The tokenizer is blip/retrieval's. The pictures are those of
images/golden; of a JPEG the decoded pixels beside it.
"""
import json, pathlib, shutil, torch
from PIL import Image, ImageOps
from safetensors.torch import save_file
from transformers import AutoTokenizer, Blip2Config, Blip2ForImageTextRetrieval, Blip2TextModelWithProjection
from transformers import Blip2VisionModelWithProjection, BlipImageProcessor

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent / "blip" / "retrieval"
FOLDER = HERE / "retrieval"
ORIENTATION = 0x0112
CASES = {
    "three": (["noise.png", "turned.jpg", "small.png"],
              ["a photo of a dog", "a cat sitting on a red chair near the window", "snow"]),
}
TOKENIZER = ["added_tokens.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"]


def picture(name):
    path = HERE.parent / "images" / "golden" / name
    decoded = path.with_name(name + ".decoded.png")
    image = Image.open(decoded if decoded.exists() else path)
    image.getexif()[ORIENTATION] = Image.open(path).getexif().get(ORIENTATION, 1)
    return ImageOps.exif_transpose(image)


def make():
    torch.manual_seed(2301)
    config = Blip2Config(
        vision_config={"hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
                       "image_size": 28, "patch_size": 7, "hidden_act": "gelu", "layer_norm_eps": 1e-6},
        qformer_config={"vocab_size": 362, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
                        "num_attention_heads": 4, "cross_attention_frequency": 2, "encoder_hidden_size": 24,
                        "max_position_embeddings": 32, "use_qformer_text_input": True},
        num_query_tokens=5, image_text_hidden_size=20)
    model = Blip2ForImageTextRetrieval(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            spread = 0.1 if parameter.dim() == 1 else 1.6 / parameter[0].numel() ** 0.5
            if "embedding" in name or name == "query_tokens":
                spread = 0.8
            parameter.copy_(torch.randn_like(parameter) * spread + (1 if norm else 0))
    model.save_pretrained(FOLDER)
    full = json.loads((FOLDER / "config.json").read_text())
    full.pop("text_config")  # the language model that this task does without
    (FOLDER / "config.json").write_text(json.dumps(full, indent=2, sort_keys=True) + "\n")
    BlipImageProcessor(size={"height": 28, "width": 28}).save_pretrained(FOLDER)
    for name in TOKENIZER:
        shutil.copy(SOURCE / name, FOLDER / name)


def outputs(images, texts):
    processor, tokenizer = BlipImageProcessor.from_pretrained(FOLDER), AutoTokenizer.from_pretrained(FOLDER)
    inputs = tokenizer(texts, padding=True, return_tensors="pt", return_token_type_ids=False)
    pixels = processor([picture(name) for name in images], return_tensors="pt").pixel_values
    model = Blip2ForImageTextRetrieval.from_pretrained(FOLDER, attn_implementation="eager").eval()
    itm = model(pixels, **inputs, use_image_text_matching_head=True)
    itc = model(pixels, **inputs, use_image_text_matching_head=False)
    vision = Blip2VisionModelWithProjection.from_pretrained(FOLDER, attn_implementation="eager").eval()(pixels)
    text = Blip2TextModelWithProjection.from_pretrained(FOLDER, attn_implementation="eager").eval()(**inputs)
    torch.testing.assert_close(vision.image_embeds, itc.image_embeds)
    torch.testing.assert_close(text.text_embeds[:, 0], itc.text_embeds)
    # The processor's other convention, image tokens before the text, must come to the same.
    model.config.image_token_index = 361
    placed = {"input_ids": torch.cat([torch.full((len(texts), 5), 361), inputs.input_ids], 1),
              "attention_mask": torch.cat([torch.ones(len(texts), 5).long(), inputs.attention_mask], 1)}
    for head, expected in ((True, itm), (False, itc)):
        again = model(pixels, **placed, use_image_text_matching_head=head)
        torch.testing.assert_close(again.logits_per_image, expected.logits_per_image)
    return {"pixel_values": pixels, "input_ids": inputs.input_ids, "attention_mask": inputs.attention_mask,
            "vision_last_hidden_state": vision.last_hidden_state, "image_embeds": itc.image_embeds,
            "text_embeds": itc.text_embeds, "itm_logits": itm.logits_per_image, "itc_cosine": itc.logits_per_image}


make()
(FOLDER / "golden").mkdir(exist_ok=True)
cases = []
for name, (images, texts) in CASES.items():
    with torch.no_grad():
        tensors = outputs(images, texts)
    save_file({k: v.contiguous().clone() for k, v in tensors.items()}, FOLDER / "golden" / f"{name}.safetensors")
    print(name, torch.softmax(tensors["itm_logits"], -1)[:, 1].tolist(), tensors["itc_cosine"].tolist())
    cases.append({"name": name, "images": ["images/" + i for i in images], "prompt": texts,
                  "expected_tensors": f"{name}.safetensors"})
(FOLDER / "golden" / "cases.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")
