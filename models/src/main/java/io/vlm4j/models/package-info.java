/** The composed systems, and the catalogue that opens a folder as the system it holds. */
package io.vlm4j.models;
