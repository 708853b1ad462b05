/** The typed errors of the library. Every message says what was found and what to do next. */
package io.vlm4j.error;
