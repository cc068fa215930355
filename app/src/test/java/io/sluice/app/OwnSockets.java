package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What this process listens on, as Linux says: {@code tcp ADDRESS:PORT} or {@code udp …}, the address in the kernel's hexadecimal. */
final class OwnSockets {
    private static final Path TABLES = Path.of("/proc/self/net");
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private OwnSockets() {}

    static boolean areKnown() {
        return Files.isReadable(TABLES.resolve("tcp"));
    }

    static Set<String> listening() throws IOException {
        Set<String> inodes = inodes();
        Set<String> found = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path file = TABLES.resolve(table);
            if (Files.isReadable(file)) {
                read(table, file, inodes, found);
            }
        }
        return found;
    }

    private static void read(String table, Path file, Set<String> inodes, Set<String> found) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length > INODE
                    && inodes.contains(columns[INODE])
                    && (table.startsWith("udp") || columns[STATE].equals(LISTENING))) {
                found.add(table + " " + columns[LOCAL]);
            }
        }
    }

    private static Set<String> inodes() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : open.toList()) {
                if (!Files.isSymbolicLink(link)) {
                    continue;
                }
                try {
                    String target = Files.readSymbolicLink(link).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                } catch (java.nio.file.NoSuchFileException closed) {
                    // Closed since it was listed.
                    continue;
                }
            }
        }
        return inodes;
    }
}
