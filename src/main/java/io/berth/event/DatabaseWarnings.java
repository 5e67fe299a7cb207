package io.berth.event;

import io.berth.instance.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/** What people are to know of the database. */
@Component
public class DatabaseWarnings {

    private final Path folder;

    DatabaseWarnings(Instance instance) {
        this.folder = DatabaseCheck.folder(instance);
    }

    /** A sentence for each database that was put aside because it was damaged, until its file is deleted. */
    public List<String> list() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(DatabaseCheck.ASIDE)).sorted()
                    .map(file -> "WARNING: The database was damaged and is kept as " + file + ". Events and accounts of before are lost; "
                            + "containers, images and volumes were read from the files beside their data. Delete that file to end this warning.")
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("look into " + folder, failure);
        }
    }
}
