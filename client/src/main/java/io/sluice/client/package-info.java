/** The Java client. */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
