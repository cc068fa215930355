/** JMH benchmarks and the load generator. */
@NullMarked
package io.sluice.benchmark;

import org.jspecify.annotations.NullMarked;
