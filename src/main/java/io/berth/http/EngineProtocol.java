package io.berth.http;

import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;

/** HTTP on a Unix socket: there the {@code Host} header is whatever a client found to write, the socket's path among it. */
final class EngineProtocol extends Http11NioProtocol {

    @Override
    protected Processor createProcessor() {
        return new AnyHostProcessor(this, getAdapter());
    }

    private static final class AnyHostProcessor extends Http11Processor {

        AnyHostProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        protected void parseHost(MessageBytes ignored) {
            request.serverName().setString("localhost");
            request.setServerPort(80);
        }
    }
}
