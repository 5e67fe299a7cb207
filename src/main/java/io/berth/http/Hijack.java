package io.berth.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Turns a request's connection into a stream. Source: Docker Engine API 1.51, ContainerAttach, "Hijacking". Bytes that came together with
 * the request are read first.
 */
public final class Hijack {

    /** Works with the connection, which is closed when it returns; has a virtual thread of its own. */
    @FunctionalInterface
    public interface Session {
        void run(HijackedConnection connection) throws IOException, InterruptedException;
    }

    private Hijack() {}

    /** Answers 101 when the client asks for an upgrade, else 200, and then hands the connection over. */
    public static void accept(HttpServletRequest request, HttpServletResponse response, String contentType, Session session) {
        boolean upgrade = request.getHeader("Upgrade") != null;
        if (upgrade) {
            response.setHeader("Connection", "Upgrade");
            response.setHeader("Upgrade", "tcp");
        }
        handOver(request, response, contentType, session, upgrade);
    }

    /** Answers 200 without a length and hands the connection over: for streams that only tell. */
    public static void stream(HttpServletRequest request, HttpServletResponse response, String contentType, Session session) {
        handOver(request, response, contentType, session, false);
    }

    private static void handOver(HttpServletRequest request, HttpServletResponse response, String contentType, Session session,
            boolean upgrade) {
        try {
            if (!upgrade) {
                // Without it the server would send chunks, which end with it and not with us.
                response.setHeader("Connection", "close");
            }
            // Set there too: Tomcat drops the type of an answer that has no body.
            response.setContentType(contentType);
            response.setHeader("Content-Type", contentType);
            request.upgrade(HijackUpgrade.class).begin("hijack-" + request.getRequestURI(), session);
            if (!upgrade) {
                response.setStatus(HttpServletResponse.SC_OK);
            }
            response.flushBuffer();
        } catch (IOException failure) {
            throw new UncheckedIOException("hand the connection over", failure);
        } catch (ServletException impossible) {
            throw new IllegalStateException("the server refused to hand the connection over", impossible);
        }
    }
}
