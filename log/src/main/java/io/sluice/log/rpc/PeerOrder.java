package io.sluice.log.rpc;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what each peer appends to each group in the order in which it came, whatever connections it came over. Safe for any thread.
 *
 * <p>JRaft would keep the answers in that order too, by numbers that it takes away when a connection closes: one that is answered after that, since the disk was slow, holds
 * up the answers of the next connection for minutes. The leader puts answers in order itself.
 */
final class PeerOrder implements AutoCloseable {
    private static final int MAX_COUNT = 4_096;
    private static final int QUEUE = 10_000;
    private static final int IDLE_S = 60;

    private final Map<Pair, ExecutorService> executors = new ConcurrentHashMap<>();

    private record Pair(String group, String from) {}

    /** @param otherwise for groups that are not open here: they refuse it */
    Executor of(AppendEntriesRequest request, Executor otherwise) {
        Pair pair = new Pair(request.getGroupId(), request.getServerId());
        Executor known = executors.get(pair);
        if (known != null) {
            return known;
        }
        PeerId replica = new PeerId();
        boolean open = replica.parse(request.getPeerId())
                && NodeManager.getInstance().get(request.getGroupId(), replica) != null;
        return open && executors.size() < MAX_COUNT ? executors.computeIfAbsent(pair, none -> thread()) : otherwise;
    }

    private static ExecutorService thread() {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread created = new Thread(task, "log-append");
                    created.setDaemon(true);
                    return created;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    @Override
    public void close() {
        executors.values().forEach(ExecutorService::shutdown);
    }
}
