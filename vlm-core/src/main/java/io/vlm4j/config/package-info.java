/** Typed access to JSON configuration files, with errors that name the file and the key. */
package io.vlm4j.config;
