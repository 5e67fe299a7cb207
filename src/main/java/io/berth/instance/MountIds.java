package io.berth.instance;

import io.berth.instance.IdMap.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * As whose ids the owners of files are seen through a mount: mount_setattr(2), "ID-mapped mounts". Of a range, {@code inside} are ids on
 * the disk and {@code outside} those of the host as which they are seen.
 */
public record MountIds(List<Range> users, List<Range> groups) {

    /** All ids of the host. */
    private static final Range ALL = new Range(0, 0, 4_294_967_295L);

    public MountIds {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** A user and a group. */
    public record Owner(long uid, long gid) {}

    /**
     * Files of {@code onDisk} are seen as those of {@code inside}, and the other way round; all others have in the container the numbers that
     * they have on the disk, as far as it has these.
     *
     * @param container ids of its user namespace; null: the host's
     * @param inside a user and a group as the container has them
     */
    public static MountIds exchanging(@Nullable IdMap container, Owner onDisk, Owner inside) {
        return new MountIds(exchanged(container == null ? List.of(ALL) : container.users(), onDisk.uid(), inside.uid()),
                exchanged(container == null ? List.of(ALL) : container.groups(), onDisk.gid(), inside.gid()));
    }

    private static List<Range> exchanged(List<Range> ranges, long one, long other) {
        var pieces = new ArrayList<Range>();
        for (var range : ranges) {
            long end = range.inside() + range.count();
            var cuts = new TreeSet<>(List.of(range.inside(), end));
            for (long id : List.of(one, one + 1, other, other + 1)) {
                if (id > range.inside() && id < end) {
                    cuts.add(id);
                }
            }
            for (Long at = cuts.first(); at < end; at = cuts.higher(at)) {
                long onDisk = at == one ? other : at == other ? one : at;
                pieces.add(new Range(onDisk, range.outside() + at - range.inside(), cuts.higher(at) - at));
            }
        }
        return pieces;
    }

    /** As {@code uid_map} is written. */
    public String userLines() {
        return Range.lines(users);
    }

    /** As {@code gid_map} is written. */
    public String groupLines() {
        return Range.lines(groups);
    }
}
