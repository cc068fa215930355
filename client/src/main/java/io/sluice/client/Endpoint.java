package io.sluice.client;

/** Where a node listens. */
record Endpoint(String host, int port) {
    /** @throws IllegalArgumentException where the text is not {@code host:port} */
    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = colon < 1 ? 0 : Integer.parseInt(text.substring(colon + 1));
            if (port > 0 && port < 65_536) {
                return new Endpoint(text.substring(0, colon).replace("[", "").replace("]", ""), port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not host:port", e);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not host:port");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
