package io.vlm4j.nn;

import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import java.util.List;

/**
 * Rotary positions: pairs of features turn by an angle that grows with the position.
 *
 * @see <a href="https://arxiv.org/abs/2104.09864">RoFormer</a>
 */
public final class RotaryEmbedding {
  private final RotaryScaling scaling;
  private final Device device;
  private final float[] usualValues;
  private final Tensor usualFrequencies;

  /**
   * @param scaling the frequencies, and how they stretch for long contexts
   */
  public RotaryEmbedding(RotaryScaling scaling, Device device) {
    this.scaling = scaling;
    this.device = device;
    this.usualValues = scaling.inverseFrequencies(1);
    this.usualFrequencies = toTensor(usualValues);
  }

  /** The angles of {@code count} positions from {@code start} on. */
  public Angles at(int start, int count) {
    float[] values = scaling.inverseFrequencies(start + count);
    Tensor frequencies = values == usualValues ? usualFrequencies : toTensor(values);
    Tensor[] cosAndSin =
        KernelLibrary.shared()
            .callTensors("rotary", frequencies, start, count, scaling.attentionFactor());
    return new Angles(cosAndSin[0], cosAndSin[1]);
  }

  /**
   * The angles of positions in any order.
   *
   * @param positions int64 [B, T], from 0 to less than {@code count}
   * @return cosines and sines [B, T, 1, 2F]
   */
  public Angles at(Tensor positions, int count) {
    Angles all = at(0, count);
    return new Angles(rows(all.cos(), positions), rows(all.sin(), positions));
  }

  private static Tensor rows(Tensor table, Tensor positions) {
    return table
        .select(0, positions.view(-1))
        .view(positions.size(0), positions.size(1), 1, table.size(-1));
  }

  private Tensor toTensor(float[] values) {
    return Tensor.of(values, values.length).to(device);
  }

  /**
   * Cosines and sines of the angles of T positions.
   *
   * @param cos float32 [T, 1, rotated features]; broadcasts against [B, T, heads, headSize]
   * @param sin of the same shape; those of the first half of the features are negated
   */
  public record Angles(Tensor cos, Tensor sin) {
    /** Those of one position in each of B sequences, [B, 1, 1, 2F]. */
    public static Angles ofRows(List<Angles> rows) {
      return new Angles(
          joined(rows.stream().map(Angles::cos).toArray(Tensor[]::new)),
          joined(rows.stream().map(Angles::sin).toArray(Tensor[]::new)));
    }

    private static Tensor joined(Tensor... rows) {
      return Tensor.cat(0, rows).view(rows.length, 1, 1, rows[0].size(-1));
    }
  }
}
