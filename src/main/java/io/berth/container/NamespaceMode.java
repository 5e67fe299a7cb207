package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.Set;

/** Whose namespace of one kind a container's processes are in: {@code PidMode}, {@code IpcMode} and {@code UTSMode} of the Engine API. */
sealed interface NamespaceMode {

    /** One of its own. */
    record Own() implements NamespaceMode {}

    /** The host's. */
    record Host() implements NamespaceMode {}

    /** @param ref id or name of the container whose it is, as asked */
    record Container(String ref) implements NamespaceMode {}

    static NamespaceMode pid(HostConfig host) {
        return parse("PID", host.pidMode(), Set.of(""));
    }

    static NamespaceMode ipc(HostConfig host) {
        return parse("IPC", host.ipcMode(), Set.of("", "private", "none", "shareable"));
    }

    static NamespaceMode uts(HostConfig host) {
        var mode = parse("UTS", host.utsMode(), Set.of(""));
        if (mode instanceof Container) {
            throw invalid("UTS", host.utsMode());
        }
        return mode;
    }

    /** Refuses modes that are none, and such as do not go together. @param asked the hostname as asked, before there is one by default */
    static void check(ContainerConfig asked, HostConfig host) {
        pid(host);
        ipc(host);
        if (uts(host) instanceof Host && asked.hostname() != null && !asked.hostname().isEmpty()) {
            throw new InvalidArgumentException("conflicting options: hostname and the UTS mode").at("HostConfig.UTSMode");
        }
    }

    private static NamespaceMode parse(String kind, String text, Set<String> own) {
        if (own.contains(text)) {
            return new Own();
        }
        if (text.equals("host")) {
            return new Host();
        }
        if (text.startsWith("container:") && text.length() > "container:".length()) {
            return new Container(text.substring("container:".length()));
        }
        throw invalid(kind, text);
    }

    private static InvalidArgumentException invalid(String kind, String text) {
        return new InvalidArgumentException("invalid " + kind + " mode: " + text).at("HostConfig." + switch (kind) {
            case "PID" -> "PidMode";
            case "IPC" -> "IpcMode";
            default -> "UTSMode";
        });
    }
}
