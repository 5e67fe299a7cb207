package io.berth.adminapi;

import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.error.PayloadTooLargeException;
import io.berth.error.UnauthorizedException;
import io.berth.error.UnavailableException;
import io.berth.image.RegistryFailedException;
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

    @ExceptionHandler(EngineException.class)
    ProblemDetail known(EngineException failure) {
        var status = switch (failure) {
            case InvalidArgumentException _ -> HttpStatus.BAD_REQUEST;
            case UnauthorizedException _ -> HttpStatus.UNAUTHORIZED;
            case ForbiddenException _ -> HttpStatus.FORBIDDEN;
            case NotFoundException _ -> HttpStatus.NOT_FOUND;
            case ConflictException _ -> HttpStatus.CONFLICT;
            case PayloadTooLargeException _ -> HttpStatus.CONTENT_TOO_LARGE;
            case NotImplementedException _ -> HttpStatus.NOT_IMPLEMENTED;
            case UnavailableException _ -> HttpStatus.SERVICE_UNAVAILABLE;
            case InternalException _ -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
        if (status.is5xxServerError()) {
            LOG.error("request failed", failure);
        }
        return ProblemDetail.forStatusAndDetail(status, String.valueOf(failure.getMessage()));
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
