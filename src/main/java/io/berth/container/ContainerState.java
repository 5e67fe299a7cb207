package io.berth.container;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** What a container is doing. Created, then running, then exited or restarting, and running again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Restarting.class, name = "restarting"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited"),
    @JsonSubTypes.Type(value = ContainerState.Dead.class, name = "dead")
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

    /** Ran, has ended and will be started again by its shim. @param code as that of {@link Exited} */
    record Restarting(int code, boolean oomKilled, Instant startedAt, Instant finishedAt) implements ContainerState {}

    /** Cannot be used, only removed. @param error why */
    record Dead(String error) implements ContainerState {}

    /**
     * Ran and has ended.
     *
     * @param code exit code; 128 + n for signal n
     * @param error why the last start failed, or what else went wrong; empty when nothing did
     */
    record Exited(int code, boolean oomKilled, String error, Instant startedAt, Instant finishedAt) implements ContainerState {

        /** Nobody saw how it ended: the host went down with it. */
        boolean isUnknown() {
            return code == UNKNOWN_CODE && !error.isEmpty();
        }
    }

    /** Exit code of a container of which nobody saw the end. */
    int UNKNOWN_CODE = 255;

    /** The word of the Docker Engine API. */
    default String word() {
        return switch (this) {
            case Created _ -> "created";
            case Running running -> running.paused() ? "paused" : "running";
            case Restarting _ -> "restarting";
            case Exited _ -> "exited";
            case Dead _ -> "dead";
        };
    }

    /** The last exit code; 0 when there is none. */
    default int exitCode() {
        return switch (this) {
            case Created created -> created.exitCode();
            case Running _, Dead _ -> 0;
            case Restarting restarting -> restarting.code();
            case Exited exited -> exited.code();
        };
    }
}
