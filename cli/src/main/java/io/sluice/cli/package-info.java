/** The sluice command for people. */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
