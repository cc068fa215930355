package io.sluice.benchmark.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every event of a run, in a file, so that memory stays small and the story of any message can be told at the end.
 *
 * <p><em>Confined to:</em> the lock of its {@link Judge}.
 */
final class Journal implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final DataOutputStream out;
    private final List<String> actors = new ArrayList<>();

    /** What can happen to a message. */
    enum Event {
        PUBLISHED,
        CONFIRMED,
        REFUSED,
        UNKNOWN,
        DELIVERED,
        ACKED,
        NACKED,
        DISCARDED
    }

    /** One message. */
    record Place(int lane, int number) {}

    Journal(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
    }

    /** The number of one who does something to messages. */
    int actor(String name) {
        actors.add(name);
        return actors.size() - 1;
    }

    /** @param detail delivery count, or the number of an error code */
    void write(long timeUs, Event event, int actor, Place place, int detail) {
        try {
            out.writeLong(timeUs);
            out.writeByte(event.ordinal());
            out.writeByte(Math.min(detail, 255));
            out.writeShort(actor);
            out.writeInt(place.lane());
            out.writeInt(place.number());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** What happened to these messages, in the order in which it was seen; for each the time of its publishing is first. */
    Map<Place, List<String>> stories(Set<Place> places) {
        Map<Place, List<String>> stories = new HashMap<>();
        read((place, line, timeUs) -> {
            if (places.contains(place)) {
                stories.computeIfAbsent(place, none -> new ArrayList<>()).add(line);
            }
        });
        return stories;
    }

    /** When these messages were published, in microseconds of the run. */
    Map<Place, Long> publishTimesUs(Set<Place> places) {
        Map<Place, Long> times = new HashMap<>();
        read((place, line, timeUs) -> {
            if (places.contains(place)) {
                times.putIfAbsent(place, timeUs);
            }
        });
        return times;
    }

    private interface Reader {
        void on(Place place, String line, long timeUs);
    }

    private void read(Reader reader) {
        Map<Integer, Event> events = new TreeMap<>();
        for (Event event : Event.values()) {
            events.put(event.ordinal(), event);
        }
        try {
            out.flush();
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
                while (true) {
                    readOne(in, events, reader);
                }
            }
        } catch (EOFException end) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void readOne(DataInputStream in, Map<Integer, Event> events, Reader reader) throws IOException {
        long timeUs = in.readLong();
        Event event = events.get((int) in.readByte());
        int detail = in.readUnsignedByte();
        String actor = actors.get(in.readUnsignedShort());
        Place place = new Place(in.readInt(), in.readInt());
        String line = "%10.3f s %s by %s%s"
                .formatted(timeUs / 1e6, event, actor, event == Event.DELIVERED ? ", delivery count " + detail : "");
        reader.on(place, line, timeUs);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
