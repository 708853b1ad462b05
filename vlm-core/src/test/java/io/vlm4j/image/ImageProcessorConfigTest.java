package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What configuration files may say, and how they are refused. */
class ImageProcessorConfigTest {
  private static final Image PICTURE = Images.noise(40, 20, 1);

  /** Sizes of the result for a picture of 40 x 20 pixels. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'image_processor_type':'ViTImageProcessor','size':16 | 16 | 16",
        "'feature_extractor_type':'ViTFeatureExtractor','size':16 | 16 | 16",
        "'image_processor_type':'SiglipImageProcessorFast','size':[8,9] | 8 | 9",
        "'image_processor_type':'BlipImageProcessor','size':{'height':8,'width':9} | 8 | 9",
        "'image_processor_type':'ViTImageProcessor','do_resize':false | 20 | 40",
        "'image_processor_type':'CLIPImageProcessor','size':10,'do_center_crop':false | 10 | 20",
        "'image_processor_type':'CLIPImageProcessor','size':{'shortest_edge':10},'crop_size':12"
            + " | 12 | 12",
        "'image_processor_type':'BitImageProcessor','size':{'shortest_edge':10,'longest_edge':11},"
            + "'crop_size':{'height':5,'width':6} | 5 | 6",
        "'image_processor_type':'CLIPImageProcessor','size':{'longest_edge':10},"
            + "'do_center_crop':false | 6 | 10",
        "'image_processor_type':'PerceiverFeatureExtractor' | 224 | 224",
        "'feature_extractor_type':'PerceiverFeatureExtractor','size':7,'crop_size':8 | 7 | 7",
        "'image_processor_type':'PerceiverImageProcessorFast','size':{'height':8,'width':24},"
            + "'crop_size':16,'do_resize':false | 10 | 30",
        "'image_processor_type':'PerceiverImageProcessor','size':8,'do_resize':false,"
            + "'do_center_crop':false | 20 | 40",
      })
  void sizes(String config, int height, int width) {
    ProcessedImage processed = processor(config).process(PICTURE);

    assertEquals(height, processed.height());
    assertEquals(width, processed.width());
    assertEquals(1, processed.tiles());
    assertEquals(0, processed.rows());
    assertEquals(20, processed.originalHeight());
    assertEquals(40, processed.originalWidth());
    assertNull(processed.pixelMask());
  }

  @Test
  void flagsSwitchRescalingAndNormalisationOff() {
    Image pixel = Image.ofRgb(1, 1, new byte[] {0, 51, (byte) 255});
    String plain = "'image_processor_type':'ViTImageProcessor','do_resize':false";

    assertArrayEquals(
        new float[] {-1, -0.6f, 1}, processor(plain).process(pixel).pixelValues(), 1e-6f);
    assertArrayEquals(
        new float[] {0, 0.2f, 1},
        processor(plain + ",'do_normalize':false").process(pixel).pixelValues(),
        1e-6f);
    assertArrayEquals(
        new float[] {0, 51, 255},
        processor(plain + ",'do_normalize':false,'do_rescale':false").process(pixel).pixelValues());
  }

  @Test
  void owlv2PadsWithGrayAndDoesNotLeaveTheRangeOfThePicture() {
    Image wide = Image.ofRgb(2, 1, new byte[] {0, 0, 0, -1, -1, -1});
    String plain = "'image_processor_type':'Owlv2ImageProcessor','do_normalize':false";

    assertArrayEquals(
        new float[] {0, 1, 0.5f, 0.5f, 0, 1, 0.5f, 0.5f, 0, 1, 0.5f, 0.5f},
        processor(plain + ",'do_resize':false").process(wide).pixelValues());
    ProcessedImage stretched =
        processor(plain + ",'do_pad':false,'size':{'height':1,'width':4}").process(wide);
    // Places -0.25 (mirrored), 0.25, 0.75 and 1.25 (mirrored) of the row 0, 1.
    assertArrayEquals(
        new float[] {0.25f, 0.25f, 0.75f, 0.75f}, Arrays.copyOf(stretched.pixelValues(), 4), 1e-6f);
    Image white = Image.ofRgb(5, 5, filled(75));
    float[] values = processor(plain + ",'size':2").process(white).pixelValues();
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, values, 1e-6f);
  }

  @Test
  void owlVitCropsOnlyWhenAskedAndKnowsTheOldNameOfRescaling() {
    String plain = "'feature_extractor_type':'OwlViTFeatureExtractor','size':[2,2],'crop_size':1";
    Image white = Image.ofRgb(1, 1, filled(3));

    assertEquals(2, processor(plain).process(white).width());
    assertEquals(1, processor(plain + ",'do_center_crop':true").process(white).width());
    float[] levels =
        processor(plain + ",'rescale':false,'do_normalize':false").process(white).pixelValues();
    assertEquals(255, levels[0]);
  }

  private static byte[] filled(int samples) {
    byte[] white = new byte[samples];
    Arrays.fill(white, (byte) -1);
    return white;
  }

  @Test
  void cropsLargerThanThePictureAreBlackAround() {
    Image white = Image.ofRgb(1, 1, new byte[] {-1, -1, -1});

    ProcessedImage processed =
        processor(
                "'image_processor_type':'CLIPImageProcessor','do_resize':false,'crop_size':2,"
                    + "'do_normalize':false")
            .process(white);

    // Of an odd margin the larger half is at the top and left, as in the reference.
    assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, processed.pixelValues());
  }

  @Test
  void idefics3SplitsOnlyWhenAsked() {
    ImageProcessor splitting =
        processor(
            "'image_processor_type':'Idefics3ImageProcessor','size':{'longest_edge':32},"
                + "'max_image_size':{'longest_edge':16}");

    ProcessedImage split = splitting.process(PICTURE);
    ProcessedImage whole = splitting.withImageSplitting(false).process(PICTURE);

    assertEquals(3, split.tiles());
    assertEquals(1, split.rows());
    assertEquals(2, split.columns());
    assertEquals(3 * 16 * 16, split.pixelMask().length);
    assertEquals(1, whole.tiles());
    assertEquals(0, whole.rows());
    assertEquals(16, whole.height());
  }

  @Test
  void llavaNextPutsTheWholePictureFirst() {
    ProcessedImage processed =
        processor(
                "'image_processor_type':'LlavaNextImageProcessor','size':{'shortest_edge':8},"
                    + "'crop_size':8,'image_grid_pinpoints':[[8,16],[16,8],[16,16]]")
            .process(PICTURE);

    assertEquals(3, processed.tiles());
    assertEquals(1, processed.rows());
    assertEquals(2, processed.columns());
  }

  @Test
  void assembledModelsGetASquare() {
    ProcessedImage processed =
        ImageProcessors.of(8, Resampling.BICUBIC, new float[3], new float[] {1, 1, 1})
            .process(PICTURE);

    assertEquals(8, processed.height());
    assertEquals(8, processed.width());
    assertThrows(
        InvalidOptionException.class,
        () -> ImageProcessors.of(0, Resampling.BICUBIC, new float[3], new float[] {1, 1, 1}));
    assertThrows(
        InvalidOptionException.class,
        () -> ImageProcessors.of(8, Resampling.BICUBIC, new float[3], new float[3]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'image_processor_type':'ViTImageProcessor'",
        "'image_processor_type':'ViTImageProcessor','size':0",
        "'image_processor_type':'ViTImageProcessor','size':-16",
        "'image_processor_type':'ViTImageProcessor','size':100000",
        "'image_processor_type':'ViTImageProcessor','size':'large'",
        "'image_processor_type':'ViTImageProcessor','size':[1,2,3]",
        "'image_processor_type':'ViTImageProcessor','size':{'height':16}",
        "'image_processor_type':'ViTImageProcessor','size':{'height':16,'width':1e9}",
        "'image_processor_type':'ViTImageProcessor','size':16,'resample':7",
        "'image_processor_type':'ViTImageProcessor','size':16,'image_std':[0.5,0,0.5]",
        "'image_processor_type':'ViTImageProcessor','size':16,'image_std':0",
        "'image_processor_type':'ViTImageProcessor','size':16,'image_mean':[0.5]",
        "'image_processor_type':'ViTImageProcessor','size':16,'image_mean':[1e300,0,0]",
        "'image_processor_type':'ViTImageProcessor','size':16,'do_resize':1",
        "'image_processor_type':'ViTImageProcessor','size':16,'rescale_factor':1e400",
        "'image_processor_type':'CLIPImageProcessor','size':16",
        "'image_processor_type':'CLIPImageProcessor','size':16,'crop_size':{'shortest_edge':4}",
        "'image_processor_type':'CLIPImageProcessor','size':16,'crop_size':99999",
        "'image_processor_type':'LlavaNextImageProcessor','size':16,'crop_size':16",
        "'image_processor_type':'LlavaNextImageProcessor','size':16,'crop_size':16,"
            + "'image_grid_pinpoints':[[16]]",
        "'image_processor_type':'Idefics3ImageProcessor','size':{'longest_edge':32}",
        "'image_processor_type':'Idefics3ImageProcessor','size':{'longest_edge':32},"
            + "'max_image_size':{'height':3,'width':3}",
        "'image_processor_type':3",
        "'size':16",
      })
  void refusesValuesThatCannotBeRight(String config) {
    InvalidModelException e = assertThrows(InvalidModelException.class, () -> processor(config));

    assertTrue(e.getMessage().startsWith("preprocessor_config.json"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  /** Each value is in range, but together they would take gigabytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'image_processor_type':'LlavaNextImageProcessor','size':4096,'crop_size':"
            + "{'height':1,'width':4096},'image_grid_pinpoints':[[4096,4096]]",
        "'image_processor_type':'LlavaNextImageProcessor','size':4,'crop_size':8,"
            + "'do_center_crop':false,'do_resize':false,'image_grid_pinpoints':[[12,8]]",
      })
  void refusesTilesThatDoNotFitTogether(String config) {
    ImageProcessor processor = processor(config);

    assertThrows(InvalidModelException.class, () -> processor.process(PICTURE));
  }

  @Test
  void namesTheSupportedProcessors() {
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> processor("'image_processor_type':'DonutImageProcessor'"));

    assertTrue(e.getMessage().contains("DonutImageProcessor is not supported"), e.getMessage());
    assertTrue(e.getMessage().contains("SmolVLMImageProcessor"), e.getMessage());
  }

  private static ImageProcessor processor(String config) {
    String json = "{" + config.replace('\'', '"') + "}";
    return ImageProcessors.fromConfig(JsonNode.parse(json, "preprocessor_config.json"));
  }
}
