/** Typed settings as records, their loader and their validation. */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
