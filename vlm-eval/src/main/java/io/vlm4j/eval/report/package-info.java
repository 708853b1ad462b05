/** Results to read: JSON lines, and pages to look at. */
package io.vlm4j.eval.report;
