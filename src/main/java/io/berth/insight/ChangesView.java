package io.berth.insight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a container's writable layer holds that exists nowhere else.
 *
 * @param files that were added or modified, folders left out
 * @param bytes of those, as their lengths say
 * @param deleted files and folders of the image that it no longer sees
 * @param truncated whether there are more items than are listed
 * @param items biggest first
 * @param folders biggest first
 */
public record ChangesView(long files, long bytes, long deleted, boolean truncated, List<Item> items, List<Folder> folders) {

    /** How something changed. */
    public enum Kind {
        ADDED, MODIFIED, DELETED;

        /** As it is written in answers. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it is. */
    public enum Type {
        FILE, FOLDER, LINK, OTHER;

        /** As it is written in answers. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A change. @param bytes the length of a file, else 0 */
    public record Item(String path, Kind kind, Type type, long bytes) {}

    /**
     * A folder with all that is below it.
     *
     * @param database which database keeps its data in such a folder; null for none that is known
     */
    public record Folder(String path, long files, long bytes, @Nullable String database) {}
}
