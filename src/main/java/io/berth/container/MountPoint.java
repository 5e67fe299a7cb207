package io.berth.container;

import org.jspecify.annotations.Nullable;

/**
 * Something that is mounted into a container.
 *
 * @param name the volume's name; null unless it is one
 * @param source the folder or file on the host; empty for a tmpfs
 * @param destination absolute path inside, normalised
 * @param mode the options as they were given: {@code ro,rshared}
 * @param propagation {@code rprivate}, {@code rslave}, ...; empty for volumes
 * @param options of a tmpfs: {@code size=64m,mode=1777}
 * @param anonymous the volume has no name given by a user and goes with the container when asked
 */
public record MountPoint(Type type, @Nullable String name, String source, String destination, String mode, boolean writable,
        String propagation, String options, boolean anonymous) {

    /** What is mounted. */
    public enum Type {
        BIND, VOLUME, TMPFS;

        /** The word of the Docker Engine API. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The same in another container, which may be allowed less. */
    MountPoint inherited(boolean mayWrite) {
        return new MountPoint(type, name, source, destination, "", writable && mayWrite, propagation, options, anonymous);
    }
}
