package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class PullErrorsTests {

    @Test
    void connectionsThatAreNotMadeAreToldInDockersWords() {
        assertThat(PullErrors.reason(new ConnectException("Connect to http://127.0.0.1:5999 failed: Connection refused")))
                .isEqualTo("dial tcp 127.0.0.1:5999: connect: connection refused");
        assertThat(PullErrors.reason(new ConnectException("Connect to https://host:5000 [host/10.0.0.1] failed: No route to host")))
                .isEqualTo("dial tcp host:5000: connect: no route to host");
        assertThat(PullErrors.reason(new SocketTimeoutException("Connect to https://host failed: Connect timed out")))
                .isEqualTo("dial tcp host: connect: connect timed out");
    }

    @Test
    void silenceIsNamedWithItsBound() {
        assertThat(PullErrors.reason(new SocketTimeoutException("Read timed out"))).startsWith("i/o timeout").contains("berth.registry.silence");
        assertThat(PullErrors.reason(new IOException("broken"))).isEqualTo("broken");
        assertThat(PullErrors.reason(new IOException())).isEqualTo("IOException");
    }
}
