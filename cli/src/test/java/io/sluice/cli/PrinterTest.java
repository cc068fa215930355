package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PrinterTest {
    private static String printed(String json) throws Exception {
        StringWriter text = new StringWriter();
        new Printer(new PrintWriter(text), false).print(new ObjectMapper().readTree(json));
        return text.toString();
    }

    @Test
    void aListOfObjectsIsATable() throws Exception {
        assertThat(
                        printed(
                                "{\"nodes\":[{\"id\":\"n1\",\"alive\":true},{\"id\":\"node-2\",\"alive\":false}],\"changing\":[]}"))
                .isEqualTo("""
                        nodes:
                          id      alive
                          n1      true
                          node-2  false
                        changing: -
                        """);
    }

    @Test
    void objectsInACellAreShownByTheirValuesAndLargeOnesByTheFirst() throws Exception {
        assertThat(printed(
                        "{\"shards\":[{\"name\":\"s\",\"replicas\":[{\"node\":\"n1\",\"lag\":0},{\"node\":\"n2\",\"lag\":8}],"
                                + "\"queues\":[{\"name\":\"q\",\"a\":1,\"b\":2,\"c\":3,\"d\":4}]}]}"))
                .isEqualTo("""
                        shards:
                          name  replicas    queues
                          s     n1 0, n2 8  q
                        """);
    }
}
