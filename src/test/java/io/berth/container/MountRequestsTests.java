package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.container.MountPoint.Depth;
import io.berth.container.MountRequests.MountRequest;
import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class MountRequestsTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private static List<MountRequest> of(Map<String, Object> host, Map<String, Object> config) {
        return MountRequests.of(JSON.convertValue(config, ContainerConfig.class), JSON.convertValue(host, HostConfig.class), List.of(), Depth.ALL);
    }

    private static MountRequest bind(String text) {
        return of(Map.of("Binds", List.of(text)), Map.of()).getFirst();
    }

    private static MountPoint mount(Map<String, Object> mount) {
        return of(Map.of("Mounts", List.of(mount)), Map.of()).getFirst().point();
    }

    private static void refused(Map<String, Object> mount, String message) {
        assertThatThrownBy(() -> mount(mount)).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("invalid mount config for type \"" + mount.get("Type") + "\": " + message);
    }

    @Test
    void pathsAreBindsAndNamesAreVolumes() {
        assertThat(bind("/srv/data:/data:ro").point()).isEqualTo(MountPoint.bind("/srv/data", "/data", "ro", false, "rprivate", MountPoint.Part.ALL));
        assertThat(bind("/srv/data:/data:rslave,z").point().propagation()).isEqualTo("rslave");
        assertThat(bind("cache:/data").point()).isEqualTo(MountPoint.volume("cache", "/data", "z", true, MountPoint.Part.ALL));
        assertThat(bind("cache:/data").volume().copyUp()).isTrue();
        assertThat(bind("cache:/data:nocopy").volume().copyUp()).isFalse();
    }

    @Test
    void volumesOfTheImageGiveWayToWhatIsAsked() {
        assertThat(of(Map.of("Binds", List.of("/srv:/data")), Map.of("Volumes", Map.of("/data/", Map.of())))).hasSize(1);
    }

    @Test
    void driverIsThatOfAllVolumesWithoutOneOfTheirOwn() {
        var requests = of(Map.of("Binds", List.of("cache:/cache", "/srv:/srv"), "VolumeDriver", "nfs"), Map.of("Volumes", Map.of("/data", Map.of())));
        assertThat(requests).extracting(request -> request.destination() + " " + request.volume().driver())
                .containsExactlyInAnyOrder("/cache nfs", "/srv ", "/data nfs");
    }

    @Test
    void placesOfTheKernelAndNonsenseAreRefused() {
        for (var text : List.of("/a:/proc", "/a:/x/../proc/sys", "/a:relative", "/a:/", "/a:/b:never", ":/x", "a:b:c:d", "/a:/b:ro,rw", "/a:/b:z,Z",
                "/a:/b:shared,private", "/a:/b:nocopy", "a:/b:rshared", "/a:ro")) {
            assertThatThrownBy(() -> bind(text)).as(text).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> bind("/a:/b:never")).hasMessage("invalid mode: never");
        assertThatThrownBy(() -> bind("/a:ro")).hasMessage("invalid volume specification: '/a:ro'");
        assertThatThrownBy(() -> bind("a:")).hasMessage("invalid volume specification: 'a:'");
        assertThatThrownBy(() -> of(Map.of("Binds", List.of("/a:/x", "/b:/x/")), Map.of())).hasMessage("Duplicate mount point: /x");
        assertThatThrownBy(() -> of(Map.of("Binds", List.of("/a:/x"), "Tmpfs", Map.of("/x", "")), Map.of())).hasMessage("Duplicate mount point: /x");
    }

    @Test
    void pathsWithNulAreRefused() {
        assertThatThrownBy(() -> bind("/a\0b:/x")).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("NUL");
        assertThatThrownBy(() -> mount(Map.of("Type", "bind", "Source", "/a\0", "Target", "/x"))).isInstanceOf(InvalidArgumentException.class);
        refused(Map.of("Type", "volume", "Source", "v", "Target", "/x", "VolumeOptions", Map.of("Subpath", "a\0")),
                "subpath must be a relative path within the volume");
    }

    @Test
    void fieldsOfMountsMustFitTheirType() {
        refused(Map.of("Type", "bind", "Source", "/srv", "Target", ""), "field Target must not be empty");
        refused(Map.of("Type", "bind", "Source", "/srv", "Target", "x"), "invalid mount path: 'x' mount path must be absolute");
        refused(Map.of("Type", "bind", "Target", "/x"), "field Source must not be empty");
        refused(Map.of("Type", "bind", "Source", "srv", "Target", "/x"), "invalid mount path: 'srv' mount path must be absolute");
        refused(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "VolumeOptions", Map.of()), "field VolumeOptions must not be specified");
        refused(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "BindOptions", Map.of("Propagation", "all")), "invalid propagation mode: all");
        refused(Map.of("Type", "volume", "Target", "/x", "BindOptions", Map.of()), "field BindOptions must not be specified");
        refused(Map.of("Type", "volume", "Target", "/x", "ReadOnly", true), "must not set ReadOnly mode when using anonymous volumes");
        refused(Map.of("Type", "tmpfs", "Source", "/x", "Target", "/x"), "field Source must not be specified");
        refused(Map.of("Type", "tape", "Target", "/x"), "mount type unknown");
        refused(Map.of("Type", "tmpfs", "Target", "/x", "ImageOptions", Map.of()), "field ImageOptions must not be specified");
        refused(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "TmpfsOptions", Map.of()), "field TmpfsOptions must not be specified");
        refused(Map.of("Type", "image", "Target", "/x"), "field Source must not be empty");
    }

    @Test
    void imagesAreOnlyRead() {
        assertThat(mount(Map.of("Type", "image", "Source", "busybox", "Target", "/x", "ReadOnly", false, "ImageOptions", Map.of("Subpath", "./etc/"))))
                .isEqualTo(MountPoint.image("busybox", "/x", new MountPoint.Part("etc", Depth.ALL, Depth.ALL)));
        refused(Map.of("Type", "image", "Source", "busybox", "Target", "/x", "ImageOptions", Map.of("Subpath", "../etc")),
                "subpath must be a relative path within the volume");
    }

    @Test
    void ownersOfBindsAreMappedWhereItIsAskedFor() {
        assertThat(bind("/srv:/x:ro,idmap").point()).isEqualTo(MountPoint.bind("/srv", "/x", "ro,idmap", false, "rprivate", MountPoint.Part.ALL).mapped());
        assertThat(bind("/srv:/x").point().isMapped()).isFalse();
        assertThat(bind("/srv:/x:idmap").point().inherited(false).isMapped()).isTrue();
        for (var text : List.of("a:/x:idmap", "/x:idmap", "/srv:/x:idmap,idmap", "/srv:/x:idmap=uids=0-1-10")) {
            assertThatThrownBy(() -> bind(text)).as(text).isInstanceOf(InvalidArgumentException.class);
        }
    }

    @Test
    void subpathsStayWithin() {
        assertThat(mount(Map.of("Type", "volume", "Source", "v", "Target", "/x", "VolumeOptions", Map.of("Subpath", "a/../b/./c"))).part().subpath()).isEqualTo("b/c");
        for (var subpath : List.of("/a", "..", "../a", "a/../../b")) {
            refused(Map.of("Type", "volume", "Source", "v", "Target", "/x", "VolumeOptions", Map.of("Subpath", subpath)),
                    "subpath must be a relative path within the volume");
        }
        refused(Map.of("Type", "volume", "Target", "/x", "VolumeOptions", Map.of("Subpath", "a")), "must not set Subpath when using anonymous volumes");
    }

    @Test
    void bindsReachAsFarAsAsked() {
        assertThat(bound(Map.of())).isEqualTo(new MountPoint.Part("", Depth.ALL, Depth.ALL));
        assertThat(bound(Map.of("NonRecursive", true))).isEqualTo(new MountPoint.Part("", Depth.TOP, Depth.ALL));
        assertThat(bound(Map.of("ReadOnlyNonRecursive", true))).isEqualTo(new MountPoint.Part("", Depth.ALL, Depth.TOP));
        assertThat(bound(Map.of("ReadOnlyForceRecursive", true))).isEqualTo(new MountPoint.Part("", Depth.ALL, Depth.ALL));
        assertThatThrownBy(() -> bound(Map.of("ReadOnlyNonRecursive", true, "ReadOnlyForceRecursive", true)))
                .hasMessage("mount options conflict: ReadOnlyNonRecursive and ReadOnlyForceRecursive");
        assertThatThrownBy(() -> bound(Map.of("Propagation", "rslave", "ReadOnlyForceRecursive", true))).hasMessageContaining("rprivate");
    }

    private static MountPoint.Part bound(Map<String, Object> options) {
        return mount(Map.of("Type", "bind", "Source", "/srv", "Target", "/x", "ReadOnly", true, "BindOptions", options)).part();
    }

    @Test
    void olderClientsGetReadOnlyMountsAsTheyKnowThem() {
        var host = JSON.convertValue(Map.of("Binds", List.of("/srv:/x:ro")), HostConfig.class);
        assertThat(MountRequests.of(JSON.convertValue(Map.of(), ContainerConfig.class), host, List.of(), Depth.TOP).getFirst().point().part().readOnly())
                .isEqualTo(Depth.TOP);
    }

    @Test
    void optionsOfTmpfsAreOfAClosedList() {
        assertThat(mount(Map.of("Type", "tmpfs", "Target", "/x", "TmpfsOptions", Map.of("SizeBytes", 65536, "Mode", 0700, "Options", List.of(List.of("exec"))))).options())
                .isEqualTo("size=65536,mode=700,exec");
        refused(Map.of("Type", "tmpfs", "Target", "/x", "TmpfsOptions", Map.of("Options", List.of(List.of("dev")))), "invalid option: dev");
        refused(Map.of("Type", "tmpfs", "Target", "/x", "TmpfsOptions", Map.of("Options", List.of(List.of("a", "b", "c")))), "invalid option array length");
        assertThat(of(Map.of("Tmpfs", Map.of("/x", "mpol=prefer=static:0-1,dirsync,norelatime")), Map.of())).hasSize(1);
        for (var options : Map.of("mpol=../x", "\"mpol=../x\"", "huge", "\"huge\"", "size=much", "\"size=much\"", "uid=1,gid=x", "\"gid=x\"").entrySet()) {
            assertThatThrownBy(() -> of(Map.of("Tmpfs", Map.of("/x", options.getKey())), Map.of())).hasMessage("invalid tmpfs option " + options.getValue());
        }
    }
}
