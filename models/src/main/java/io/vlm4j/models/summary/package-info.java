/** What a model folder holds, told from its headers. */
package io.vlm4j.models.summary;
