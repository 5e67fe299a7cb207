package io.berth.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes to files of one cgroup, in order: all of them take effect, or what was there before is put back. Used once. */
final class CgroupWrites {

    private record Write(Path file, String value, boolean undoable) {}

    private record Undo(Path file, String value) {}

    private final List<Write> writes = new ArrayList<>();

    CgroupWrites add(Path file, String value) {
        writes.add(new Write(file, value, true));
        return this;
    }

    CgroupWrites add(Path file, long value) {
        return add(file, Long.toString(value));
    }

    /** One line of a file that has many. It cannot be taken back: such lines are for cgroups that are removed when one is refused. */
    CgroupWrites addLine(Path file, String value) {
        writes.add(new Write(file, value, false));
        return this;
    }

    /**
     * Writes all.
     *
     * @return puts back what was there before
     * @throws io.berth.error.InvalidArgumentException the kernel refuses one; the files are as they were
     */
    Runnable apply() {
        var done = new ArrayList<Undo>();
        try {
            for (var write : writes) {
                String before = write.undoable ? firstLine(CgroupFiles.read(write.file)) : null;
                CgroupFiles.write(write.file, write.value);
                if (before != null) {
                    done.addFirst(new Undo(write.file, before));
                }
            }
            return () -> done.forEach(undo -> CgroupFiles.write(undo.file, undo.value));
        } catch (RuntimeException refused) {
            for (var undo : done) {
                try {
                    CgroupFiles.write(undo.file, undo.value);
                } catch (RuntimeException another) {
                    refused.addSuppressed(another);
                }
            }
            throw refused;
        }
    }

    private static @Nullable String firstLine(@Nullable String text) {
        return text == null ? null : text.lines().findFirst().orElse("");
    }
}
