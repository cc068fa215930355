package io.sluice.log.api;

/**
 * One replica of a log, as consensus knows it.
 *
 * @param node id of the node that holds it
 * @param incarnation 1 for a replica that was there when the log was formed; one that lost what it had comes back under a higher number
 */
public record LogMember(String node, int incarnation) {
    @Override
    public String toString() {
        return incarnation == 1 ? node : node + "#" + incarnation;
    }
}
