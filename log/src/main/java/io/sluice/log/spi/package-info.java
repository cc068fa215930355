/** What the log needs from the outside and lets others replace: the file system. */
@NullMarked
package io.sluice.log.spi;

import org.jspecify.annotations.NullMarked;
