/** The binary protocol: frames, their encoder and their incremental decoder. */
@NullMarked
package io.sluice.protocol.frame;

import org.jspecify.annotations.NullMarked;
