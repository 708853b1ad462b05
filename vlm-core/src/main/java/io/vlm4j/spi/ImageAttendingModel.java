package io.vlm4j.spi;

import io.vlm4j.tensor.Tensor;
import java.util.List;

/**
 * A language model whose tokens attend to images that stand beside the sequence, not in it.
 *
 * @see <a href="https://arxiv.org/abs/2204.14198">Flamingo</a>
 */
public interface ImageAttendingModel extends LanguageModel {
  /** Width D' of the images' features. */
  int imageSize();

  /**
   * Shows images to a sequence, in place of those that it had. Images that it had at the same place
   * as the same tensors are not computed again.
   *
   * @param images float32 [N, D'] each
   * @param visible which position sees which of them
   */
  void attend(DecodeState state, List<Tensor> images, VisibleImages visible);

  /** The same model, whose new states are shown these images. Closing it does nothing. */
  default LanguageModel attendingTo(List<Tensor> images, VisibleImages visible) {
    ImageAttendingModel model = this;
    return new LanguageModelView(this) {
      @Override
      public DecodeState newState(int batch, int capacity) {
        DecodeState state = model.newState(batch, capacity);
        try {
          model.attend(state, images, visible);
          return state;
        } catch (RuntimeException e) {
          state.close();
          throw e;
        }
      }
    };
  }
}
