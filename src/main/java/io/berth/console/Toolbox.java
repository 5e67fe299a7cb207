package io.berth.console;

import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The folder of tools that a console may bring into a container: a copy of the machine's static busybox, and a link for each program in it.
 * It is made when it is first asked for, again when the busybox is another one, and only read by containers. Safe for use by many threads.
 */
@Component
public class Toolbox {

    private static final long LARGEST = 32 << 20;
    private static final String READABLE = "rwxr-xr-x";

    private final Path program;
    private final Path folder;
    private @Nullable Made made;

    /** What the tools were made of. */
    private record Made(FileTime modified, long size) {}

    Toolbox(ToolboxProperties properties, Instance instance) {
        this.program = properties.path();
        this.folder = instance.dataRoot().resolve("toolbox");
    }

    /** Why there are no tools, and how that is mended; empty when there are. */
    public Optional<String> missing() {
        try {
            folder();
            return Optional.empty();
        } catch (EngineException none) {
            return Optional.of(String.valueOf(none.getMessage()));
        }
    }

    /** The folder; its programs are in {@code bin}. @throws ConflictException there is no static busybox */
    synchronized Path folder() {
        try {
            var now = require();
            var found = new Made(Files.getLastModifiedTime(now), Files.size(now));
            if (!found.equals(made)) {
                make(Files.readAllBytes(now));
                made = found;
            }
            return folder;
        } catch (IOException failure) {
            throw new InternalException("make the toolbox in " + folder + ": " + failure.getMessage(), failure);
        }
    }

    private Path require() throws IOException {
        if (program.toString().isEmpty()) {
            throw new ConflictException("there is no toolbox: berth.toolbox.path is empty");
        }
        if (!Files.isRegularFile(program) || Files.size(program) > LARGEST) {
            throw new ConflictException("there is no toolbox: " + program + " is no program of this machine. Install a static busybox "
                    + "(apt-get install busybox-static), or name one with berth.toolbox.path");
        }
        return program;
    }

    private List<String> applets(byte[] busybox) {
        var applets = StaticProgram.is(busybox) ? Applets.in(busybox) : List.<String>of();
        if (applets.isEmpty()) {
            throw new ConflictException("there is no toolbox: " + program + " is no static busybox with a shell. Install one "
                    + "(apt-get install busybox-static), or name another one with berth.toolbox.path");
        }
        return applets;
    }

    /** What runs from the folder of before goes on: its mount keeps it. */
    private void make(byte[] busybox) throws IOException {
        var applets = applets(busybox);
        var next = folder.resolveSibling("toolbox.new");
        remove(next);
        var programs = Files.createDirectories(next.resolve("bin"));
        Files.write(programs.resolve("busybox"), busybox);
        for (var applet : applets) {
            if (!applet.equals("busybox")) {
                Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
            }
        }
        for (var path : List.of(next, programs, programs.resolve("busybox"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(READABLE));
        }
        remove(folder);
        Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
