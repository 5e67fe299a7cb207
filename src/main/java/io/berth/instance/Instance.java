package io.berth.instance;

import io.berth.error.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The name and the folders of this Berth. Several run beside each other on one machine when all three differ.
 *
 * @param instance prefix of everything that this Berth makes in the kernel: bridge, nft table, cgroup parent
 * @param dataRoot what must survive a restart of the machine
 * @param runRoot sockets; its path is short, since a Unix socket's path is
 * @param usernsRemap whose subordinate ids containers get in user namespaces of their own, as {@code userns-remap} of dockerd has it
 *     ({@code default}, {@code USER} or {@code USER:GROUP}, by name or number), or the ids themselves ({@code FIRST-LAST}); empty for none
 */
@ConfigurationProperties("berth")
public record Instance(
        @DefaultValue("berth") String instance, @DefaultValue("/var/lib/berth") Path dataRoot, @DefaultValue("/run/berth") Path runRoot,
        @DefaultValue("") String usernsRemap) {

    /** {@code sockaddr_un.sun_path} has 108 bytes with its final zero (unix(7)). */
    private static final int LONGEST_SOCKET_PATH = 107;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,31}");

    public Instance {
        if (!NAME.matcher(instance).matches()) {
            throw new InvalidArgumentException("berth.instance \"" + instance + "\" is not " + NAME.pattern());
        }
        var longest = runRoot.resolve("0".repeat(12)).resolve("shim.sock").toString();
        int bytes = longest.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_SOCKET_PATH) {
            throw new InvalidArgumentException("berth.run-root " + runRoot + " is too long: the socket " + longest + " takes " + bytes
                    + " bytes, the kernel allows " + LONGEST_SOCKET_PATH);
        }
    }
}
