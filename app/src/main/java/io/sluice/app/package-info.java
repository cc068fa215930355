/** The node: starts Vert.x and Hazelcast and wires the modules together. */
@NullMarked
package io.sluice.app;

import org.jspecify.annotations.NullMarked;
