package io.berth.container;

import org.jspecify.annotations.Nullable;

/**
 * Something that is mounted into a container.
 *
 * @param name the volume's name, or the image as it was asked for; null unless it is one of these
 * @param source the folder or file on the host; empty for a tmpfs
 * @param destination absolute path inside, normalised
 * @param mode the options as they were given: {@code ro,rshared}
 * @param propagation {@code rprivate}, {@code rslave}, ...; empty for volumes
 * @param options of a tmpfs: {@code size=64m,mode=1777}; of a bind: {@value #IDMAP} where its owner is the container's user, or empty; the id of
 *     an image
 * @param anonymous the volume has no name given by a user and goes with the container when asked
 * @param part what of the source
 */
public record MountPoint(Type type, @Nullable String name, String source, String destination, String mode, boolean writable,
        String propagation, String options, boolean anonymous, Part part) {

    static final String IDMAP = "idmap";

    public MountPoint {
        part = part == null ? Part.ALL : part;
    }

    /** What is mounted. */
    public enum Type {
        BIND, VOLUME, TMPFS, IMAGE;

        /** The word of the Docker Engine API. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What is mounted below a source, or not. */
    public enum Depth {
        ALL, TOP
    }

    /**
     * What of a source is mounted.
     *
     * @param subpath relative path of a folder or file in it; empty for the source itself
     * @param mounted whether what is mounted below comes along
     * @param readOnly how far the mount may only be read, unless it is writable
     */
    public record Part(String subpath, Depth mounted, Depth readOnly) {

        static final Part ALL = new Part("", Depth.ALL, Depth.ALL);
    }

    static MountPoint tmpfs(String destination, String options, boolean writable) {
        return new MountPoint(Type.TMPFS, null, "", destination, "", writable, "", options, false, Part.ALL);
    }

    static MountPoint bind(String source, String destination, String mode, boolean writable, String propagation, Part part) {
        return new MountPoint(Type.BIND, null, source, destination, mode, writable, propagation, "", false, part);
    }

    /** @param name empty for a volume that is to be made without one; the source is not known yet */
    static MountPoint volume(String name, String destination, String mode, boolean writable, Part part) {
        return new MountPoint(Type.VOLUME, name, "", destination, mode, writable, "", "", name.isEmpty(), part);
    }

    /** The same, whose owner on the disk is the container's user inside. */
    MountPoint mapped() {
        return new MountPoint(type, name, source, destination, mode, writable, propagation, IDMAP, anonymous, part);
    }

    boolean isMapped() {
        return type == Type.BIND && options.equals(IDMAP);
    }

    /** @param name the image as it is asked for; the source and its id are not known yet */
    static MountPoint image(String name, String destination, Part part) {
        return new MountPoint(Type.IMAGE, name, "", destination, "", false, "rprivate", "", false, part);
    }

    /** Of this image. @param place where it will be mounted while the container runs */
    MountPoint ofImage(String id, String place) {
        return new MountPoint(type, name, place, destination, mode, false, propagation, id, false, part);
    }

    /** The name of the volume that it is; null when it is something else. */
    public @Nullable String volume() {
        return type == Type.VOLUME ? name : null;
    }

    /** Of this volume. */
    MountPoint of(String volumeName, String mountpoint) {
        return new MountPoint(type, volumeName, mountpoint, destination, mode, writable, propagation, options, anonymous, part);
    }

    /** The same in another container, which may be allowed less. */
    MountPoint inherited(boolean mayWrite) {
        return new MountPoint(type, name, source, destination, "", writable && mayWrite, propagation, options, anonymous, part);
    }
}
