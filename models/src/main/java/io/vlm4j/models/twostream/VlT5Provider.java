package io.vlm4j.models.twostream;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswererProvider;

/** Opens VL-T5: folders whose configuration is T5's with the width of regions' features. */
public final class VlT5Provider implements RegionQuestionAnswererProvider {
  @Override
  public String system() {
    return "t5 with feat_dim (VL-T5)";
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.modelType().equals("t5") && folder.config().has("feat_dim");
  }

  @Override
  public RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options) {
    return VlT5Model.load(folder, options);
  }
}
