package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The losses of a log as a picture. */
final class LossPlot {
  private LossPlot() {}

  static void write(List<JsonNode> log, Path file) {
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(450)
            .xAxisTitle("step")
            .yAxisTitle("loss, nats a token")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    add(chart, "training", log, "loss");
    add(chart, "other images", log, "dev_loss");
    add(chart, "other images, shuffled", log, "dev_loss_shuffled");
    if (chart.getSeriesMap().isEmpty()) {
      return;
    }
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new VlmException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static void add(XYChart chart, String name, List<JsonNode> log, String key) {
    List<JsonNode> lines = log.stream().filter(line -> line.has(key)).toList();
    if (!lines.isEmpty()) {
      chart
          .addSeries(
              name,
              lines.stream().mapToDouble(line -> line.getInt("step")).toArray(),
              lines.stream().mapToDouble(line -> line.getDouble(key)).toArray())
          .setMarker(SeriesMarkers.NONE);
    }
  }
}
