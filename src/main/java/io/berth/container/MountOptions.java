package io.berth.container;

import io.berth.container.MountPoint.Depth;
import io.berth.container.MountPoint.Part;
import io.berth.container.MountRequests.MountRequest;
import io.berth.container.MountRequests.VolumeAsked;
import io.berth.error.InvalidArgumentException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An entry of {@code Mounts} with the options of its type; what is wrong is refused in Docker's words. */
final class MountOptions {

    private final HostConfig.MountAsked asked;
    private final String source;
    private final Depth usual;

    private MountOptions(HostConfig.MountAsked asked, Depth usual) {
        this.asked = asked;
        this.source = asked.source() == null ? "" : asked.source();
        this.usual = usual;
    }

    /** @param readOnly how far it may only be read where the request does not say so */
    static MountRequest read(HostConfig.MountAsked asked, Depth readOnly) {
        return new MountOptions(asked, readOnly).read();
    }

    private MountRequest read() {
        refuse(asked.target().isEmpty(), "field Target must not be empty");
        refuse(!asked.target().startsWith("/"), "invalid mount path: '" + asked.target() + "' mount path must be absolute");
        String target = MountRequests.destination(asked.target(), "invalid mount config for type \"" + asked.type() + "\": ");
        requireNoOthers();
        return switch (asked.type()) {
            case "bind" -> bind(target);
            case "volume" -> volume(target);
            case "tmpfs" -> {
                refuse(!source.isEmpty(), "field Source must not be specified");
                yield new MountRequest(MountPoint.tmpfs(target, tmpfs(), !asked.readOnly()), false, VolumeAsked.NONE);
            }
            case "image" -> image(target);
            default -> throw wrong("mount type unknown");
        };
    }

    /** Options of one type with a mount of another one. */
    private void requireNoOthers() {
        refuse(asked.bindOptions() != null && !asked.type().equals("bind"), "field BindOptions must not be specified");
        refuse(asked.volumeOptions() != null && !asked.type().equals("volume"), "field VolumeOptions must not be specified");
        refuse(asked.imageOptions() != null && !asked.type().equals("image"), "field ImageOptions must not be specified");
        refuse(asked.tmpfsOptions() != null && !asked.type().equals("tmpfs"), "field TmpfsOptions must not be specified");
    }

    private MountRequest bind(String target) {
        refuse(source.isEmpty(), "field Source must not be empty");
        var options = asked.bindOptions();
        var propagation = MountOption.PROPAGATION.of(options).asString("");
        refuse(!propagation.isEmpty() && !MountMode.PROPAGATIONS.contains(propagation), "invalid propagation mode: " + propagation);
        refuse(!source.startsWith("/"), "invalid mount path: '" + source + "' mount path must be absolute");
        boolean topOnly = MountOption.READ_ONLY_NON_RECURSIVE.of(options).asBoolean(false);
        boolean forced = MountOption.READ_ONLY_FORCE_RECURSIVE.of(options).asBoolean(false);
        if (topOnly && forced) {
            throw new InvalidArgumentException("mount options conflict: ReadOnlyNonRecursive and ReadOnlyForceRecursive");
        }
        refuse(forced && !asked.readOnly(), "ReadOnlyForceRecursive needs ReadOnly");
        refuse(forced && !propagation.isEmpty() && !propagation.equals("rprivate"), "ReadOnlyForceRecursive needs the propagation rprivate");
        var part = new Part("", MountOption.NON_RECURSIVE.of(options).asBoolean(false) ? Depth.TOP : Depth.ALL,
                topOnly ? Depth.TOP : forced ? Depth.ALL : usual);
        return new MountRequest(MountPoint.bind(MountRequests.normal(source), target, "", !asked.readOnly(),
                propagation.isEmpty() ? "rprivate" : propagation, part), MountOption.CREATE_MOUNTPOINT.of(options).asBoolean(false), VolumeAsked.NONE);
    }

    private MountRequest volume(String target) {
        var options = asked.volumeOptions();
        var subpath = MountOption.VOLUME_SUBPATH.of(options).asString("");
        refuse(!subpath.isEmpty() && source.isEmpty(), "must not set Subpath when using anonymous volumes");
        refuse(!subpath.isEmpty() && !isWithin(subpath), "subpath must be a relative path within the volume");
        refuse(source.isEmpty() && asked.readOnly(), "must not set ReadOnly mode when using anonymous volumes");
        var normal = subpath.isEmpty() ? "" : Path.of(subpath).normalize().toString();
        return new MountRequest(MountPoint.volume(source, target, "z", !asked.readOnly(), new Part(normal, Depth.ALL, usual)), false,
                new VolumeAsked(MountOption.DRIVER_NAME.of(options).asString(""), texts(MountOption.DRIVER_OPTIONS.of(options)),
                        texts(MountOption.LABELS.of(options)), !MountOption.NO_COPY.of(options).asBoolean(false)));
    }

    private MountRequest image(String target) {
        refuse(source.isEmpty(), "field Source must not be empty");
        var subpath = MountOption.IMAGE_SUBPATH.of(asked.imageOptions()).asString("");
        refuse(!subpath.isEmpty() && !isWithin(subpath), "subpath must be a relative path within the volume");
        var normal = subpath.isEmpty() ? "" : Path.of(subpath).normalize().toString();
        return new MountRequest(MountPoint.image(source, target, new Part(normal, Depth.ALL, Depth.ALL)), false, VolumeAsked.NONE);
    }

    /** As Go's {@code filepath.IsLocal}: it does not lead out by its words; where its links lead is seen when it is mounted. */
    private static boolean isWithin(String subpath) {
        return subpath.indexOf('\0') < 0 && !subpath.startsWith("/") && !Path.of(subpath).normalize().startsWith("..");
    }

    private String tmpfs() {
        try {
            return TmpfsOptions.of(asked.tmpfsOptions(), asked.readOnly());
        } catch (InvalidArgumentException malformed) {
            throw wrong(malformed.getMessage());
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
        return texts;
    }

    private void refuse(boolean wrong, String why) {
        if (wrong) {
            throw wrong(why);
        }
    }

    private InvalidArgumentException wrong(String why) {
        return new InvalidArgumentException("invalid mount config for type \"" + asked.type() + "\": " + why);
    }
}
