package io.vlm4j.models.assembled;

import io.vlm4j.JointEmbedder;
import io.vlm4j.LoadOptions;
import io.vlm4j.ModelBuilder;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.CrossAttentionPart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.WeightSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens assembled models. */
public final class AssembledProvider implements SystemProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of(AssembledConfig.MODEL_TYPE);
  }

  @Override
  public NameMap names() {
    return NameMap.parse("* -> *");
  }

  @Override
  public Optional<WeightSource> weights(ModelFolder folder) {
    return Optional.empty();
  }

  @Override
  public Map<String, Path> partFolders(ModelFolder folder) {
    AssembledConfig config = AssembledConfig.of(folder.config());
    Path root = folder.path();
    Map<String, Path> parts = new LinkedHashMap<>();
    parts.put("encoder", root.resolve(config.encoder()));
    parts.put("connector", root.resolve(config.connector()));
    if (!config.crossAttention().isEmpty()) {
      parts.put("cross_attention", root.resolve(config.crossAttention()));
    }
    parts.put("language_model", root.resolve(config.languageModel()));
    return parts;
  }

  @Override
  public VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    AssembledConfig config = AssembledConfig.of(folder.config());
    Path root = folder.path();
    boolean adaptsEncoder = adaptsEncoder(folder, config);
    LoadOptions adapting = folder.adapting(options);
    return Resources.owning( // the parts that are there already, if another fails
        parts ->
            withEncoder(root.resolve(config.encoder()), adaptsEncoder ? adapting : options, parts)
                .features(config.selection())
                .averagePooling(config.averagePooling())
                .pixelShuffle(config.pixelShuffle())
                .connector(parts.own(ConnectorPart.load(root.resolve(config.connector()), options)))
                .languageModel(
                    languageModel(config, root, options, adaptsEncoder ? options : adapting))
                .prompt(config.prompt())
                .build());
  }

  /**
   * Which of the two parts that take one an adapter is for, by its tensors' names.
   *
   * @return false for the language model, also if there is no adapter
   */
  private static boolean adaptsEncoder(ModelFolder folder, AssembledConfig config) {
    if (folder.adapter().isEmpty()) {
      return false;
    }
    Path adapter = folder.adapter().get();
    Path encoder = folder.path().resolve(config.encoder());
    Path languageModel = folder.path().resolve(config.languageModel());
    List<String> ofLanguageModel = LanguageModelPart.misfits(languageModel, adapter);
    if (ofLanguageModel.isEmpty()) {
      return false;
    }
    List<String> ofEncoder = ModelFolder.open(encoder).misfits(adapter);
    if (!ofEncoder.isEmpty()) {
      throw new InvalidModelException(
          "the adapter %s fits no part of %s: no weight of the language model %s for %d of its tensors, such as %s, nor of the encoder %s for %d, such as %s"
              .formatted(
                  adapter,
                  folder.path(),
                  languageModel,
                  ofLanguageModel.size(),
                  ofLanguageModel.get(0),
                  encoder,
                  ofEncoder.size(),
                  ofEncoder.get(0)));
    }
    return true;
  }

  /** A vision encoder, or a model that binds images and sounds. */
  private static ModelBuilder withEncoder(Path path, LoadOptions options, Resources parts) {
    ModelFolder folder = ModelFolder.open(path);
    boolean bound =
        !Families.isVisionEncoder(folder.modelType()) && DualEncoders.find(folder).isPresent();
    return bound
        ? new ModelBuilder().encoder(parts.own(JointEmbedder.load(path, options)), options)
        : new ModelBuilder().encoder(parts.own(EncoderPart.load(path, options)));
  }

  private static LanguagePart languageModel(
      AssembledConfig config, Path root, LoadOptions options, LoadOptions adapting) {
    LanguagePart alone = LanguageModelPart.load(root.resolve(config.languageModel()), adapting);
    return config.crossAttention().isEmpty()
        ? alone
        : CrossAttentionPart.around(alone, root.resolve(config.crossAttention()), options);
  }
}
