package io.vlm4j.instruct;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.chat.ChatTurn;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.ServiceException;
import io.vlm4j.error.VlmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a chat model write instruction data about scenes. What is in the file already is not asked
 * for again, so that a run which ended early goes on where it was.
 */
public final class InstructionWriter {
  private static final int TRIES = 3;

  private final ChatModel model;
  private final List<InstructionKind> kinds;
  private final int parallel;

  /**
   * @param model is another's to close
   * @param kinds what is written about each scene
   * @param parallel requests that are under way at a time
   */
  public InstructionWriter(ChatModel model, List<InstructionKind> kinds, int parallel) {
    if (kinds.isEmpty() || parallel < 1) {
      throw new InvalidOptionException(
          kinds.size()
              + " kinds and "
              + parallel
              + " requests at a time; expected 1 or more of each");
    }
    this.model = model;
    this.kinds = List.copyOf(kinds);
    this.parallel = parallel;
  }

  /**
   * How a run ended.
   *
   * @param examples entries of the file
   * @param asked how many of them are new
   * @param failures what went wrong, by entry; they are tried again in the next run
   */
  public record Outcome(int examples, int asked, List<String> failures) {}

  /** One entry that is to be written. */
  private record Task(String id, InstructionKind kind, Scene scene) {}

  /** How many entries a run makes. */
  public int count(List<Scene> scenes) {
    return scenes.size() * kinds.size();
  }

  /**
   * Writes entries for scenes.
   *
   * @param file LLaVA's JSON; an entry's id is the image and the kind
   * @param progress runs after each entry
   * @throws ServiceException if the model cannot be reached; what was written is kept
   */
  public Outcome write(List<Scene> scenes, Path file, Runnable progress) {
    InstructionFile written = InstructionFile.open(file);
    List<Task> tasks = new ArrayList<>();
    for (Scene scene : scenes) {
      kinds.forEach(kind -> tasks.add(new Task(scene.image() + "-" + kind.id(), kind, scene)));
    }
    int before = written.size();
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    ask(tasks, written, failures, progress);
    written.finish(tasks.stream().map(Task::id).toList());
    return new Outcome(written.size(), written.size() - before, List.copyOf(failures));
  }

  private void ask(
      List<Task> tasks, InstructionFile written, List<String> failures, Runnable progress) {
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    AtomicBoolean unreachable = new AtomicBoolean();
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (Task task : tasks) {
        futures.add(
            threads.submit(
                () -> {
                  if (!unreachable.get() && !written.has(task.id())) {
                    ask(task, written, failures, unreachable);
                  }
                  progress.run();
                }));
      }
      for (Future<?> future : futures) {
        await(future);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void ask(
      Task task, InstructionFile written, List<String> failures, AtomicBoolean unreachable) {
    try {
      Dialogue dialogue = dialogue(task);
      written.add(LlavaExample.of(task.id(), task.scene().image(), dialogue));
    } catch (ServiceException e) {
      unreachable.set(true); // the others would fail as well
      throw e;
    } catch (InvalidDataException | InvalidPromptException e) {
      failures.add(task.id() + ": " + e.getMessage());
    }
  }

  /** A reply of the wrong form is asked for again: models are not always of one mind. */
  private Dialogue dialogue(Task task) {
    List<ChatTurn> request = task.kind().request(task.scene());
    InvalidDataException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return task.kind().read(task.scene(), model.reply(request));
      } catch (InvalidDataException e) {
        last = e;
      }
    }
    throw last;
  }

  private static void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VlmException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted; what was written is kept", e);
    }
  }
}
