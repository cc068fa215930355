/** A private certificate authority in a folder, for {@code ./sluice ca}. */
@NullMarked
package io.sluice.cli.ca;

import org.jspecify.annotations.NullMarked;
