package io.berth.runtime;

import io.berth.error.InternalException;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProcessReaper;
import io.berth.ffi.ShimSpawner;
import io.berth.ffi.UnixListener;
import io.berth.instance.Instance;
import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Spawns shims and finds those that an earlier run of the service has left. Safe for use by many threads. */
@Component
public class Runtime implements AutoCloseable {

    private static final int SOCKET_MODE = 0600;
    private static final String SOCKET_NAME = "shim.sock";

    private final Path runRoot;
    private final Path init;
    private final ShimSpawner spawner;
    private final ProcessReaper reaper = new ProcessReaper();

    public Runtime(Instance instance) throws IOException {
        this.runRoot = instance.runRoot();
        var folder = instance.dataRoot().resolve("native");
        Native.load(folder);
        this.spawner = new ShimSpawner(Native.extract("berth-shim", folder));
        this.init = Native.extract("berth-init", folder);
    }

    /** The static program that is process 1 of containers that ask for an init. */
    public Path initProgram() {
        return init;
    }

    /** The socket of a container's shim. */
    public Path socketOf(String containerId) {
        return runRoot.resolve(containerId.substring(0, 12)).resolve(SOCKET_NAME);
    }

    /**
     * Spawns a shim for a plan; nothing of the container runs yet.
     *
     * @throws InternalException it could not be spawned; nothing is left
     */
    public ShimClient spawn(String containerId, LaunchPlan plan) {
        var socket = socketOf(containerId);
        try {
            makeFolder(socket.getParent());
            Files.deleteIfExists(socket);
            try (var listener = UnixListener.listen(socket, SOCKET_MODE)) {
                var whole = plan.startingWith(List.of(new LaunchOp.Id(containerId), new LaunchOp.Listen(listener)));
                reaper.ended(spawner.spawn(whole.encode(), new ArrayList<>(whole.descriptors())));
            }
            return ShimClient.connect(socket);
        } catch (IOException | NativeException failure) {
            forget(containerId);
            throw new InternalException("cannot start a shim for container " + containerId.substring(0, 12) + ": " + failure.getMessage(), failure);
        }
    }

    /** The shim of a container that an earlier run of the service has started; empty when it is gone. */
    public Optional<ShimClient> adopt(String containerId) {
        var socket = socketOf(containerId);
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ShimClient.connect(socket));
        } catch (IOException refused) {
            // Nobody listens: the shim has ended and left its socket file.
            return Optional.empty();
        }
    }

    /** Whether a shim has left its socket: the run root does not outlive the host's end, so it was there since. */
    public boolean hasLeft(String containerId) {
        return Files.exists(socketOf(containerId));
    }

    /** Removes what is left of a shim that has ended: its socket and folder. */
    public void forget(String containerId) {
        var socket = socketOf(containerId);
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException failure) {
            throw new InternalException("cannot remove " + socket + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        spawner.close();
        reaper.close();
    }

    private static void makeFolder(Path folder) throws IOException {
        PrivateFolder.createAll(folder);
    }
}
