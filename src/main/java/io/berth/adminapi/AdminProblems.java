package io.berth.adminapi;

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
import io.berth.image.RegistryFailedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Failures as problem details (RFC 9457). */
@RestControllerAdvice(basePackageClasses = AdminProblems.class)
class AdminProblems {

    private static final Logger LOG = LoggerFactory.getLogger(AdminProblems.class);

    /** Null for an answer that has begun: it cannot become a problem and is cut off, so that nobody takes it for whole. */
    @ExceptionHandler(EngineException.class)
    @Nullable ProblemDetail known(EngineException failure, HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            LOG.warn("{} {} was cut off: {}", request.getMethod(), request.getRequestURI(), failure.getMessage());
            BrokenAnswer.cut(request);
            return null;
        }
        forget(response);
        var status = switch (failure) {
            case InvalidArgumentException _ -> HttpStatus.BAD_REQUEST;
            case UnauthorizedException _ -> HttpStatus.UNAUTHORIZED;
            case ForbiddenException _ -> HttpStatus.FORBIDDEN;
            case NotFoundException _ -> HttpStatus.NOT_FOUND;
            case ConflictException _ -> HttpStatus.CONFLICT;
            case PayloadTooLargeException _ -> HttpStatus.CONTENT_TOO_LARGE;
            case NotImplementedException _ -> HttpStatus.NOT_IMPLEMENTED;
            case UnavailableException _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case DiskFullException _ -> HttpStatus.INSUFFICIENT_STORAGE;
            case InternalException _ -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
        if (status.is5xxServerError()) {
            LOG.error("request failed", failure);
        }
        var problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(failure.getMessage()));
        if (failure instanceof InvalidArgumentException refused && !refused.field().isEmpty()) {
            problem.setProperty("field", field(refused.field()));
        }
        return problem;
    }

    /** Settings of containers begin with a capital, as in the Docker Engine API: here those of its {@code Config} stand in a part of their own. */
    private static String field(String path) {
        char first = path.charAt(0);
        return !Character.isUpperCase(first) ? path : path.startsWith("HostConfig") || path.startsWith("NetworkingConfig")
                ? Character.toLowerCase(first) + path.substring(1) : "config." + path;
    }

    /** What was written of an answer and has not gone out. */
    private static void forget(HttpServletResponse response) {
        response.resetBuffer();
        response.setContentType(null);
        response.setContentLengthLong(-1);
    }

    /** A file that became shorter while it was sent, or a client that went away. */
    @ExceptionHandler(IOException.class)
    @Nullable ProblemDetail broken(IOException failure, HttpServletRequest request, HttpServletResponse response) {
        return known(new InternalException("the transfer broke off: " + failure.getMessage(), failure), request, response);
    }

    @ExceptionHandler(RegistryFailedException.class)
    ProblemDetail registry(RegistryFailedException failure) {
        LOG.info("{}", failure.getMessage());
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    ProblemDetail unreadable(HttpMessageNotReadableException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "the body is not what this address takes: "
                + failure.getMostSpecificCause().getMessage());
    }
}
