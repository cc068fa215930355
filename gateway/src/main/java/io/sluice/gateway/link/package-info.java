/** What the protocols of this module share towards their sockets. */
@NullMarked
package io.sluice.gateway.link;

import org.jspecify.annotations.NullMarked;
