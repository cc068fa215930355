/** A node as a child process on this machine, for demonstrations, tests and benchmarks. */
@NullMarked
package io.sluice.client.local;

import org.jspecify.annotations.NullMarked;
