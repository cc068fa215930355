package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitTest {
    @Test
    void readsSizesInAllTheirSpellings() {
        assertThat(Unit.BYTES.parse("64MB")).hasValue(64L << 20);
        assertThat(Unit.BYTES.parse("64 mib")).hasValue(64L << 20);
        assertThat(Unit.BYTES.parse("1,048,576")).hasValue(1L << 20);
        assertThat(Unit.BYTES.parse("1_024 B")).hasValue(1024);
    }

    @Test
    void refusesWhatIsNoNumberOrTooLarge() {
        assertThat(Unit.BYTES.parse("-1")).isEmpty();
        assertThat(Unit.BYTES.parse("1.5GB")).isEmpty();
        assertThat(Unit.BYTES.parse("99999999999TB")).isEmpty();
        assertThat(Unit.BYTES.parse("99999999999999999999")).isEmpty();
        assertThat(Unit.COUNT.parse("5s")).isEmpty();
        assertThat(Unit.MS.parse("5MB")).isEmpty();
        assertThat(Unit.MS.parse("")).isEmpty();
    }

    @Test
    void writesTheShortestExactForm() {
        assertThat(Unit.BYTES.format(64 << 20)).isEqualTo("64MB");
        assertThat(Unit.BYTES.format(1_500)).isEqualTo("1500");
        assertThat(Unit.MS.format(90_000)).isEqualTo("90s");
        assertThat(Unit.MS.format(0)).isEqualTo("0");
        assertThat(Unit.COUNT.format(12)).isEqualTo("12");
    }
}
