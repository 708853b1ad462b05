"""Writes golden/tower*.safetensors of blip/caption and blip2/opt: what the vision tower alone gives.

Needs torch, safetensors and transformers 4.57. The systems' own goldens hold only the tower's last hidden state;
these add the layers, the pooled vector and an image of another size, for which the positions are resampled.
"""
import json, pathlib, torch
from safetensors.torch import load_file, save_file
from transformers import Blip2VisionConfig, Blip2VisionModel, BlipVisionConfig, BlipVisionModel

HERE = pathlib.Path(__file__).parent.parent


def write(checkpoint, config_class, model_class, wide):
    folder = HERE / checkpoint
    config = config_class(**json.loads((folder / "config.json").read_text())["vision_config"])
    model = model_class(config).eval()
    weights = load_file(folder / "model.safetensors")
    tower = {k.removeprefix("vision_model."): v for k, v in weights.items() if k.startswith("vision_model.")}
    model.load_state_dict(tower)
    generator = torch.Generator().manual_seed(11)
    for name, batch, (height, width) in (("tower", 2, (config.image_size,) * 2), ("tower_wide", 1, wide)):
        pixels = torch.randn(batch, 3, height, width, generator=generator)
        with torch.no_grad():
            output = model(pixels, interpolate_pos_encoding=True, output_hidden_states=True)
        assert len(output.hidden_states) == config.num_hidden_layers + 1
        tensors = {"pixel_values": pixels, "vision_last_hidden_state": output.last_hidden_state}
        tensors["vision_pooled"] = output.pooler_output
        tensors |= {f"hidden_states.{i}": state for i, state in enumerate(output.hidden_states)}
        save_file({k: v.contiguous().clone() for k, v in tensors.items()}, folder / "golden" / f"{name}.safetensors")


write("blip/caption", BlipVisionConfig, BlipVisionModel, (24, 48))
# As many patches as the table has, in another shape.
write("blip2/opt", Blip2VisionConfig, Blip2VisionModel, (14, 56))
