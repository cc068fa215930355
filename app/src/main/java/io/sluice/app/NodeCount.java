package io.sluice.app;

/** How many nodes there are, as is known beside the grid. Safe for any thread, and quick. */
@FunctionalInterface
interface NodeCount {
    /** Nodes that belong to the cluster. */
    int all();

    /** Of these, how many were heard of lately, this one included. */
    default int heard() {
        return 1;
    }

    /** Of these, how many others say that the grid does not answer them. */
    default int unanswered() {
        return 0;
    }

    /** Lets the others know whether the grid answers this node. */
    default void tell(boolean answered) {}
}
