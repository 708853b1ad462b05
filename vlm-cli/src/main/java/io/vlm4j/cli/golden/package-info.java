/**
 * Comparison with reference implementations: folders with {@code golden/cases.json} and the tensors
 * that a reference computed for each case.
 */
package io.vlm4j.cli.golden;
