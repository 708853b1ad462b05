/** One-screen programs: each shows one thing that the library is for. */
package io.vlm4j.examples;
