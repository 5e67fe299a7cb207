package io.berth.ffi;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;

/** Trees with folders and files of the host mounted in them, to which only a descriptor leads. Safe for use by many threads. */
public final class MountedTree {

    private static final int READ_ONLY = 1;
    private static final int MAKE_TARGET = 2;
    private static final int TOP_ONLY = 4;

    /**
     * Something to mount.
     *
     * @param source a path of the host, its links followed
     * @param beneath a relative path of what is mounted of it, which leads to nothing outside; empty for all
     * @param target resolved as a process would that has the tree as its root
     * @param topOnly without what is mounted below the source
     */
    public record Bind(Path source, String beneath, String target, boolean readOnly, boolean topOnly) {}

    private MountedTree() {}

    /**
     * The tree of {@code base} with these in it, mounted in this order, without devices, setuid bits and execution.
     *
     * @param base is closed
     * @param place any folder of the engine; nothing is seen there
     * @param makesTargets a missing target is made, a folder or an empty file as the source is; otherwise it is {@code ENOENT}
     */
    public static DetachedMount of(DetachedMount base, Path place, List<Bind> binds, boolean makesTargets) {
        try (base) {
            var packed = new ByteArrayOutputStream();
            int[] flags = new int[binds.size()];
            for (int i = 0; i < flags.length; i++) {
                packed.writeBytes(FileNames.terminated(binds.get(i).source().toString()));
                packed.writeBytes(FileNames.terminated(binds.get(i).beneath()));
                packed.writeBytes(FileNames.terminated(binds.get(i).target()));
                flags[i] = (binds.get(i).readOnly() ? READ_ONLY : 0) | (makesTargets ? MAKE_TARGET : 0) | (binds.get(i).topOnly() ? TOP_ONLY : 0);
            }
            var error = new NativeError();
            return new DetachedMount(new Fd(error.check(Native.library().berth_tree_assemble(base.fd().number(),
                    FileNames.terminated(place.toString()), packed.toByteArray(), flags, flags.length, error.buffer()))));
        }
    }
}
