package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.HashMap;
import java.util.Map;

/** Gives files their owner, permissions and extended attributes, in the order in which the kernel keeps them. */
final class EntryAttributes {

    private static final int MAX_XATTR_BYTES = 64 * 1024;

    /** Applies what the entry says to {@code name}; not its times, which later work may change. */
    void apply(RootDir dir, String name, TarEntry entry) {
        // A change of owner clears setuid bits and capabilities, so it comes first.
        dir.chown(name, entry.uid(), entry.gid());
        if (entry.type() != TarEntry.Type.SYMLINK) {
            dir.chmod(name, entry.mode());
        }
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            String key = xattr.getKey();
            if (key.startsWith(Overlays.ATTRIBUTES) || key.startsWith(Overlays.USER_ATTRIBUTES)) {
                throw new InvalidArgumentException("archive has the attribute " + TarPath.shown(key) + " on "
                        + TarPath.shown(entry.name()) + ", which is overlay's own");
            }
            if (isKept(key)) {
                set(dir, name, key, xattr.getValue(), entry);
            }
        }
    }

    /** Makes {@code to} as {@code from} is. */
    void copy(RootDir fromDir, String from, FileStat stat, RootDir toDir, String to) {
        toDir.chown(to, stat.uid(), stat.gid());
        if (!stat.isSymlink()) {
            toDir.chmod(to, stat.permissions());
        }
        read(fromDir, from).forEach((key, value) -> toDir.setXattr(to, key, value));
    }

    /** The attributes of {@code name} that belong to it. */
    static Map<String, byte[]> read(RootDir dir, String name) {
        var found = new HashMap<String, byte[]>();
        for (String key : dir.listXattrs(name)) {
            byte[] value = isKept(key) ? dir.getXattr(name, key) : null;
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /** The attributes that belong to a file; those of this host's security modules and of overlay do not. */
    static boolean isKept(String key) {
        return key.equals("security.capability")
                || key.startsWith("user.") && !key.startsWith(Overlays.USER_ATTRIBUTES)
                || key.startsWith("system.posix_acl_");
    }

    private static void set(RootDir dir, String name, String key, byte[] value, TarEntry entry) {
        if (value.length > MAX_XATTR_BYTES) {
            throw new InvalidArgumentException("archive has an attribute of more than " + MAX_XATTR_BYTES + " bytes on "
                    + TarPath.shown(entry.name()));
        }
        try {
            dir.setXattr(name, key, value);
        } catch (NativeException e) {
            // Some file systems and kinds of files have no such attributes; images are used without them everywhere.
            boolean isMissingFeature = e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EPERM && key.startsWith("user.");
            if (!isMissingFeature) {
                throw e;
            }
        }
    }
}
