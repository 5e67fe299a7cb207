package io.berth.container;

import static io.berth.error.InvalidArgumentException.within;

import io.berth.container.MountPoint.Depth;
import io.berth.container.MountPoint.Part;
import io.berth.error.InvalidArgumentException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request wants to be mounted, read from its four forms: Binds, Mounts, Tmpfs and Volumes. Nothing is touched here. */
final class MountRequests {

    /**
     * One thing to mount.
     *
     * @param point the source of a volume is not known yet
     * @param createSource a missing path of the host is made
     * @param volume what the volume is to be like, if it is one
     */
    record MountRequest(MountPoint point, boolean createSource, VolumeAsked volume) {

        String destination() {
            return point.destination();
        }
    }

    /**
     * What a volume is to be like when it has to be made.
     *
     * @param driver empty for the usual one
     * @param copyUp an empty volume begins with what the image has in its place
     */
    record VolumeAsked(String driver, Map<String, String> options, Map<String, String> labels, boolean copyUp) {

        static final VolumeAsked NONE = new VolumeAsked("", Map.of(), Map.of(), false);
    }

    private final Map<String, MountRequest> byDestination = new LinkedHashMap<>();

    private MountRequests() {}

    /**
     * What is asked for by the request itself.
     *
     * @param inherited from other containers: it takes the place of volumes of the image, and gives way to what is asked for
     * @param readOnly how far mounts may only be read for which the request does not say so
     */
    static List<MountRequest> of(ContainerConfig config, HostConfig host, List<MountPoint> inherited, Depth readOnly) {
        var requests = new MountRequests();
        var usual = new Part("", Depth.ALL, readOnly);
        within("HostConfig.Binds", () -> orEmpty(host.binds()).forEach(bind -> requests.add(ofBind(bind, host.volumeDriver(), usual))));
        within("HostConfig.Mounts", () -> orEmpty(host.mounts()).forEach(mount -> requests.add(MountOptions.read(mount, readOnly))));
        var tmpfs = host.tmpfs();
        if (tmpfs != null) {
            within("HostConfig.Tmpfs", () -> tmpfs.forEach((path, options) -> requests.add(new MountRequest(
                    MountPoint.tmpfs(destination(path, ""), TmpfsOptions.check(options), true), false, VolumeAsked.NONE))));
        }
        var volumes = config.volumes();
        if (volumes != null) {
            within("Volumes", () -> volumes.keySet().stream().map(path -> destination(path, invalid(path)))
                    .filter(path -> !requests.byDestination.containsKey(path))
                    .filter(path -> inherited.stream().noneMatch(mount -> mount.destination().equals(path)))
                    .forEach(path -> requests.add(new MountRequest(MountPoint.volume("", path, "", true, usual), false,
                            new VolumeAsked(host.volumeDriver(), Map.of(), Map.of(), true)))));
        }
        return List.copyOf(requests.byDestination.values());
    }

    private void add(MountRequest request) {
        if (byDestination.putIfAbsent(request.destination(), request) != null) {
            throw new InvalidArgumentException("Duplicate mount point: " + request.destination());
        }
    }

    /** {@code source:destination[:options]}, or a destination alone. */
    private static MountRequest ofBind(String text, String driver, Part usual) {
        String[] parts = text.split(":", -1);
        // A destination alone has no mode: /data:ro is nothing.
        if (parts.length > 3 || parts[0].isEmpty() || parts.length == 2 && MountMode.isMode(parts[1])) {
            throw new InvalidArgumentException("invalid volume specification: '" + text + "'");
        }
        String source = parts.length == 1 ? "" : parts[0];
        var mode = MountMode.parse(parts.length == 3 ? parts[2] : "");
        String what = invalid(text) + "invalid mount config for type \"" + (source.startsWith("/") ? "bind" : "volume") + "\": ";
        String target = destination(parts.length == 1 ? parts[0] : parts[1], what);
        if (source.startsWith("/")) {
            refuse(mode.noCopy(), what + "field VolumeOptions must not be specified");
            var bind = MountPoint.bind(normal(source), target, mode.text(), mode.writable(),
                    mode.propagation().isEmpty() ? "rprivate" : mode.propagation(), usual);
            return new MountRequest(mode.isMapped() ? bind.mapped() : bind, true, VolumeAsked.NONE);
        }
        refuse(!mode.propagation().isEmpty() || mode.isMapped(), what + "field BindOptions must not be specified");
        return new MountRequest(MountPoint.volume(source, target, mode.text().isEmpty() ? "z" : mode.text(), mode.writable(), usual), false,
                new VolumeAsked(driver, Map.of(), Map.of(), !mode.noCopy()));
    }

    private static String invalid(String specification) {
        return "invalid volume specification: '" + specification + "': ";
    }

    /**
     * An absolute path, normalised, over which something may be mounted.
     *
     * @param what what a refusal begins with
     */
    static String destination(String path, String what) {
        refuse(!path.startsWith("/") || path.indexOf('\0') >= 0, what + "invalid mount path: '" + path.replace('\0', '?')
                + "' mount path must be absolute");
        String normal = normal(path);
        refuse(normal.equals("/"), what + "invalid specification: destination can't be '/'");
        refuse(normal.equals("/proc") || normal.startsWith("/proc/"), "invalid mount path: '" + normal
                + "' cannot be mounted because it is inside /proc");
        return normal;
    }

    static String normal(String path) {
        refuse(path.indexOf('\0') >= 0, "invalid mount path: '" + path.replace('\0', '?') + "' holds a NUL");
        return Path.of(path).normalize().toString();
    }

    static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new InvalidArgumentException(message);
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
