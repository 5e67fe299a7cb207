package io.berth.container;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** What a container is doing. Created, then running, then exited, and running again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited")
})
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface ContainerState {

    /**
     * Never ran.
     *
     * @param exitCode 127, 126 or 128 when a start has failed, else 0
     * @param error why the start failed; empty when none did
     */
    record Created(int exitCode, String error) implements ContainerState {}

    /** @param pid of its first process, on the host */
    record Running(int pid, Instant since, boolean paused) implements ContainerState {}

    /**
     * Ran and has ended.
     *
     * @param code exit code; 128 + n for signal n
     * @param error why the last start failed, or what else went wrong; empty when nothing did
     */
    record Exited(int code, boolean oomKilled, String error, Instant startedAt, Instant finishedAt) implements ContainerState {}

    /** The word of the Docker Engine API. */
    default String word() {
        return switch (this) {
            case Created _ -> "created";
            case Running running -> running.paused() ? "paused" : "running";
            case Exited _ -> "exited";
        };
    }

    /** The last exit code; 0 when there is none. */
    default int exitCode() {
        return switch (this) {
            case Created created -> created.exitCode();
            case Running _ -> 0;
            case Exited exited -> exited.code();
        };
    }
}
