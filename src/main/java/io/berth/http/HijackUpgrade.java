package io.berth.http;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a connection over from the server. Public, with a constructor without arguments, since the server makes it. {@link #hasAsyncIO}
 * tells the server that all further input and output is ours: it would spin while input is not read.
 */
public final class HijackUpgrade implements InternalHttpUpgradeHandler {

    private static final Logger LOG = LoggerFactory.getLogger(HijackUpgrade.class);

    private Hijack.Session session = connection -> { };
    private String name = "hijack";
    private SocketWrapperBase<?> socket;

    public HijackUpgrade() {}

    void begin(String threadName, Hijack.Session begun) {
        name = threadName;
        session = begun;
    }

    @Override
    public void init(WebConnection ignored) {
        Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        try (var connection = new HijackedConnection(socket)) {
            session.run(connection);
        } catch (IOException vanished) {
            LOG.debug("{}: the client is gone", name, vanished);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.error("{}: failed", name, failure);
        }
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        return switch (event) {
            case STOP, DISCONNECT, ERROR, TIMEOUT -> SocketState.CLOSED;
            default -> SocketState.ASYNC_IO;
        };
    }

    @Override
    public boolean hasAsyncIO() {
        return true;
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        socket = wrapper;
    }

    @Override
    public void setSslSupport(SSLSupport ignored) {
        // A Unix socket has none.
    }

    @Override
    public void timeoutAsync(long now) {
        // Streams stay silent for hours.
    }

    @Override
    public void pause() {
        // Sessions end when what they show ends, or with the service.
    }

    @Override
    public void destroy() {
        // The session closes its connection itself.
    }
}
