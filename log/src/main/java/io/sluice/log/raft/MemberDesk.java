package io.sluice.log.raft;

import com.google.protobuf.ByteString;
import io.sluice.log.api.LogConfiguration;
import io.sluice.log.raft.MemberMessage.Answer;
import io.sluice.log.raft.MemberMessage.Question;
import io.sluice.log.raft.MemberMessage.Verdict;
import io.sluice.log.raft.ReplicaFile.Stage;
import io.sluice.log.rpc.PeerCalls;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Answers what peers ask about the members of this node's logs, those too that are not open yet, and asks them. Safe for any thread. */
final class MemberDesk {
    private static final long ASK_TIMEOUT_MS = 2_000;
    private static final LogConfiguration UNKNOWN = new LogConfiguration(List.of(), List.of());

    private final Function<String, ReplicaFile> files;
    private final Map<String, Admission> open = new ConcurrentHashMap<>();

    /** @param files the replica file of a log by its name */
    MemberDesk(Function<String, ReplicaFile> files) {
        this.files = files;
    }

    void opened(String log, Admission admission) {
        open.put(log, admission);
    }

    void closed(String log) {
        open.remove(log);
    }

    /** @param asker the node that asks */
    ByteString answer(String asker, ByteString bytes) {
        Question question = Question.decode(asker, bytes);
        Admission admission = open.get(question.log());
        Stage stage = files.apply(question.log()).stage();
        return (admission == null
                        ? new Answer(stage, Verdict.NOT_LEADER, "", UNKNOWN)
                        : admission.answer(stage, question))
                .encode();
    }

    static CompletableFuture<Answer> ask(PeerCalls calls, String node, Question question) {
        return calls.ask(node, question.encode(), ASK_TIMEOUT_MS).thenApply(Answer::decode);
    }
}
