package io.sluice.log.raft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.util.SignalHelper;
import java.util.List;

/** Takes from JRaft the signal at which it would write files of its own into whatever the working directory is. */
final class RaftSignals {
    private static final String SIGNAL = "USR2";

    private RaftSignals() {}

    /** JRaft knows no setting for it, and takes the signal when its node's class is loaded: so load that, then put nothing in its place. */
    static void silence() {
        NodeImpl.GLOBAL_NUM_NODES.get();
        if (SignalHelper.supportSignal()) {
            SignalHelper.addSignal(SIGNAL, List.of());
        }
    }
}
