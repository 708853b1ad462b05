"""What a user could take instead: the embedded default's parts in other engines, on the same threads.

Each function yields (figure, median of the runs) under the names that `vlm bench` uses.
"""
import ctypes
import statistics
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/default-weights/src/main/resources/io/vlm4j/defaultmodel"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
BEFORE, AFTER = [1, 4093, 198], [198, 19161, 253, 1890, 29892, 30, 2, 198, 1, 520, 9531, 198]
CAPTION_TOKENS, PROMPT_TOKENS, DECODE_TOKENS = 20, 256, 128


def seconds(work, runs, warm_up=1):
    """The median time of a call."""
    times = []
    for _ in range(runs + warm_up):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[warm_up:])


def transformers(dtype, runs, threads):
    """Hugging Face transformers: fp32, bf16, or int8 (dynamic quantisation of the language model)."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, Dinov2Model, DynamicCache

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    number = torch.bfloat16 if dtype == "bf16" else torch.float32
    vision = Dinov2Model.from_pretrained(MODEL / "encoder", dtype=number).eval()
    language = AutoModelForCausalLM.from_pretrained(MODEL, gguf_file=GGUF, dtype=number, config=None).eval()
    weights = {k: v.to(number) for k, v in load_file(MODEL / "connector/model.safetensors").items()}
    embed = language.get_input_embeddings()
    if dtype == "int8":
        language = torch.ao.quantization.quantize_dynamic(language, {torch.nn.Linear}, dtype=torch.qint8)

    def encode(pixels):
        patches = vision(pixels).last_hidden_state[:, 1:].view(-1, 8, 2, 8, 2, 384).mean((2, 4))
        blocks = patches.view(-1, 4, 2, 4, 2, 384).transpose(2, 3).reshape(-1, 16, 1536)
        hidden = torch.nn.functional.gelu(blocks @ weights["linear_1.weight"].T + weights["linear_1.bias"])
        return hidden @ weights["linear_2.weight"].T + weights["linear_2.bias"]

    def generate(inputs, tokens):
        cache = DynamicCache()
        out = language(inputs_embeds=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)
        start = time.perf_counter()
        for _ in range(tokens - 1):
            token = out.logits[:, -1].argmax(-1, keepdim=True)
            out = language(input_ids=token, past_key_values=cache, use_cache=True, logits_to_keep=1)
        int(out.logits[:, -1].argmax(-1))
        return time.perf_counter() - start

    pixels = torch.randn(1, 3, 224, 224).to(number)
    eight = torch.randn(8, 3, 224, 224).to(number)
    prompt = embed(torch.arange(100, 100 + PROMPT_TOKENS)[None])

    def caption():
        generate(torch.cat([embed(torch.tensor([BEFORE])), encode(pixels), embed(torch.tensor([AFTER]))], 1), CAPTION_TOKENS)

    yield "encode_ms", 1e3 * seconds(lambda: encode(pixels), runs)
    yield "encode_8_ms", 1e3 * seconds(lambda: encode(eight), runs)
    yield "prefill_tokens_per_s", PROMPT_TOKENS / seconds(lambda: generate(prompt, 1), runs)
    generate(prompt, 4)
    yield "decode_tokens_per_s", DECODE_TOKENS / statistics.median(generate(prompt, DECODE_TOKENS + 1) for _ in range(runs))
    yield "caption_ms", 1e3 * seconds(caption, runs)


def onnxruntime(dtype, runs, threads):
    """The vision encoder as an ONNX graph in float32."""
    import tempfile

    import numpy as np
    import onnxruntime as ort
    import torch
    from transformers import Dinov2Model

    vision = Dinov2Model.from_pretrained(MODEL / "encoder", dtype=torch.float32).eval()

    class Features(torch.nn.Module):
        def forward(self, pixels):
            return vision(pixels).last_hidden_state

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    for batch, figure in ((1, "encode_ms"), (8, "encode_8_ms")):
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            file = folder + "/vision.onnx"
            torch.onnx.export(Features(), (torch.randn(batch, 3, 224, 224),), file, input_names=["pixels"], dynamo=True)
            session = ort.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        pixels = np.random.rand(batch, 3, 224, 224).astype(np.float32)
        yield figure, 1e3 * seconds(lambda: session.run(None, {"pixels": pixels}), runs)


def llamacpp(dtype, runs, threads):
    """llama.cpp on the language model: fp32 (F32), fp16 (F16), int8 (Q8_0) or q4_1 (the file as it is)."""
    import llama_cpp as lib

    quiet = lib.llama_log_callback(lambda *_: None)
    lib.llama_log_set(quiet, None)
    lib.llama_backend_init()
    file = str(gguf_of(lib, dtype, threads))
    parameters = lib.llama_model_default_params()
    parameters.n_gpu_layers = 0
    model = lib.llama_model_load_from_file(file.encode(), parameters)
    settings = lib.llama_context_default_params()
    settings.n_ctx, settings.n_batch, settings.n_ubatch = 512, 512, 512
    settings.n_threads = settings.n_threads_batch = threads
    context = lib.llama_init_from_model(model, settings)
    sampler = lib.llama_sampler_init_greedy()
    prompt = (lib.llama_token * PROMPT_TOKENS)(*range(100, 100 + PROMPT_TOKENS))
    one = (lib.llama_token * 1)()

    def feed(tokens, count):
        if lib.llama_decode(context, lib.llama_batch_get_one(tokens, count)) != 0:
            raise RuntimeError("llama_decode failed")
        one[0] = lib.llama_sampler_sample(sampler, context, -1)

    def prefill():
        lib.llama_memory_clear(lib.llama_get_memory(context), False)
        feed(prompt, PROMPT_TOKENS)

    def decode():
        prefill()
        start = time.perf_counter()
        for _ in range(DECODE_TOKENS):
            feed(one, 1)
        return time.perf_counter() - start

    yield "prefill_tokens_per_s", PROMPT_TOKENS / seconds(prefill, runs)
    decode()
    yield "decode_tokens_per_s", DECODE_TOKENS / statistics.median(decode() for _ in range(runs))


def gguf_of(lib, dtype, threads):
    """The language model's file in another precision, made once beside the virtual environment's caches."""
    source = MODEL / GGUF
    if dtype == "q4_1":
        return source
    folder = Path.home() / ".cache/vlm4j-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    full = folder / "f32.gguf"
    if not full.exists():
        dequantise(source, full)
    kinds = {"fp16": lib.LLAMA_FTYPE_MOSTLY_F16, "int8": lib.LLAMA_FTYPE_MOSTLY_Q8_0}
    if dtype not in kinds:
        return full
    target = folder / (dtype + ".gguf")
    if not target.exists():
        parameters = lib.llama_model_quantize_default_params()
        parameters.nthread, parameters.ftype = threads, kinds[dtype]
        if lib.llama_model_quantize(str(full).encode(), str(target).encode(), ctypes.byref(parameters)) != 0:
            raise RuntimeError("llama_model_quantize failed")
    return target


def dequantise(source, target):
    import gguf
    import numpy as np

    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        value = 0 if name == "general.file_type" else field.contents()
        writer.add_key_value(name, value, field.types[0], inner)
    for tensor in reader.tensors:
        values = np.asarray(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        writer.add_tensor(tensor.name, values.reshape([int(n) for n in reversed(tensor.shape)]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


PEERS = {"transformers": transformers, "onnxruntime": onnxruntime, "llama.cpp": llamacpp}
