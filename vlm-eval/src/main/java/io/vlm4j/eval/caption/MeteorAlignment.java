package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which word of a candidate goes with which of a reference: equal words first of all, then in as
 * few chunks as possible, where a chunk is a run of neighbours in both. A beam search from left to
 * right over the reference, with the reference implementation's ranking: while it searches, a match
 * by stem counts nothing, and a path's distance is that of the matches it did not take.
 *
 * @param matches of each place of the reference, null where it has none
 * @param chunks number of runs
 */
record MeteorAlignment(List<Match> matches, int chunks) {
  private static final int BEAM = 40;

  /** A word of the candidate with one of the reference. */
  record Match(int candidate, int reference, boolean exact) {}

  static MeteorAlignment of(MeteorWords candidate, MeteorWords reference) {
    List<List<Match>> possible = possible(candidate, reference);
    Match[] fixed = fixed(possible, candidate.size());
    boolean[] taken = new boolean[candidate.size()];
    for (Match match : fixed) {
      if (match != null) {
        taken[match.candidate()] = true;
      }
    }
    List<Path> paths = List.of(new Path(new Match[reference.size()], taken));
    for (int place = 0; place < reference.size(); place++) {
      List<Path> longer = new ArrayList<>();
      for (Path path : best(paths)) {
        if (fixed[place] != null) {
          path.take(fixed[place]);
          longer.add(path);
        } else {
          path.branch(possible.get(place), longer);
        }
      }
      paths = longer;
    }
    paths.forEach(Path::endChunk);
    Path chosen = best(paths).get(0);
    return new MeteorAlignment(Arrays.asList(chosen.matches), chosen.chunks);
  }

  private static List<Path> best(List<Path> paths) {
    return paths.stream().sorted(Path.RANKING).limit(BEAM).toList();
  }

  /** For each place of the reference the words that it may go with. */
  private static List<List<Match>> possible(MeteorWords candidate, MeteorWords reference) {
    boolean stems = !candidate.sameWords(reference);
    List<List<Match>> possible = new ArrayList<>();
    for (int j = 0; j < reference.size(); j++) {
      List<Match> exact = new ArrayList<>();
      List<Match> stemmed = new ArrayList<>();
      for (int i = 0; i < candidate.size(); i++) {
        if (candidate.sameWord(i, reference, j)) {
          exact.add(new Match(i, j, true));
        } else if (stems && candidate.sameStem(i, reference, j)) {
          stemmed.add(new Match(i, j, false));
        }
      }
      exact.addAll(stemmed);
      possible.add(exact);
    }
    return possible;
  }

  /** Matches of two words that have no other. */
  private static Match[] fixed(List<List<Match>> possible, int candidateSize) {
    int[] uses = new int[candidateSize];
    possible.forEach(matches -> matches.forEach(match -> uses[match.candidate()]++));
    return possible.stream()
        .map(
            matches ->
                matches.size() == 1 && uses[matches.get(0).candidate()] == 1
                    ? matches.get(0)
                    : null)
        .toArray(Match[]::new);
  }

  /** An alignment of the beginning of the reference. */
  private static final class Path {
    static final Comparator<Path> RANKING =
        Comparator.<Path>comparingInt(path -> -path.exact)
            .thenComparingInt(path -> path.chunks)
            .thenComparingInt(path -> path.distance);

    private static final int NONE = -1;

    private final Match[] matches;
    private final boolean[] taken;
    private int exact;
    private int chunks;
    private int next = NONE; // the candidate's word that would go on with the open chunk
    private int distance;

    Path(Match[] matches, boolean[] taken) {
      this.matches = matches;
      this.taken = taken;
    }

    private Path(Path path) {
      this(path.matches.clone(), path.taken.clone());
      exact = path.exact;
      chunks = path.chunks;
      next = path.next;
      distance = path.distance;
    }

    /** Adds the ways to go on: with each of the matches that is free, and with none. */
    void branch(List<Match> possible, List<Path> paths) {
      for (Match match : possible) {
        if (!taken[match.candidate()]) {
          Path branch = new Path(this);
          branch.connect(match);
          paths.add(branch);
          distance += distance(match);
        }
      }
      endChunk();
      paths.add(this);
    }

    void take(Match match) {
      connect(match);
      distance += distance(match);
    }

    void endChunk() {
      if (next != NONE) {
        chunks++;
        next = NONE;
      }
    }

    private void connect(Match match) {
      if (next != match.candidate()) {
        endChunk();
      }
      matches[match.reference()] = match;
      taken[match.candidate()] = true;
      next = match.candidate() + 1;
      exact += match.exact() ? 1 : 0;
    }

    private static int distance(Match match) {
      return Math.abs(match.reference() - match.candidate());
    }
  }
}
