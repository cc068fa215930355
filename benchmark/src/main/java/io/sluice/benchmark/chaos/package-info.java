/** Faults at random on a real cluster, while a history of what clients saw is written and judged. */
@NullMarked
package io.sluice.benchmark.chaos;

import org.jspecify.annotations.NullMarked;
