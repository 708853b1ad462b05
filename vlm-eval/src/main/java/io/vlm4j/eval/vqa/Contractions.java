package io.vlm4j.eval.vqa;

import java.util.HashMap;
import java.util.Map;

/**
 * Contractions that people write without their apostrophes, as the evaluation of VQA knows them.
 */
final class Contractions {
  private static final String ONE_CLITIC =
      "ain't aren't can't could've couldn't didn't doesn't don't hadn't hasn't haven't he'd he's how'd"
          + " how'll how's isn't it'd it'll ma'am mightn't might've mustn't must've needn't not've"
          + " o'clock oughtn't shan't should've shouldn't somebody'll somebody's someone'd someone'll"
          + " someone's something'd something'll that's there'd there're there's they'd they'll they're"
          + " they've 'twas wasn't we've weren't what'll what're what's what've when's where'd where's"
          + " where've who'd who'll who's who've why'll why're why's won't would've wouldn't y'all you'd"
          + " you'll you're you've";

  private static final String TWO_CLITICS =
      "couldn't've hadn't've he'd've it'd've mightn't've she'd've shouldn't've somebody'd've"
          + " someone'd've something'd've there'd've they'd've we'd've who'd've wouldn't've y'all'll"
          + " you'd've";

  private static final Map<String, String> TABLE = table();

  private Contractions() {}

  /** The word with its apostrophe; itself if it lacks none. */
  static String withApostrophe(String word) {
    return TABLE.getOrDefault(word, word);
  }

  private static Map<String, String> table() {
    Map<String, String> table = new HashMap<>();
    for (String word : ONE_CLITIC.split(" ", -1)) {
      table.put(word.replace("'", ""), word);
    }
    for (String word : TWO_CLITICS.split(" ", -1)) { // one of the two apostrophes is lost
      table.put(without(word, word.indexOf('\'')), word);
      table.put(without(word, word.lastIndexOf('\'')), word);
    }
    String at = "'ow's'at";
    table.put("ow's'at", at);
    table.put("'ows'at", at);
    table.put("'ow'sat", at);
    String all = "y'all'd've";
    table.put("yall'd've", all);
    table.put("y'alld've", all);
    table.put("y'all'dve", all);
    table.put("somebody'd", "somebodyd"); // as it stands there
    return table;
  }

  private static String without(String word, int index) {
    return word.substring(0, index) + word.substring(index + 1);
  }
}
