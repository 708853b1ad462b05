package io.vlm4j.chat;

import java.util.List;

/** A language model that goes on with a conversation. Thread-safe. */
public interface ChatModel extends AutoCloseable {
  /**
   * What the model says next.
   *
   * @param turns the last of them a user's
   * @return without space around it; may be empty
   * @throws io.vlm4j.error.VlmException if there is no reply
   */
  String reply(List<ChatTurn> turns);

  @Override
  void close();
}
