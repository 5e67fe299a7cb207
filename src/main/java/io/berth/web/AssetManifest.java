package io.berth.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.berth.error.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which built files a page needs, by Vite's manifest (Vite, "Backend Integration"). File names carry the hash of their content, so the
 * files may be cached for ever. Read once, at the first page. Thread-safe.
 */
@Component
public class AssetManifest {

    private static final String ENTRY = "src/main.tsx";
    private static final String ICON = "src/icon.svg";

    private final ClassPathResource manifest = new ClassPathResource("static/manifest.json");
    private volatile @Nullable Map<String, Chunk> chunks;

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Chunk(String file, @Nullable List<String> css, @Nullable List<String> imports) {}

    /** What a page names in its head. All paths begin with a slash. */
    public record Assets(String script, List<String> styles, List<String> preloads, String icon) {}

    /** @throws UnavailableException when the dashboard was not built into this service */
    public Assets assets() {
        var all = chunks();
        var entry = chunk(all, ENTRY);
        var preloads = new ArrayList<String>();
        var styles = new LinkedHashSet<String>();
        collect(all, ENTRY, styles, preloads, new LinkedHashSet<>());
        preloads.remove("/" + entry.file());
        return new Assets("/" + entry.file(), List.copyOf(styles), List.copyOf(preloads), "/" + chunk(all, ICON).file());
    }

    private void collect(Map<String, Chunk> all, String name, Set<String> styles, List<String> preloads, Set<String> seen) {
        if (!seen.add(name)) {
            return;
        }
        var chunk = chunk(all, name);
        if (chunk.imports() != null) {
            chunk.imports().forEach(imported -> collect(all, imported, styles, preloads, seen));
        }
        if (chunk.css() != null) {
            chunk.css().forEach(style -> styles.add("/" + style));
        }
        preloads.add("/" + chunk.file());
    }

    private static Chunk chunk(Map<String, Chunk> all, String name) {
        var chunk = all.get(name);
        if (chunk == null) {
            throw new UnavailableException("the dashboard's build has no " + name);
        }
        return chunk;
    }

    private Map<String, Chunk> chunks() {
        var known = chunks;
        if (known != null) {
            return known;
        }
        if (!manifest.exists()) {
            throw new UnavailableException("the dashboard was not built into this service (static/manifest.json is missing)");
        }
        try (var in = manifest.getInputStream()) {
            Map<String, Chunk> read = new JsonMapper().readValue(in, new TypeReference<Map<String, Chunk>>() {});
            chunks = read;
            return read;
        } catch (IOException problem) {
            throw new UncheckedIOException("read the dashboard's asset manifest", problem);
        }
    }
}
