package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a request wants to be mounted, read from its four forms: Binds, Mounts, Tmpfs and Volumes. Nothing is touched here. */
final class MountRequests {

    private static final Set<String> PROPAGATIONS = Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
    private static final Set<String> FLAGS = Set.of("ro", "rw", "nocopy", "z", "Z", "consistent", "cached", "delegated");

    /**
     * One thing to mount.
     *
     * @param source a path of the host, a volume's name, or empty
     * @param mode as given
     * @param createSource a missing path of the host is made
     */
    record MountRequest(MountPoint.Type type, String source, String destination, String mode, boolean writable, boolean copyUp,
            boolean createSource, String propagation, String options, Map<String, String> volumeLabels) {}

    private final Map<String, MountRequest> byDestination = new LinkedHashMap<>();

    private MountRequests() {}

    /**
     * What is asked for by the request itself.
     *
     * @param inherited from other containers: it takes the place of volumes of the image, and gives way to what is asked for
     */
    static List<MountRequest> of(ContainerConfig config, HostConfig host, List<MountPoint> inherited) {
        var requests = new MountRequests();
        orEmpty(host.binds()).forEach(bind -> requests.add(ofBind(bind)));
        orEmpty(host.mounts()).forEach(mount -> requests.add(ofMount(mount)));
        if (host.tmpfs() != null) {
            host.tmpfs().forEach((path, options) -> requests.add(new MountRequest(MountPoint.Type.TMPFS, "", destination(path, path),
                    "", true, false, false, "", TmpfsOptions.check(options), Map.of())));
        }
        if (config.volumes() != null) {
            config.volumes().keySet().stream().map(path -> destination(path, path))
                    .filter(path -> !requests.byDestination.containsKey(path))
                    .filter(path -> inherited.stream().noneMatch(mount -> mount.destination().equals(path)))
                    .forEach(path -> requests.add(new MountRequest(MountPoint.Type.VOLUME, "", path, "", true, true, false, "", "", Map.of())));
        }
        return List.copyOf(requests.byDestination.values());
    }

    private void add(MountRequest request) {
        if (byDestination.putIfAbsent(request.destination(), request) != null) {
            throw new InvalidArgumentException("Duplicate mount point: " + request.destination());
        }
    }

    /** {@code source:destination[:options]}, or a destination alone. */
    private static MountRequest ofBind(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 3 || text.isEmpty()) {
            throw new InvalidArgumentException("invalid volume specification: '" + text + "'");
        }
        String source = parts.length == 1 ? "" : parts[0];
        String target = destination(parts.length == 1 ? parts[0] : parts[1], text);
        String mode = parts.length == 3 ? parts[2] : "";
        if (parts.length > 1 && source.isEmpty()) {
            throw new InvalidArgumentException("invalid volume specification: '" + text + "': invalid mount config: source is empty");
        }
        boolean isBind = source.startsWith("/");
        String propagation = isBind ? "rprivate" : "";
        var words = mode.isEmpty() ? List.<String>of() : List.of(mode.split(","));
        for (String word : words) {
            if (PROPAGATIONS.contains(word) && isBind) {
                propagation = word;
            } else if (!FLAGS.contains(word)) {
                throw new InvalidArgumentException("invalid volume specification: '" + text + "': invalid mode: " + mode);
            }
        }
        return new MountRequest(isBind ? MountPoint.Type.BIND : MountPoint.Type.VOLUME, isBind ? normal(source) : source, target,
                isBind ? mode : mode.isEmpty() ? "z" : mode, !words.contains("ro"), !isBind && !words.contains("nocopy"), true, propagation,
                "", Map.of());
    }

    private static MountRequest ofMount(HostConfig.MountAsked mount) {
        String what = "invalid mount config for type \"" + mount.type() + "\": ";
        if (mount.target().isEmpty()) {
            throw new InvalidArgumentException(what + "field Target must not be empty");
        }
        String source = mount.source() == null ? "" : mount.source();
        String target = destination(mount.target(), mount.target());
        return switch (mount.type()) {
            case "bind" -> bind(mount, what, source, target);
            case "volume" -> {
                JsonNode options = mount.volumeOptions();
                if (options != null) {
                    notBuilt(!options.path("Subpath").asString("").isEmpty(), "Subpath of a volume mount");
                    JsonNode driver = options.path("DriverConfig");
                    notBuilt(!Set.of("", "local").contains(driver.path("Name").asString("")) || !driver.path("Options").isEmpty(),
                            "DriverConfig of a volume mount");
                }
                yield new MountRequest(MountPoint.Type.VOLUME, source, target, "z", !mount.readOnly(),
                        options == null || !options.path("NoCopy").asBoolean(false), false, "", "", labels(options));
            }
            case "tmpfs" -> {
                if (!source.isEmpty()) {
                    throw new InvalidArgumentException(what + "field Source must not be specified");
                }
                yield new MountRequest(MountPoint.Type.TMPFS, "", target, "", !mount.readOnly(), false, false, "",
                        TmpfsOptions.of(mount.tmpfsOptions(), mount.readOnly()), Map.of());
            }
            case "image", "npipe", "cluster" -> throw new NotImplementedException("not supported yet: mounts of type " + mount.type());
            default -> throw new InvalidArgumentException("mount type unknown: \"" + mount.type() + "\"");
        };
    }

    private static MountRequest bind(HostConfig.MountAsked mount, String what, String source, String target) {
        if (!source.startsWith("/")) {
            throw new InvalidArgumentException(what + "invalid mount path: '" + source + "' mount path must be absolute");
        }
        JsonNode options = mount.bindOptions();
        if (options != null) {
            for (String option : List.of("NonRecursive", "ReadOnlyNonRecursive", "ReadOnlyForceRecursive")) {
                notBuilt(options.path(option).asBoolean(false), option + " of a bind mount");
            }
        }
        String propagation = options == null ? "" : options.path("Propagation").asString("");
        if (!propagation.isEmpty() && !PROPAGATIONS.contains(propagation)) {
            throw new InvalidArgumentException(what + "invalid propagation option: " + propagation);
        }
        return new MountRequest(MountPoint.Type.BIND, normal(source), target, "", !mount.readOnly(), false,
                options != null && options.path("CreateMountpoint").asBoolean(false), propagation.isEmpty() ? "rprivate" : propagation, "",
                Map.of());
    }

    private static Map<String, String> labels(@Nullable JsonNode options) {
        var labels = new LinkedHashMap<String, String>();
        if (options != null) {
            options.path("Labels").properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asString("")));
        }
        return labels;
    }

    private static String destination(String path, String asked) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("invalid volume specification: '" + asked + "': invalid mount path: '" + path
                    + "' mount path must be absolute");
        }
        String normal = normal(path);
        if (normal.equals("/")) {
            throw new InvalidArgumentException("invalid volume specification: '" + asked + "': destination can't be '/'");
        }
        if (normal.equals("/proc") || normal.startsWith("/proc/")) {
            throw new InvalidArgumentException("invalid mount path: '" + normal + "' cannot be mounted because it is inside /proc");
        }
        return normal;
    }

    private static void notBuilt(boolean asked, String what) {
        if (asked) {
            throw new NotImplementedException("not supported yet: " + what);
        }
    }

    private static String normal(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("invalid mount path: '" + path.replace('\0', '?') + "' holds a NUL");
        }
        return Path.of(path).normalize().toString();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
