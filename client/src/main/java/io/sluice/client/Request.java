package io.sluice.client;

import io.sluice.protocol.frame.Failure;
import io.sluice.protocol.frame.Frame;
import java.util.function.Consumer;

/** What to do with the answer to a request. Dropped, without being told, with its connection. */
record Request(Consumer<Frame> answered, Consumer<Failure> refused) {}
