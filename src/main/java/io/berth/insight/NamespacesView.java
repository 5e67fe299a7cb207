package io.berth.insight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces of a container.
 *
 * @param state the word of the Docker Engine API
 * @param end null while it runs
 * @param pid of its first process, on the host; null when it does not run
 */
public record NamespacesView(String state, @Nullable End end, @Nullable Integer pid, List<Item> items) {

    /** With whom a namespace is shared. {@link #NONE}: there is none, it does not run. */
    public enum Sharing {
        PRIVATE, HOST, CONTAINER, NONE;

        /** As it is written in answers. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One namespace.
     *
     * @param kind as in {@code /proc/PID/ns}
     * @param inode by which the kernel tells namespaces apart; null when it does not run, or the kernel has none of this kind
     * @param path where the kernel tells
     * @param meaning what it separates, in a sentence
     */
    public record Item(String kind, @Nullable Long inode, String path, Sharing sharing, List<Peer> sharedWith, String meaning, List<Value> values) {}

    /** Another container in the same namespace. */
    public record Peer(String id, String name) {}

    /**
     * Something that is one thing inside and another one outside.
     *
     * @param outside null where there is no counterpart
     */
    public record Value(String name, String inside, @Nullable String outside, String path, String meaning) {}
}
