/** Vocabulary and wire: values, frames, codecs and error codes. */
@NullMarked
package io.sluice.protocol;

import org.jspecify.annotations.NullMarked;
