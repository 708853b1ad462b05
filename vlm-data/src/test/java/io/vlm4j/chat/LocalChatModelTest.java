package io.vlm4j.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.generate.GenerationOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class LocalChatModelTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(8).sampling(false).build();
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
          + "{% if add_generation_prompt %}assistant:{% endif %}";

  @TempDir Path temporary;

  @Test
  void speaksByTheTemplateOfItsFolder() {
    Path folder = TinyModels.copy(TestData.path("llama/gqa_tied"), temporary.resolve("llama"));
    TinyModels.write(folder.resolve("chat_template.jinja"), TEMPLATE);
    try (ChatModel model = LocalChatModel.load(folder, LoadOptions.FP32, OPTIONS)) {
      List<ChatTurn> turns = List.of(ChatTurn.system("short"), ChatTurn.user("what is it?"));
      String reply = model.reply(turns);
      assertFalse(reply.isEmpty());
      assertEquals(reply, model.reply(turns));
      assertFalse(reply.equals(model.reply(List.of(ChatTurn.user("count to three")))));
    }
  }

  @Test
  void aModelWithoutATemplateIsNoneForChats() {
    Path folder = TestData.path("llama/gqa_tied");
    String message =
        assertThrows(
                UnsupportedModelException.class,
                () -> LocalChatModel.load(folder, LoadOptions.FP32, OPTIONS))
            .getMessage();
    assertTrue(message.contains("no chat template"), message);
  }
}
