package io.berth.http;

import io.berth.error.ConflictException;
import io.berth.error.UnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** The file of the Engine API's socket. */
final class EngineSocket {

    private static final String GROUP = "berth";

    private EngineSocket() {}

    /**
     * Makes the place free: a file that a killed Berth has left is removed.
     *
     * @throws ConflictException somebody answers there
     */
    static void prepare(Path socket) {
        try {
            Files.createDirectories(socket.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (ConnectException refused) {
                Files.delete(socket);
                return;
            }
            throw new ConflictException("another engine answers on " + socket + ": give this one a berth.engine.socket of its own");
        } catch (IOException failure) {
            throw new UnavailableException("cannot listen on " + socket + ": " + failure, failure);
        }
    }

    /** {@code rwx--x--x}. */
    static String folderPermissions(Path socket) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent()));
        } catch (IOException failure) {
            throw new UnavailableException("cannot listen on " + socket + ": " + failure, failure);
        }
    }

    /** Lets the group {@code berth} in, if there is one. */
    static void admitGroup(Path socket) throws IOException {
        try {
            var group = socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException none) {
            // Root alone, then.
            return;
        }
    }
}
