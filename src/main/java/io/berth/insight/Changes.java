package io.berth.insight;

import io.berth.archive.TreeDifference;
import io.berth.container.Container;
import io.berth.container.ContainerChanges;
import io.berth.ffi.FileStat;
import io.berth.insight.ChangesView.Folder;
import io.berth.insight.ChangesView.Item;
import io.berth.insight.ChangesView.Kind;
import io.berth.insight.ChangesView.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Weighs what containers have written into their own layers. Safe for use by many threads. */
@Component
public class Changes {

    private static final int MAX_FOLDERS = 200;

    private final ContainerChanges changes;

    Changes(ContainerChanges changes) {
        this.changes = changes;
    }

    /** As it is now. @param limit how many items are listed at most */
    public ChangesView of(Container container, int limit) throws IOException {
        var sum = new Sum();
        changes.weigh(container.id(), sum::add);
        return sum.view(limit);
    }

    /** Adds up. */
    private static final class Sum {

        private final List<Item> items = new ArrayList<>();
        private final Map<String, long[]> folders = new HashMap<>();
        private final Map<String, Set<String>> names = new HashMap<>();
        private long files;
        private long bytes;
        private long deleted;

        void add(TreeDifference.Kind how, String path, @Nullable FileStat now) {
            var kind = Kind.valueOf(how.name());
            var type = now == null ? Type.OTHER : typeOf(now);
            long size = now != null && type == Type.FILE ? now.size() : 0;
            int slash = path.lastIndexOf('/');
            names.computeIfAbsent(slash == 0 ? "/" : path.substring(0, slash), folder -> new HashSet<>()).add(path.substring(slash + 1));
            if (kind == Kind.DELETED) {
                deleted++;
            } else if (type != Type.FOLDER) {
                files++;
                bytes += size;
                for (int at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
                    long[] total = folders.computeIfAbsent(at == 0 ? "/" : path.substring(0, at), folder -> new long[2]);
                    total[0]++;
                    total[1] += size;
                    if (at == 0) {
                        break;
                    }
                }
            }
            if (type != Type.FOLDER) {
                items.add(new Item(path, kind, type, size));
            }
        }

        private static Type typeOf(FileStat now) {
            return now.isDirectory() ? Type.FOLDER : now.isSymlink() ? Type.LINK : now.isRegularFile() ? Type.FILE : Type.OTHER;
        }

        ChangesView view(int limit) {
            items.sort(Comparator.comparingLong(Item::bytes).reversed().thenComparing(Item::path));
            var weighed = folders.entrySet().stream().map(folder -> new Folder(folder.getKey(), folder.getValue()[0], folder.getValue()[1],
                    Databases.of(folder.getKey(), names.getOrDefault(folder.getKey(), Set.of()))))
                    .sorted(Comparator.comparingLong(Folder::bytes).reversed().thenComparing(Folder::path)).limit(MAX_FOLDERS).toList();
            return new ChangesView(files, bytes, deleted, items.size() > limit, List.copyOf(items.subList(0, Math.min(limit, items.size()))), weighed);
        }
    }
}
