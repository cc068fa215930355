package io.sluice.benchmark.chaos;

import io.sluice.client.local.LocalCluster;
import io.sluice.client.local.LocalCluster.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the nodes live: as much of networks and disks of their own as can be made here. */
final class Ground implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(150);
    private static final int DISK_MEGABYTES = 768;
    static final long DISK_RESERVE_BYTES = 64 << 20;

    /** The node with the small disk: the last one. */
    private final int diskNode;

    private final @Nullable Namespaces network;
    private final @Nullable SmallDisk disk;
    private final LocalCluster cluster;
    /** For a node that is added. */
    private final Place spare;

    private final List<Fault> possible = new ArrayList<>();

    private Ground(ChaosOptions options, @Nullable Namespaces network, @Nullable SmallDisk disk) throws IOException {
        this.network = network;
        this.disk = disk;
        this.diskNode = options.nodes() - 1;
        for (Fault fault : options.faults()) {
            if ((!fault.needsNetwork() || network != null) && (!fault.needsDisk() || disk != null)) {
                possible.add(fault);
            }
        }
        // Several JVMs on few cores: the collector that needs least, in place of the one chosen for short pauses.
        LocalCluster.Spec spec = LocalCluster.Spec.of(data(options), options.heap(), options.nodes())
                .withJvmFlags(List.of("-XX:-UseZGC", "-XX:+UseSerialGC"))
                .withFlags(List.of("--log-segment-bytes", "16MB", "--log-tail-cache-bytes", "8MB"))
                .withFlags(
                        List.of("--log-snapshot-log-bytes", "48MB", "--log-reserve-bytes", DISK_RESERVE_BYTES + "B"));
        List<Place> places = network == null ? List.of() : network.places();
        this.spare = network == null ? Place.LOOPBACK : places.get(options.nodes());
        this.cluster =
                LocalCluster.start(network == null ? spec : spec.withPlaces(places.subList(0, options.nodes())), READY);
    }

    /** Starts the nodes; tells what has to be left out, and why. */
    static Ground prepare(ChaosOptions options, Consumer<String> progress) throws IOException {
        Namespaces network = options.loopback() || options.faults().stream().noneMatch(Fault::needsNetwork)
                ? null
                : namespaces(options, progress);
        SmallDisk disk = options.faults().stream().noneMatch(Fault::needsDisk) ? null : disk(options, progress);
        try {
            return new Ground(options, network, disk);
        } catch (IOException | RuntimeException e) {
            close(network, disk);
            throw e;
        }
    }

    private static @Nullable Namespaces namespaces(ChaosOptions options, Consumer<String> progress) {
        try {
            return Namespaces.make(options.nodes() + 1);
        } catch (IOException e) {
            progress.accept("no network cuts: namespaces can't be made here (" + e.getMessage() + ")");
            return null;
        }
    }

    private static @Nullable SmallDisk disk(ChaosOptions options, Consumer<String> progress) {
        try {
            return SmallDisk.mount(data(options).resolve("n" + options.nodes()), DISK_MEGABYTES);
        } catch (IOException e) {
            progress.accept("no full disk: a small one can't be mounted here (" + e.getMessage() + ")");
            return null;
        }
    }

    private static Path data(ChaosOptions options) {
        return options.folder().toAbsolutePath().resolve("data");
    }

    LocalCluster cluster() {
        return cluster;
    }

    /** Faults asked for that can be made here. */
    List<Fault> possible() {
        return List.copyOf(possible);
    }

    Namespaces network() {
        if (network == null) {
            throw new IllegalStateException("no network of its own");
        }
        return network;
    }

    SmallDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("no disk of its own");
        }
        return disk;
    }

    Place spare() {
        return spare;
    }

    int diskNode() {
        return diskNode;
    }

    /** Copies what would go with the small disk, for those who look into a failed run; the nodes are stopped first. */
    void keep() throws IOException {
        cluster.close();
        if (disk != null) {
            disk.copyTo(disk.folder().resolveSibling(disk.folder().getFileName() + "-kept"));
        }
    }

    @Override
    public void close() {
        cluster.close();
        close(network, disk);
    }

    private static void close(@Nullable Namespaces network, @Nullable SmallDisk disk) {
        if (network != null) {
            network.close();
        }
        if (disk != null) {
            disk.close();
        }
    }
}
