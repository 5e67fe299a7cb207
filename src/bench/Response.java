import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The answer to a request, its body still to be read. */
record Response(int status, Body body) {

    boolean failed() {
        return status >= 400;
    }

    /** Reads the body to its end. */
    String text() throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
}
