package io.vlm4j.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;

/**
 * The hub's <code>{% generation %}</code> block, which marks the assistant's words for training;
 * when prompting it only shows its content.
 */
final class GenerationTag implements Tag {
  private static final long serialVersionUID = 1L;

  @Override
  public String getName() {
    return "generation";
  }

  @Override
  public String interpret(TagNode tagNode, JinjavaInterpreter interpreter) {
    StringBuilder content = new StringBuilder();
    for (Node child : tagNode.getChildren()) {
      content.append(child.render(interpreter));
    }
    return content.toString();
  }
}
