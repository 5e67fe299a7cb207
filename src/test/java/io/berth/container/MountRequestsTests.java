package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.container.MountRequests.MountRequest;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class MountRequestsTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private static List<MountRequest> of(Map<String, Object> host, Map<String, Object> config) {
        return MountRequests.of(JSON.convertValue(config, ContainerConfig.class), JSON.convertValue(host, HostConfig.class), List.of());
    }

    private static MountRequest bind(String text) {
        return of(Map.of("Binds", List.of(text)), Map.of()).getFirst();
    }

    @Test
    void pathsAreBindsAndNamesAreVolumes() {
        assertThat(bind("/srv/data:/data:ro")).satisfies(mount -> {
            assertThat(mount.type()).isEqualTo(MountPoint.Type.BIND);
            assertThat(mount.writable()).isFalse();
            assertThat(mount.propagation()).isEqualTo("rprivate");
        });
        assertThat(bind("cache:/data")).satisfies(mount -> {
            assertThat(mount.type()).isEqualTo(MountPoint.Type.VOLUME);
            assertThat(mount.copyUp()).isTrue();
        });
        assertThat(bind("cache:/data:nocopy").copyUp()).isFalse();
    }

    @Test
    void volumesOfTheImageGiveWayToWhatIsAsked() {
        assertThat(of(Map.of("Binds", List.of("/srv:/data")), Map.of("Volumes", Map.of("/data/", Map.of())))).hasSize(1);
    }

    @Test
    void placesOfTheKernelAndNonsenseAreRefused() {
        for (var text : List.of("/a:/proc", "/a:/x/../proc/sys", "/a:relative", "/a:/", "/a:/b:never", ":/x", "a:b:c:d")) {
            assertThatThrownBy(() -> bind(text)).as(text).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> of(Map.of("Binds", List.of("/a:/x", "/b:/x/")), Map.of())).hasMessage("Duplicate mount point: /x");
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() {
        for (var option : List.of("NonRecursive", "ReadOnlyNonRecursive", "ReadOnlyForceRecursive")) {
            assertThatThrownBy(() -> mount(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "BindOptions", Map.of(option, true))))
                    .isInstanceOf(NotImplementedException.class).hasMessageContaining(option);
            mount(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "BindOptions", Map.of(option, false)));
        }
        for (var driver : List.of(Map.of("Name", "nfs"), Map.of("Options", Map.of("type", "tmpfs")))) {
            assertThatThrownBy(() -> mount(Map.of("Type", "volume", "Source", "v", "Target", "/x", "VolumeOptions", Map.of("DriverConfig", driver))))
                    .isInstanceOf(NotImplementedException.class).hasMessageContaining("DriverConfig");
        }
        mount(Map.of("Type", "volume", "Source", "v", "Target", "/x", "VolumeOptions", Map.of("DriverConfig", Map.of("Name", "local"))));
    }

    @Test
    void pathsWithNulAreRefused() {
        assertThatThrownBy(() -> bind("/a\0b:/x")).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("NUL");
        assertThatThrownBy(() -> mount(Map.of("Type", "bind", "Source", "/a\0", "Target", "/x"))).isInstanceOf(InvalidArgumentException.class);
    }

    private static MountRequest mount(Map<String, Object> mount) {
        return of(Map.of("Mounts", List.of(mount)), Map.of()).getFirst();
    }
}
