package io.sluice.benchmark.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.client.local.LocalCluster.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Needs root on Linux. */
class NamespacesIT {
    @Test
    void twoRunsAtATimeHaveNothingInCommonAndRemoveOnlyTheirOwn() throws Exception {
        try (Namespaces first = made()) {
            List<Place> places = first.places();
            try (Namespaces second = Namespaces.make(2)) {
                assertThat(second.places())
                        .allMatch(NamespacesIT::exists)
                        .extracting(Place::host)
                        .doesNotContainAnyElementsOf(
                                places.stream().map(Place::host).toList());
                assertThat(second.places()).doesNotContainAnyElementsOf(places);
                second.cut(0, 1);
            }
            assertThat(places).hasSize(2).allMatch(NamespacesIT::exists);
            first.cut(0, 1);
            first.heal();
        }
    }

    private static Namespaces made() {
        try {
            return Namespaces.make(2);
        } catch (IOException e) {
            return abort("namespaces can't be made here: " + e.getMessage());
        }
    }

    private static boolean exists(Place place) {
        List<String> prefix = place.prefix();
        return Files.exists(Path.of("/run/netns", prefix.get(prefix.size() - 1)));
    }
}
