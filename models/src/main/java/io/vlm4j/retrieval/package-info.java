/**
 * Finds the images of a collection that are nearest to a text or to another image.
 *
 * <p>An index is a folder: {@code images-G.log} has a line for each change of an image, {@code
 * vectors-G.bin} the embeddings one after the other, {@code graph-G} the optional graph of Lucene.
 * Both files only grow, a line follows its vectors, and every line and every vector has a checksum,
 * so an index may be cut off anywhere and is read while it grows. When much of it is stale, the
 * rest moves to the next generation G.
 *
 * <p>Paper of the graph: <a href="https://arxiv.org/abs/1603.09320">Efficient and robust
 * approximate nearest neighbor search using hierarchical navigable small world graphs</a>.
 */
package io.vlm4j.retrieval;
