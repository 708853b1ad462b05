/** Language models that one talks to: over HTTP, or in this JVM. */
package io.vlm4j.chat;
