package io.berth.http;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.connector.Response;
import org.apache.coyote.ActionCode;

/**
 * Answers that the server would end in its own way. Those that have begun and cannot be finished are cut off: a client must not take half of
 * an archive for the whole.
 */
public final class BrokenAnswer {

    private static final String ATTRIBUTE = BrokenAnswer.class.getName();

    private BrokenAnswer() {}

    /** Makes it possible for the answer to this request. */
    static void prepare(HttpServletRequest request, Response response) {
        request.setAttribute(ATTRIBUTE, response);
    }

    /** Ends the connection of an Engine API request without the end of the answer. */
    public static void cut(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Response response) {
            response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, null);
        }
    }

    /** The server answers a request whose body does not come with a bare status, at its end: lets words be given to it in that place. */
    public static void giveWords(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Response response && !response.getCoyoteResponse().isCommitted()) {
            response.setErrorReported();
            response.setSuspended(false);
        }
    }
}
