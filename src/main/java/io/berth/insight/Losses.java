package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.ContainerLogs;
import io.berth.container.Containers;
import io.berth.container.MountPoint;
import io.berth.insight.LossView.Anonymous;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Says what would be lost before it is. */
@Component
public class Losses {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private final Containers containers;
    private final Changes changes;
    private final Volumes volumes;
    private final ContainerLogs logs;

    Losses(Containers containers, Changes changes, Volumes volumes, ContainerLogs logs) {
        this.containers = containers;
        this.changes = changes;
        this.volumes = volumes;
        this.logs = logs;
    }

    /** By the removal of a container. @param withVolumes its anonymous volumes go, too */
    public LossView of(Container container, boolean withVolumes) throws IOException {
        var written = changes.of(container, 0);
        var alone = container.mounts().stream().filter(MountPoint::anonymous).filter(mount -> isAlone(container, mount))
                .map(mount -> new Anonymous(String.valueOf(mount.volume()), mount.destination(), volumes.usageBytes(String.valueOf(mount.volume())), withVolumes)).toList();
        var logKept = logs.promised(container).map(Duration::toSeconds).orElse(null);
        return new LossView(container.id().value(), container.name(), written.files(), written.bytes(), written.folders(), alone, logKept, text(written, alone));
    }

    private boolean isAlone(Container container, MountPoint mount) {
        var volume = mount.volume();
        return volume != null && volumes.find(volume).isPresent() && containers.list().stream().filter(other -> !other.id().equals(container.id()))
                .noneMatch(other -> other.mounts().stream().anyMatch(theirs -> volume.equals(theirs.volume())));
    }

    static String text(ChangesView written, List<Anonymous> volumes) {
        var text = new StringBuilder();
        if (written.files() > 0) {
            text.append(written.files()).append(written.files() == 1 ? " file, " : " files, ").append(size(written.bytes()))
                    .append(written.files() == 1 ? " exists" : " exist").append(" only in this container.");
        }
        for (var volume : volumes) {
            text.append(text.isEmpty() ? "" : " ").append("The volume at ").append(volume.destination()).append(" (").append(size(volume.bytes()))
                    .append(") has no name").append(volume.goes() ? " and goes with it." : ": it stays, but nothing leads to it.");
        }
        return text.toString();
    }

    /** {@code 3.1 MB}: powers of a thousand, as {@code docker} prints sizes. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
