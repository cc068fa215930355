package io.sluice.client;

/** What a client is doing about its connection. */
public enum ClientState {
    CONNECTED,
    /** The connection is lost; publishes gather in their windows until another one is open. */
    RECONNECTING,
    /** For good: closed by the application, or the server refused the credentials. */
    CLOSED
}
