package io.berth.insight;

import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProcessNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What {@code /proc} tells of one process. Everything may be gone from one moment to the next, and reads as nothing then. Source: proc(5). */
record ProcessFolder(int pid) {

    /** This process: its namespaces are the host's. */
    static ProcessFolder own() {
        return new ProcessFolder((int) ProcessHandle.current().pid());
    }

    Path path() {
        return Path.of("/proc", Integer.toString(pid));
    }

    /** The lines of a file; none when the process is gone or the kernel has no such file. */
    List<String> lines(String file) {
        try {
            return Files.readAllLines(path().resolve(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** What follows a word at the beginning of a line of {@code status}. */
    Optional<String> status(String word) {
        return lines("status").stream().filter(line -> line.startsWith(word + ":")).findFirst().map(line -> line.substring(word.length() + 1).strip());
    }

    /** The inode of a namespace: {@code uts:[4026531838]}. */
    @Nullable Long namespace(ProcessNamespace kind) {
        try {
            String link = Files.readSymbolicLink(path().resolve("ns").resolve(kind.word())).toString();
            return Long.valueOf(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException gone) {
            return null;
        }
    }

    /** Something that a namespace holds; nothing when the process is gone. */
    <T> Optional<T> inside(ProcessNamespace kind, Function<Fd, T> look) {
        try (Fd namespace = kind.of(pid)) {
            return Optional.of(look.apply(namespace));
        } catch (NativeException gone) {
            return Optional.empty();
        }
    }
}
