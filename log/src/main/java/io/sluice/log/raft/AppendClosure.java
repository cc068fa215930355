package io.sluice.log.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import io.sluice.log.api.LogUnavailableException;
import io.sluice.log.api.NotLeaderException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Completes an append's future with the entry's index once it is applied, or with why it was not. */
final class AppendClosure implements Closure {
    /** JRaft's words when it refuses before logging; with the same code it also fails entries that are logged and may still commit. */
    private static final String REFUSED = "Is not leader.";

    private final Supplier<String> leader;
    private final CompletableFuture<Long> future = new CompletableFuture<>();

    AppendClosure(Supplier<String> leader) {
        this.leader = leader;
    }

    CompletableFuture<Long> future() {
        return future;
    }

    void applied(long index) {
        future.complete(index);
    }

    @Override
    public void run(Status status) {
        if (status.getRaftError() == RaftError.EPERM && REFUSED.equals(status.getErrorMsg())) {
            future.completeExceptionally(new NotLeaderException(leader.get()));
        } else {
            future.completeExceptionally(new LogUnavailableException(String.valueOf(status.getErrorMsg())));
        }
    }
}
