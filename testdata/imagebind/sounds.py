"""Writes imagebind/sounds: short sounds and what ImageBind reads of it, by torchaudio.

Needs torch, torchaudio 2.7, numpy and safetensors. The steps are those of ImageBind's load_and_transform_audio_data; to keep
the file small only some frames and samples are written.
"""
import pathlib, wave
from fractions import Fraction
import numpy, torch, torchaudio
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent / "sounds"
RATE, SECONDS, CLIPS = 16000, 2, 3
FRAMES = [0, 9, 29, 100, 196, 197, 198, 203]
STRIDE = 499


def sound(rate, seconds):
    """Two voices that rise, noise, and silence at the end."""
    t = numpy.arange(int(rate * seconds)) / rate
    noise = numpy.random.default_rng(0).standard_normal(len(t))
    x = 0.4 * numpy.sin(2 * numpy.pi * (220 * t + 90 * t * t)) + 0.2 * numpy.sin(2 * numpy.pi * 1760 * t) + 0.05 * noise + 0.02
    return x * (t < 0.9 * seconds)


def clips(waveform):
    duration = waveform.size(1) / RATE
    latest = Fraction(max(duration - Fraction(SECONDS), 0))
    for i in range(CLIPS):
        start = Fraction(latest, CLIPS - 1) * i
        clip = waveform[:, int(start * RATE):int((start + SECONDS) * RATE)]
        clip -= clip.mean()
        bank = torchaudio.compliance.kaldi.fbank(
            clip, htk_compat=True, sample_frequency=RATE, use_energy=False, window_type="hanning", num_mel_bins=128,
            dither=0.0, frame_length=25, frame_shift=10)
        bank = torch.nn.functional.pad(bank, (0, 0, 0, max(0, 204 - len(bank))))[:204]
        yield (bank.T + 4.268) / 9.138


HERE.mkdir(exist_ok=True)
tensors = {}
for name, rate, seconds in [("rising", 8000, 2.15), ("short", 16000, 0.3), ("dense", 44100, 0.12)]:
    samples = numpy.round(sound(rate, seconds) * 32767).astype("<i2")
    with wave.open(str(HERE / (name + ".wav")), "wb") as file:
        file.setparams((1, 2, rate, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())
    waveform = torch.from_numpy(samples.astype("float32") / 32768).unsqueeze(0)
    if rate != RATE:
        waveform = torchaudio.functional.resample(waveform, rate, RATE)
    tensors[name + ".resampled"] = waveform[0, ::STRIDE].clone()
    tensors[name + ".length"] = torch.tensor([waveform.size(1)])
    spectrograms = torch.stack(list(clips(waveform)))
    tensors[name + ".mel"] = spectrograms[:, :, FRAMES].contiguous()
save_file(tensors, HERE / "expected.safetensors")
