package io.sluice.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells the others of itself; unknown fields are skipped. Immutable.
 *
 * @param diskShort whether its free disk is below its reserve
 * @param gridAnswers whether it can settle rate limits with the grid
 * @param tcp where clients reach it, as the other addresses empty while it takes none
 */
record NodeReport(
        String node,
        String tcp,
        String http,
        String ws,
        boolean diskShort,
        boolean gridAnswers,
        List<Replica> replicas) {
    NodeReport {
        replicas = List.copyOf(replicas);
    }

    /**
     * One log that the node holds.
     *
     * @param member as whom this replica takes part: a node may hold another one than the one that has a vote
     * @param voters members with a vote in it, as its leader knows them; empty where the node does not lead
     * @param learners those that follow it without a vote, likewise
     */
    record Replica(
            String name,
            String member,
            String leader,
            boolean leads,
            long appliedIndex,
            long lastIndex,
            long diskBytes,
            List<String> voters,
            List<String> learners) {
        Replica {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }

        /** What the leader that reports this says of a replica: {@code voter}, {@code learner}, or nothing. */
        String role(Replica other) {
            return voters.contains(other.member) ? "voter" : learners.contains(other.member) ? "learner" : "";
        }

        private JsonObject toJson() {
            return new JsonObject()
                    .put("name", name)
                    .put("member", member)
                    .put("leader", leader)
                    .put("leads", leads)
                    .put("applied", appliedIndex)
                    .put("last", lastIndex)
                    .put("disk", diskBytes)
                    .put("voters", new JsonArray(voters))
                    .put("learners", new JsonArray(learners));
        }

        private static Replica of(JsonObject json) {
            return new Replica(
                    json.getString("name"),
                    json.getString("member", ""),
                    json.getString("leader", ""),
                    json.getBoolean("leads", false),
                    json.getLong("applied", 0L),
                    json.getLong("last", 0L),
                    json.getLong("disk", 0L),
                    nodes(json, "voters"),
                    nodes(json, "learners"));
        }

        private static List<String> nodes(JsonObject json, String field) {
            return json.getJsonArray(field, new JsonArray()).stream()
                    .map(String.class::cast)
                    .toList();
        }
    }

    @Nullable
    Replica replica(String name) {
        return replicas.stream()
                .filter(replica -> replica.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    JsonObject toJson() {
        JsonArray array = new JsonArray();
        replicas.forEach(replica -> array.add(replica.toJson()));
        return new JsonObject()
                .put("node", node)
                .put("tcp", tcp)
                .put("http", http)
                .put("ws", ws)
                .put("diskShort", diskShort)
                .put("gridAnswers", gridAnswers)
                .put("replicas", array);
    }

    static NodeReport of(JsonObject json) {
        JsonArray array = json.getJsonArray("replicas", new JsonArray());
        return new NodeReport(
                json.getString("node", ""),
                json.getString("tcp", ""),
                json.getString("http", ""),
                json.getString("ws", ""),
                json.getBoolean("diskShort", false),
                json.getBoolean("gridAnswers", true),
                array.stream().map(JsonObject.class::cast).map(Replica::of).toList());
    }
}
