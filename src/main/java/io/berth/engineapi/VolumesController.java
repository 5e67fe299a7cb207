package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.disk.Prune;
import io.berth.error.NotFoundException;
import io.berth.http.ApiVersion;
import io.berth.json.DockerJson;
import io.berth.volume.Volume;
import io.berth.volume.VolumeUsers;
import io.berth.volume.Volumes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code Volume*} of the Docker Engine API. */
@RestController
class VolumesController {

    private final Volumes volumes;
    private final VolumeUsers users;
    private final Prune prune;

    VolumesController(Volumes volumes, VolumeUsers users, Prune prune) {
        this.volumes = volumes;
        this.users = users;
        this.prune = prune;
    }

    record Creation(@JsonProperty("Name") @Nullable String name, @JsonProperty("Driver") @Nullable String driver,
            @JsonProperty("DriverOpts") @Nullable Map<String, @Nullable String> options, @JsonProperty("Labels") @Nullable Map<String, @Nullable String> labels) {}

    @GetMapping("/volumes")
    Wire list(HttpServletRequest request) {
        var filters = Filters.of(request, Set.of("dangling", "driver", "label", "name"));
        return Wire.of("Volumes", volumes.list().stream()
                .filter(volume -> filters.any("name", name -> Filters.matches(volume.name(), name)))
                .filter(volume -> filters.any("driver", driver -> driver.equals("local")))
                .filter(volume -> filters.flag("dangling").map(wanted -> wanted == users.usersOf(volume.name()).isEmpty()).orElse(true))
                .filter(volume -> filters.labels(volume.labels())).map(VolumesController::wire).toList()).with("Warnings", null);
    }

    @PostMapping("/volumes/create")
    Wire create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var asked = JsonBody.required(request, Creation.class);
        var volume = volumes.create(asked.name() == null ? "" : asked.name(), asked.driver() == null ? "" : asked.driver(),
                DockerJson.textsOrEmpty(asked.options()), DockerJson.textsOrEmpty(asked.labels()));
        response.setStatus(HttpServletResponse.SC_CREATED);
        return wire(volume);
    }

    @GetMapping("/volumes/{*path}")
    Wire inspect(@PathVariable String path) {
        return wire(volumes.require(name(path)));
    }

    @DeleteMapping("/volumes/{*path}")
    void remove(@PathVariable String path, HttpServletRequest request, HttpServletResponse response) {
        try {
            volumes.remove(name(path));
        } catch (NotFoundException missing) {
            if (!Query.of(request).flag("force")) {
                throw missing;
            }
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    /** What a client has for a name may have slashes: there is none by it. */
    private static String name(String path) {
        return path.substring(1);
    }

    @PostMapping("/volumes/prune")
    Wire prune(HttpServletRequest request) {
        var filters = Filters.of(request, Set.of("label", "label!", "all"));
        boolean namedToo = filters.flag("all").orElse(!ApiVersion.of(request).atLeast(42));
        var pruned = prune.volumes(volume -> (namedToo || volume.isAnonymous()) && filters.labels(volume.labels()));
        return Wire.of("VolumesDeleted", pruned.removed().isEmpty() ? null : pruned.removed()).with("SpaceReclaimed", pruned.reclaimedBytes());
    }

    static Wire wire(Volume volume) {
        return Wire.of("CreatedAt", Wire.time(volume.created())).with("Driver", "local").with("Labels", volume.labels().isEmpty() ? null : volume.labels())
                .with("Mountpoint", volume.mountpoint().toString()).with("Name", volume.name())
                .with("Options", volume.options().isEmpty() ? null : volume.options()).with("Scope", "local");
    }
}
