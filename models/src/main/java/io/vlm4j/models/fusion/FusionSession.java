package io.vlm4j.models.fusion;

import io.vlm4j.Session;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.generate.TokenListener;
import io.vlm4j.prompt.Media;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.ImageAttendingModel;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the decode state of the last prompt; the model keeps the embeddings of images. */
final class FusionSession implements Session {
  private static final int ROOM = 256;

  private final FusionModel model;
  private final Map<Seen, Integer> numbers = new HashMap<>();
  private DecodeState state;
  private long[] positions = {};
  private int reused;
  private String text = "";

  FusionSession(FusionModel model) {
    this.model = model;
  }

  @Override
  public synchronized Generation stream(
      Prompt prompt, GenerationOptions options, TokenListener listener) {
    try (TensorScope scope = TensorScope.open()) {
      remember(model.format().text(prompt));
      long start = System.nanoTime();
      List<ImageEmbeddings> images = model.images().embed(prompt.media(), text);
      double encodeMillis = (System.nanoTime() - start) / 1e6;
      InputSequence input = InputSequence.of(model.format().segments(text, images), model.format());
      if (model.language().model() instanceof EncoderDecoder) {
        // Every position of an encoder depends on every other: only the images can be kept.
        return model
            .generate(text, input, images, options, listener)
            .withEncodeMillis(encodeMillis);
      }
      long[] keys = keys(input, prompt.media());
      resume(input, images, keys);
      return answer(input, images, keys, model.withDefaults(options), listener)
          .withEncodeMillis(encodeMillis);
    }
  }

  /** Goes on from what is kept; a single sequence stays in the state, beams get copies. */
  private Generation answer(
      InputSequence input,
      List<ImageEmbeddings> images,
      long[] keys,
      GenerationOptions options,
      TokenListener listener) {
    LanguageModel languageModel = model.language().model();
    Tensor rest = input.embed(languageModel, images, reused, input.length());
    if (options.beams() == 1) {
      Generation generation = model.generator().extend(state, rest, input.ids(), options, listener);
      remember(keys, generation.tokenIds());
      return generation;
    }
    int last = rest.size(1) - 1;
    if (last > 0) {
      languageModel.forward(rest.narrow(1, 0, last), state, Logits.LAST);
      positions = Arrays.copyOf(keys, reused + last);
    }
    Tensor end = rest.narrow(1, last, 1);
    return model.generator().generate(state, end, input.ids(), options, listener);
  }

  /** What the state holds now: the prompt and what was said, so that a dialogue can go on. */
  private void remember(long[] keys, int... newIds) {
    positions = Arrays.copyOf(keys, state.length());
    long inSight = keys[keys.length - 1] >> 32;
    for (int i = keys.length; i < positions.length; i++) {
      positions[i] = inSight << 32 | newIds[i - keys.length];
    }
  }

  @Override
  public synchronized int reusedPositions() {
    return reused;
  }

  @Override
  public synchronized void close() {
    if (state != null) {
      state.close();
      state = null;
    }
  }

  /** Brings the state back to the positions that the input begins with, without its last. */
  private void resume(InputSequence input, List<ImageEmbeddings> images, long[] keys) {
    int length = input.length() - 1;
    int mismatch = Arrays.mismatch(positions, 0, positions.length, keys, 0, length);
    reused = mismatch < 0 ? length : mismatch;
    positions = Arrays.copyOf(keys, reused); // what holds if the next step fails
    reserve(input.length());
    state.truncate(reused);
    if (model.language().model() instanceof ImageAttendingModel attending) {
      attending.attend(state, ImageEmbeddings.tensors(images), input.visible());
    }
  }

  private void reserve(int length) {
    LanguageModel languageModel = model.language().model();
    int capacity = Math.max(length, Math.min(length + ROOM, languageModel.contextLength()));
    if (state == null) {
      state = languageModel.newState(1, capacity);
    } else if (state.capacity() < length) {
      DecodeState larger = state.select(new int[] {0}, capacity);
      state.close();
      state = larger;
    }
  }

  /** Where images depend on the text, another text makes all that is kept worthless. */
  private void remember(String newText) {
    if (model.visualPath().readsText() && !newText.equals(text)) {
      positions = new long[0];
    }
    text = newText;
  }

  /** A number for each position that is equal only if the same thing stands and is seen there. */
  private long[] keys(InputSequence input, List<Media> media) {
    List<Long> keys = new ArrayList<>(input.length());
    long inSight = 0;
    for (Segment segment : input.segments()) {
      if (segment instanceof Segment.MediaSlot slot) {
        long number = number(0, media.get(slot.image()));
        for (int i = 0; i < slot.length(); i++) {
          keys.add(number << 32 | (slot.start() + i));
        }
      } else if (segment instanceof Segment.Sight sight) {
        inSight = sight.image() < 0 ? 0 : number(inSight, media.get(sight.image()));
      } else {
        for (int id : ((Segment.Tokens) segment).ids()) {
          keys.add(inSight << 32 | id);
        }
      }
    }
    return keys.stream().mapToLong(Long::longValue).toArray();
  }

  private long number(long before, Media media) {
    return numbers.computeIfAbsent(new Seen(before, media), seen -> numbers.size() + 1);
  }

  /** An image, and what was in sight before it. */
  private record Seen(long before, Media media) {}
}
