package io.berth.container;

/**
 * Where a file of a container lives, which says how long.
 *
 * @param about what is mounted, for people: {@code volume data}; empty unless something is
 */
public record FileOrigin(Kind kind, String about) {

    /** Where it is. */
    public enum Kind {
        /** As the image has it: another container made of it has it, too. */
        IMAGE,
        /** In the container's own layer alone: it goes with the container. */
        LAYER,
        /** A folder of the image in which the container has changed something. */
        MIXED,
        /** In what is mounted there. */
        MOUNT,
        /** Mounted by the engine at each start. */
        ENGINE
    }

    static final FileOrigin OF_IMAGE = new FileOrigin(Kind.IMAGE, "");
    static final FileOrigin OF_LAYER = new FileOrigin(Kind.LAYER, "");
    static final FileOrigin MIXED = new FileOrigin(Kind.MIXED, "");
    static final FileOrigin OF_ENGINE = new FileOrigin(Kind.ENGINE, "");

    static FileOrigin of(MountPoint mount) {
        return new FileOrigin(Kind.MOUNT, mount.name() == null ? mount.type().word() : mount.type().word() + " " + mount.name());
    }
}
