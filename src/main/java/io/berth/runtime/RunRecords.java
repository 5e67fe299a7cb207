package io.berth.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file in which a shim keeps its records, and the older one that came before it.
 *
 * @param file the shim's; one that has grown too long is {@code file.1}
 */
public record RunRecords(Path file) {

    /** The records after {@code number} in their order; nothing when there is no file. */
    public List<RunRecord> after(long number) throws IOException {
        var records = new ArrayList<RunRecord>();
        for (var each : List.of(older(), file)) {
            try {
                Files.readString(each).lines().flatMap(line -> RunRecord.parse(line).stream()).filter(record -> record.number() > number)
                        .forEach(records::add);
            } catch (NoSuchFileException absent) {
                // The first one has not grown too long, or nothing was written yet.
                continue;
            }
        }
        return records;
    }

    public void delete() throws IOException {
        Files.deleteIfExists(older());
        Files.deleteIfExists(file);
    }

    private Path older() {
        return file.resolveSibling(file.getFileName() + ".1");
    }
}
