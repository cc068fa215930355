/** {@code ./sluice demo}: the main job, shown on real sockets and files. */
@NullMarked
package io.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
