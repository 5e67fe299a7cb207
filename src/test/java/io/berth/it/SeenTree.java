package io.berth.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A folder of a container as its user sees it: every file with all that it has, as one comparable text each. */
final class SeenTree {

    private SeenTree() {}

    /** By the name in the archive. Sockets are in no archive. */
    static Map<String, String> of(BerthInstance berth, String container, String path) {
        var archive = Command.run(List.of("sh", "-c", String.join(" ", berth.dockerCommand("cp", container + ":" + path + "/.", "-")) + " | base64 -w 0"), new byte[0],
                berth.environment()).ok();
        var seen = new TreeMap<String, String>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(archive)), "ISO-8859-1")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                // Names that are no UTF-8 look alike when they are decoded: the number of the entry tells them apart.
                seen.put(seen.size() + " " + entry.getName(), describe(entry, tar));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return seen;
    }

    private static String describe(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        var attributes = new TreeMap<>(entry.getExtraPaxHeaders()).entrySet().stream().filter(header -> header.getKey().startsWith("SCHILY.xattr"))
                .map(Object::toString).collect(Collectors.joining(","));
        return String.join(" ", "type=" + entry.getLinkFlag(), "mode=" + Integer.toOctalString(entry.getMode()), entry.getLongUserId() + ":" + entry.getLongGroupId(),
                entry.getLastModifiedTime().toString(), "size=" + entry.getRealSize(), "link=" + entry.getLinkName(),
                "device=" + entry.getDevMajor() + ":" + entry.getDevMinor(), attributes, entry.isFile() ? hash(tar) : "");
    }

    private static String hash(TarArchiveInputStream tar) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[64 * 1024];
            for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
