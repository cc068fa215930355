package io.sluice.protocol.frame;

/**
 * Why the bytes of a peer are not a frame; the connection can't go on after it.
 *
 * @param message names the frame, the field and what was expected; safe to send to the peer
 * @param offset of the offending byte since the connection began
 */
public record BadFrame(String message, long offset) {}
