package io.sluice.client;

import io.sluice.protocol.MessageFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Messages that arrived together, with one way to ack them all. Safe for any thread. */
public final class DeliveryBatch implements Iterable<Delivery> {
    private final Consumer consumer;
    private final DeliveredRun run;

    DeliveryBatch(Consumer consumer, DeliveredRun run) {
        this.consumer = consumer;
        this.run = run;
    }

    /** Messages in it, at least 1. */
    public int count() {
        return run.count();
    }

    /** All of them are done. */
    public void ackAll() {
        consumer.ack(run.generation(), run.firstTag(), run.firstTag() + run.count() - 1);
    }

    @Override
    public Iterator<Delivery> iterator() {
        return new Deliveries();
    }

    private final class Deliveries implements Iterator<Delivery> {
        private int index;
        private int position;

        @Override
        public boolean hasNext() {
            return index < run.count();
        }

        @Override
        public Delivery next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more than " + run.count() + " messages");
            }
            Delivery delivery = new Delivery(consumer, run, position, run.firstTag() + index);
            position += MessageFormat.sizeBytes(run.messages(), position);
            index++;
            return delivery;
        }
    }
}
