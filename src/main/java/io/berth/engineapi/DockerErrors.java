package io.berth.engineapi;

import io.berth.error.ConflictException;
import io.berth.error.DiskFullException;
import io.berth.error.EngineException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.error.PayloadTooLargeException;
import io.berth.error.UnauthorizedException;
import io.berth.error.UnavailableException;
import io.berth.http.BrokenAnswer;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Failures as Docker's clients know them: a status and {@code {"message": "..."}}. */
@RestControllerAdvice(basePackageClasses = DockerErrors.class)
class DockerErrors {

    private static final Logger LOG = LoggerFactory.getLogger(DockerErrors.class);

    @ExceptionHandler(EngineException.class)
    void known(EngineException failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status = statusOf(failure);
        if (status == 500) {
            LOG.error("request failed", failure);
        }
        answer(request, response, status, failure.getMessage());
    }

    static int statusOf(EngineException failure) {
        return switch (failure) {
            case InvalidArgumentException _ -> 400;
            case UnauthorizedException _ -> 401;
            case ForbiddenException _ -> 403;
            case NotFoundException _ -> 404;
            case ConflictException _ -> 409;
            case PayloadTooLargeException _ -> 413;
            case NotImplementedException _ -> 501;
            case UnavailableException _ -> 503;
            case DiskFullException _, InternalException _ -> 500;
        };
    }

    /** An answer that has begun cannot become an error; it is cut off. */
    private static void answer(HttpServletRequest request, HttpServletResponse response, int status, @Nullable String message)
            throws IOException {
        if (response.isCommitted()) {
            LOG.warn("{} {} was cut off: {}", request.getMethod(), request.getRequestURI(), message);
            BrokenAnswer.cut(request);
            return;
        }
        write(response, status, message);
    }

    @ExceptionHandler(ServletRequestBindingException.class)
    void malformed(ServletRequestBindingException failure, HttpServletResponse response) throws IOException {
        write(response, 400, failure.getMessage());
    }

    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void vanished(AsyncRequestNotUsableException gone) {
        LOG.debug("the client is gone", gone);
    }

    @ExceptionHandler(IOException.class)
    void broken(IOException failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (failure.getClass().getSimpleName().equals("ClientAbortException")) {
            LOG.debug("the client is gone", failure);
            return;
        }
        LOG.error("request failed", failure);
        answer(request, response, 500, String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler(RuntimeException.class)
    void unknown(RuntimeException failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var reference = Long.toHexString(System.nanoTime() & 0xffff_ffffL);
        LOG.error("{} {} failed, reference {}", request.getMethod(), request.getRequestURI(), reference, failure);
        answer(request, response, 500, "internal error; the log of Berth says more under reference " + reference);
    }

    static void write(HttpServletResponse response, int status, @Nullable String message) throws IOException {
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/json");
        byte[] body = DockerJson.line(Wire.of("message", message));
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
