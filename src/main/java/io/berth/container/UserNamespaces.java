package io.berth.container;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import io.berth.instance.IdMap;
import io.berth.instance.SubordinateIds;
import io.berth.network.NetworkMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which containers have user namespaces of their own, and which ids of the host theirs are. Safe for use by many threads. */
@Component
class UserNamespaces {

    private static final String NAMESPACE = "ns/user";

    private final @Nullable IdMap ids;
    private final String own;

    UserNamespaces(SubordinateIds ids) {
        this.ids = ids.map().orElse(null);
        try {
            this.own = Files.readSymbolicLink(Path.of("/proc/self", NAMESPACE)).toString();
        } catch (IOException failure) {
            throw new InternalException("find our own user namespace: " + failure, failure);
        }
    }

    /** The ids of a container that starts in a user namespace which is made for it; null when it is in the host's. */
    @Nullable IdMap idsFor(HostConfig host) {
        return host.usernsMode().equals("host") ? null : ids;
    }

    /** Refuses what only root of the host may have. The words are dockerd's. */
    void check(HostConfig host) {
        if (idsFor(host) == null) {
            return;
        }
        if (host.privileged()) {
            throw new InvalidArgumentException("privileged mode is incompatible with user namespaces.  "
                    + "You must run the container in the host namespace when running privileged mode");
        }
        var network = NetworkMode.parse(host.networkMode());
        if (network instanceof NetworkMode.Host || network.equals(new NetworkMode.Connected("host"))) {
            throw new InvalidArgumentException("cannot share the host's network namespace when user namespaces are enabled");
        }
        if (NamespaceMode.pid(host) instanceof NamespaceMode.Host) {
            throw new InvalidArgumentException("cannot share the host PID namespace when user namespaces are enabled");
        }
    }

    /**
     * The ids of a process, whatever is set today; null when it is in the host's namespace.
     *
     * @throws NativeException there is no such process
     */
    @Nullable IdMap of(int pid) {
        try (var process = RootDir.open(Path.of("/proc", Integer.toString(pid)))) {
            return of(process);
        }
    }

    /** As {@link #of(int)}. @param process its folder in {@code /proc} */
    @Nullable IdMap of(RootDir process) {
        return nameOf(process).equals(own) ? null : IdMap.parse(text(process, "uid_map"), text(process, "gid_map"));
    }

    /** What tells one user namespace from another while a process is in it. */
    static String nameOf(RootDir process) {
        return process.readlink(NAMESPACE);
    }

    private static String text(RootDir process, String file) {
        try (NativeFile map = process.openRegular(file); InputStream in = map.in()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (NativeException refused) {
            // So the kernel refuses the maps of a process that has ended.
            throw refused.errno() == Errno.EINVAL ? new NativeException(Errno.ESRCH, String.valueOf(refused.getMessage())) : refused;
        } catch (IOException failure) {
            throw new InternalException("read " + file + " of a process: " + failure, failure);
        }
    }
}
