package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.volume.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescueMarkTests {

    private static final RescueMark MARK = new RescueMark("key", true,
            List.of(new RescueMark.Folder("/srv/deep/data", "deep"), new RescueMark.Folder("/a:b", "colon")));

    private static Volume volume(String name) {
        return new Volume(name, Path.of("/volumes", name, "_data"), Instant.EPOCH, Map.of(), Map.of());
    }

    private static Container container() {
        var made = ContainerDocument.lost(ContainerId.random(), "web", Instant.EPOCH, "");
        var other = MountPoint.volume("other", "/srv", "z", true, MountPoint.Part.ALL).of("other", "/volumes/other/_data");
        return made.mounted(List.of(other), made.hostConfig().mounting("other", "/srv"));
    }

    @Test
    void whatIsMountedIsAsIfItHadBeenAskedFor() {
        var after = ContainerRescue.mounted(container(), MARK, List.of(volume("deep"), volume("colon")));
        assertThat(after.mounts()).as("what is above comes before what is below").extracting(MountPoint::destination).containsExactly("/srv", "/a:b", "/srv/deep/data");
        assertThat(after.hostConfig().binds()).containsExactly("other:/srv", "deep:/srv/deep/data");
        assertThat(after.hostConfig().mounts()).as("a bind cannot name it").singleElement().satisfies(mount ->
                assertThat(List.of(mount.type(), String.valueOf(mount.source()), mount.target())).containsExactly("volume", "colon", "/a:b"));
        var mount = after.mounts().getLast();
        assertThat(List.of(mount.source(), mount.mode(), mount.writable(), mount.anonymous())).containsExactly("/volumes/deep/_data", "z", true, false);
    }

    @Test
    void markIsCommittedWhenAllOfItIsMounted() {
        var before = container();
        var after = ContainerRescue.mounted(before, MARK, List.of(volume("deep"), volume("colon")));
        assertThat(MARK.isCommitted(before)).isFalse();
        assertThat(MARK.isCommitted(after)).isTrue();
        assertThat(MARK.isCommitted(after.mounted(after.mounts().subList(0, 2), after.hostConfig()))).isFalse();
    }

    @Test
    void markIsReadAsItWasWritten(@TempDir Path place) {
        var folder = new ContainerFolder(place);
        assertThat(RescueMark.read(folder)).isEmpty();
        MARK.write(folder);
        assertThat(RescueMark.read(folder)).contains(MARK);
        RescueMark.forget(folder);
        RescueMark.forget(folder);
        assertThat(Files.exists(folder.rescue())).isFalse();
    }
}
