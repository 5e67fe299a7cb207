package io.berth.adminapi;

import io.berth.error.InvalidArgumentException;
import io.berth.operation.Operation;
import io.berth.operation.OperationKind;
import io.berth.operation.OperationState;
import io.berth.operation.Operations;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Long work: list, look at, cancel. */
@RestController
@RequestMapping("/api/v1/operations")
class OperationResource {

    private final Operations operations;

    OperationResource(Operations operations) {
        this.operations = operations;
    }

    @GetMapping
    ContainerResource.Items<Operation> list(@RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String kind) {
        var wantedState = state == null ? null : constant(OperationState.class, state);
        var wantedKind = kind == null ? null : constant(OperationKind.class, kind);
        return new ContainerResource.Items<>(operations.list().stream()
                .filter(one -> wantedState == null || one.state() == wantedState)
                .filter(one -> wantedKind == null || one.kind() == wantedKind).toList());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        var all = type.getEnumConstants();
        return Arrays.stream(all).filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name)).findFirst().orElseThrow(
                () -> new InvalidArgumentException("\"" + name + "\" is none of " + Arrays.stream(all).map(one -> one.name().toLowerCase(Locale.ROOT)).toList()));
    }

    @GetMapping("/{id}")
    Operation get(@PathVariable String id) {
        return operations.require(id);
    }

    /** It ends a moment later. */
    @PostMapping("/{id}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Operation cancel(@PathVariable String id) {
        return operations.cancel(id);
    }
}
