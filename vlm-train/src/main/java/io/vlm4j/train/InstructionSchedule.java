package io.vlm4j.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which conversations are read in which step: a function of the seed and the step alone. Those of
 * one pass are of similar length, and either all have an image or none has, as LLaVA groups them.
 */
final class InstructionSchedule {
  /** So many passes' conversations are drawn at random, then sorted. */
  private static final int SORTED_TOGETHER = 16;

  private final TrainingOptions options;
  private final List<Conversation> conversations;
  private int orderedEpoch = -1;
  private List<List<Conversation>> passes = List.of();

  InstructionSchedule(TrainingOptions options, List<Conversation> conversations) {
    this.options = options;
    this.conversations = conversations;
  }

  /** The passes of a step. */
  List<List<Conversation>> step(int step) {
    long first = (long) step * options.accumulate();
    int perEpoch = epoch(0).size();
    return IntStream.range(0, options.accumulate())
        .mapToObj(i -> first + i)
        .map(i -> epoch(Math.toIntExact(i / perEpoch)).get((int) (i % perEpoch)))
        .toList();
  }

  private List<List<Conversation>> epoch(int epoch) {
    if (epoch != orderedEpoch) {
      Random random = new Random(Schedule.mix(options.seed(), epoch, 0));
      List<Conversation> order = new ArrayList<>(conversations);
      Collections.shuffle(order, random);
      List<List<Conversation>> all = new ArrayList<>();
      for (boolean seeing : new boolean[] {true, false}) {
        List<Conversation> alike =
            order.stream().filter(one -> one.image().isPresent() == seeing).toList();
        for (List<Conversation> some : cut(alike, SORTED_TOGETHER * options.batch())) {
          List<Conversation> sorted = new ArrayList<>(some);
          sorted.sort(Comparator.comparingInt(one -> one.tokens().length));
          all.addAll(cut(sorted, options.batch()));
        }
      }
      Collections.shuffle(all, random);
      passes = all;
      orderedEpoch = epoch;
    }
    return passes;
  }

  private static List<List<Conversation>> cut(List<Conversation> all, int size) {
    List<List<Conversation>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      parts.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return parts;
  }
}
