package io.sluice.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** What the machine's loopback can do at most: chunks sent to an echo in another thread and read back. */
final class RawLoopback {
    private RawLoopback() {}

    /** Streams {@code totalBytes} through an echo, one thread writing, one echoing, one reading. Bytes per second, one way. */
    static double echoBytesPerSecond(long totalBytes, int chunkBytes) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> echo =
                    CompletableFuture.runAsync(() -> echo(server, chunkBytes), RawLoopback::onThread);
            try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                long startNs = System.nanoTime();
                CompletableFuture<Void> writer =
                        CompletableFuture.runAsync(() -> write(socket, totalBytes, chunkBytes), RawLoopback::onThread);
                read(socket.getInputStream(), totalBytes, chunkBytes);
                writer.join();
                double seconds = (System.nanoTime() - startNs) / 1e9;
                socket.shutdownOutput();
                echo.join();
                return totalBytes / seconds;
            }
        }
    }

    /** Not in the common pool: on two cores it has one thread, and these tasks wait for each other. */
    private static void onThread(Runnable task) {
        Thread thread = new Thread(task, "raw-loopback");
        thread.setDaemon(true);
        thread.start();
    }

    private static void write(Socket socket, long totalBytes, int chunkBytes) {
        byte[] chunk = new byte[chunkBytes];
        try {
            for (long sent = 0; sent < totalBytes; sent += chunkBytes) {
                socket.getOutputStream().write(chunk, 0, (int) Math.min(chunkBytes, totalBytes - sent));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(InputStream in, long totalBytes, int chunkBytes) throws IOException {
        byte[] chunk = new byte[chunkBytes];
        for (long got = 0; got < totalBytes; ) {
            int count = in.read(chunk);
            if (count < 0) {
                throw new EOFException("the echo ended early");
            }
            got += count;
        }
    }

    private static void echo(ServerSocket server, int chunkBytes) {
        byte[] chunk = new byte[chunkBytes];
        try (Socket socket = server.accept()) {
            for (int count = socket.getInputStream().read(chunk);
                    count >= 0;
                    count = socket.getInputStream().read(chunk)) {
                socket.getOutputStream().write(chunk, 0, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
