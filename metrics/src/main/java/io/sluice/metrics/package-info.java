/** The meters that other modules count with, their tag names and the binding to Micrometer. */
@NullMarked
package io.sluice.metrics;

import org.jspecify.annotations.NullMarked;
