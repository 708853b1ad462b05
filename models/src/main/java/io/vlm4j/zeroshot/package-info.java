/** Classes that a model was not trained on: named by texts, when it is used. */
package io.vlm4j.zeroshot;
