package io.berth.adminapi;

import io.berth.container.Containers;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.operation.Operation;
import io.berth.volume.Volume;
import io.berth.volume.VolumeArchives;
import io.berth.volume.Volumes;
import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Volumes: list, look at, create, clone, remove. */
@RestController
@RequestMapping("/api/v1/volumes")
class VolumeResource {

    private static final String DRIVER = "local";

    private final Volumes volumes;
    private final VolumeArchives archives;
    private final Containers containers;

    VolumeResource(Volumes volumes, VolumeArchives archives, Containers containers) {
        this.volumes = volumes;
        this.archives = archives;
        this.containers = containers;
    }

    /** A volume that is asked for. @param name a random one when it is missing: the volume is anonymous then */
    record Creation(@Nullable String name, @Nullable Map<String, String> labels, @Nullable Map<String, String> options) {}

    /** A copy that is asked for. */
    record Copy(@Nullable String name) {}

    /** A mount of a volume in a container, running or not. */
    record UserView(String id, String name, String state, String destination, boolean readOnly) {}

    /**
     * A volume on the wire.
     *
     * @param sizeBytes on disk; null when it was not asked for, or its options have its data mounted from elsewhere
     * @param lastUsedAt as {@link Volumes#lastUse}; null when that is not known
     */
    record VolumeView(String name, String driver, Instant createdAt, Map<String, String> labels, Map<String, String> options, String mountpoint,
            boolean anonymous, @Nullable Long sizeBytes, @Nullable Instant lastUsedAt, List<UserView> users) {}

    /** @param size measure them, which reads all of their folders */
    @GetMapping
    ContainerResource.Items<VolumeView> list(@RequestParam(defaultValue = "false") boolean size) {
        var users = users();
        return new ContainerResource.Items<>(volumes.list().stream().map(volume -> view(volume, users, size)).toList());
    }

    @GetMapping("/{name}")
    VolumeView get(@PathVariable String name) {
        return view(volumes.require(name), users(), true);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    VolumeView create(@RequestBody Creation asked) {
        var name = asked.name() == null ? "" : asked.name();
        if (volumes.find(name).isPresent()) {
            throw new ConflictException("create " + name + ": a volume with this name exists already");
        }
        return view(volumes.create(name, DRIVER, asked.options() == null ? Map.of() : asked.options(),
                asked.labels() == null ? Map.of() : asked.labels()), users(), true);
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String name) {
        volumes.remove(name);
    }

    @PostMapping("/{name}/clone")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Operation copy(@PathVariable String name, @RequestBody Copy asked, Principal user) {
        if (asked.name() == null || asked.name().isBlank()) {
            throw new InvalidArgumentException("name is missing: name the volume that is to be made");
        }
        return archives.copy(name, asked.name(), user.getName());
    }

    private VolumeView view(Volume volume, Map<String, List<UserView>> users, boolean measured) {
        return new VolumeView(volume.name(), DRIVER, volume.created(), volume.labels(), volume.options(), volume.mountpoint().toString(),
                volume.isAnonymous(), measured && !volume.isMounted() ? volumes.usageBytes(volume.name()) : null,
                volumes.lastUse(volume).orElse(null), users.getOrDefault(volume.name(), List.of()));
    }

    /** By the volume's name. */
    private Map<String, List<UserView>> users() {
        var users = new HashMap<String, List<UserView>>();
        for (var container : containers.list()) {
            for (var mount : container.mounts()) {
                if (mount.volume() != null) {
                    users.computeIfAbsent(mount.volume(), name -> new ArrayList<>()).add(new UserView(container.id().value(), container.name(),
                            container.state().word(), mount.destination(), !mount.writable()));
                }
            }
        }
        return users;
    }
}
