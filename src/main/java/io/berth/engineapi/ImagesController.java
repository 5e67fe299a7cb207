package io.berth.engineapi;

import io.berth.container.Containers;
import io.berth.disk.Prune;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.http.ApiVersion;
import io.berth.image.Image;
import io.berth.image.ImageArchive;
import io.berth.image.ImageDisk;
import io.berth.image.Images;
import io.berth.image.Removal;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.storage.Snapshotter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code Image*} of the Docker Engine API. Names hold slashes, so what comes after them is cut off by hand. */
@RestController
class ImagesController {

    private static final int MANIFESTS_OF_LIST = 47;
    private static final int MANIFESTS_OF_INSPECT = 48;
    private static final int PLATFORM_OF_HISTORY = 48;
    private static final int PLATFORM_OF_ARCHIVES = 48;
    private static final int PLATFORM_OF_INSPECT = 49;
    private static final Set<String> FILTERS = Set.of("dangling", "label", "label!", "before", "since", "until", "reference");

    private final Images images;
    private final ImageArchive archive;
    private final ImageTransferController transfers;
    private final Containers containers;
    private final ImageDisk disk;
    private final Prune prune;
    private final Snapshotter snapshotter;
    private final Clock clock;

    ImagesController(Images images, ImageArchive archive, ImageTransferController transfers, Containers containers, ImageDisk disk,
            Prune prune, Snapshotter snapshotter, Clock clock) {
        this.images = images;
        this.archive = archive;
        this.transfers = transfers;
        this.containers = containers;
        this.disk = disk;
        this.prune = prune;
        this.snapshotter = snapshotter;
        this.clock = clock;
    }

    @GetMapping("/images/json")
    List<Wire> list(HttpServletRequest request) {
        var filters = Filters.of(request, FILTERS);
        var before = filters.get("before").stream().map(images::require).toList();
        var since = filters.get("since").stream().map(images::require).toList();
        var until = filters.until(clock.instant());
        Map<Digest, Long> shared = Query.of(request).flag("shared-size") ? disk.shares().stream()
                .collect(Collectors.toMap(share -> share.image().id(), ImageDisk.Share::sharedBytes)) : Map.of();
        return images.list().stream()
                .filter(image -> until == null || image.created().isBefore(until))
                .filter(image -> filters.flag("dangling").map(wanted -> wanted == image.isDangling()).orElse(true))
                .filter(image -> filters.labels(image.config().config().labels()))
                .filter(image -> filters.any("reference", pattern -> image.tags().stream().anyMatch(tag -> fits(tag, pattern))))
                .filter(image -> before.stream().allMatch(other -> image.created().isBefore(other.created())))
                .filter(image -> since.stream().allMatch(other -> image.created().isAfter(other.created())))
                .map(image -> withManifests(summary(image, filters, ApiVersion.of(request), shared), image, request, MANIFESTS_OF_LIST)).toList();
    }

    private Wire inspect(Image image, HttpServletRequest request) {
        var version = ApiVersion.of(request);
        var wire = ImageWire.inspect(image, folders(image), version);
        // It speaks whatever version the engine has newest, and fails without a field that ended with 1.44.
        String agent = request.getHeader("User-Agent");
        if (agent != null && agent.startsWith("docker-compose/1.")) {
            ImageWire.withContainer(wire, image, version);
        }
        return withManifests(wire, image, request, MANIFESTS_OF_INSPECT);
    }

    /** Of an image that is damaged, too, there is something to tell. */
    private List<Path> folders(Image image) {
        return !image.chain().isEmpty() && image.chain().stream().allMatch(snapshotter::has) ? snapshotter.foldersTopFirst(image.chain().getLast()) : List.of();
    }

    /** With the image's manifests, if they are asked for. @param since 1.{@code since} has them */
    private Wire withManifests(Wire wire, Image image, HttpServletRequest request, int since) {
        if (!ApiVersion.of(request).atLeast(since) || !Query.of(request).flag("manifests")) {
            return wire;
        }
        var users = containers.ofImage(image.id()).stream().map(container -> container.id().toString()).toList();
        return wire.with("Manifests", images.manifests(image).stream().map(manifest -> ImageWire.manifest(manifest, users)).toList());
    }

    private Wire summary(Image image, Filters filters, ApiVersion version, Map<Digest, Long> shared) {
        var tags = image.tags().stream().filter(tag -> filters.any("reference", pattern -> fits(tag, pattern))).map(ImageReference::familiar).toList();
        return ImageWire.listed(ImageWire.summary(image, tags, version.atLeast(51) ? containers.ofImage(image.id()).size() : -1, image.sizeBytes(),
                shared.getOrDefault(image.id(), -1L)), version);
    }

    /** {@code *} fits within one part of a path; without a tag all tags fit. */
    private static boolean fits(ImageReference tag, String pattern) {
        var glob = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q").replace("?", "\\E[^/]\\Q"));
        return glob.matcher(tag.familiar()).matches() || glob.matcher(tag.familiarRepository()).matches()
                || glob.matcher(tag.canonical()).matches();
    }

    @GetMapping("/images/{*path}")
    Object get(@PathVariable String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (path.equals("/get")) {
            save(Query.of(request).all("names"), request, response);
            return null;
        }
        if (path.endsWith("/get")) {
            save(List.of(name(path, "/get")), request, response);
            return null;
        }
        if (path.endsWith("/history")) {
            return images.history(images.require(name(path, "/history"), PlatformQuery.json(request, PLATFORM_OF_HISTORY))).stream()
                    .map(ImageWire::history).toList();
        }
        if (path.endsWith("/json")) {
            return inspect(images.require(name(path, "/json"), PlatformQuery.json(request, PLATFORM_OF_INSPECT)), request);
        }
        throw new NotFoundException("page not found");
    }

    @PostMapping("/images/{*path}")
    Object post(@PathVariable String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (path.equals("/load")) {
            load(request, response);
        } else if (path.equals("/prune")) {
            return prune(request);
        } else if (path.endsWith("/tag")) {
            tag(name(path, "/tag"), Query.of(request), response);
        } else if (path.endsWith("/push")) {
            transfers.push(name(path, "/push"), request, response);
        } else {
            throw new NotFoundException("page not found");
        }
        return null;
    }

    @DeleteMapping("/images/{*path}")
    List<Wire> remove(@PathVariable String path, HttpServletRequest request) {
        var query = Query.of(request);
        return images.remove(name(path, ""), query.flag("force"), !query.flag("noprune")).stream().map(ImagesController::line).toList();
    }

    private static Wire line(Removal removal) {
        return switch (removal) {
            case Removal.Untagged(var reference) -> Wire.of("Untagged", reference);
            case Removal.Deleted(var id) -> Wire.of("Deleted", id.toString());
        };
    }

    private static String name(String path, String suffix) {
        return path.substring(1, path.length() - suffix.length());
    }

    private void tag(String ref, Query query, HttpServletResponse response) {
        var repository = ImageReference.parse(query.text("repo"));
        images.tag(images.require(ref), query.text("tag").isEmpty() ? repository.withDefaultTag() : repository.withTag(query.text("tag")));
        response.setStatus(HttpServletResponse.SC_CREATED);
    }

    private void save(List<String> names, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (names.isEmpty()) {
            throw new InvalidArgumentException("no image names given");
        }
        archive.require(names, PlatformQuery.json(request, PLATFORM_OF_ARCHIVES));
        response.setContentType("application/x-tar");
        archive.save(names, response.getOutputStream());
    }

    private void load(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var platform = PlatformQuery.json(request, PLATFORM_OF_ARCHIVES);
        var in = ClientBody.of(request);
        var stream = new LoadStream(response, Query.of(request).flag("quiet"));
        stream.tell(() -> archive.load(in, platform, stream));
    }

    private Wire prune(HttpServletRequest request) {
        var filters = Filters.of(request, Set.of("dangling", "label", "label!", "until"));
        boolean danglingOnly = filters.flag("dangling").orElse(true);
        var until = filters.until(clock.instant());
        var pruned = prune.images(image -> (image.isDangling() || !danglingOnly) && filters.labels(image.config().config().labels())
                && (until == null || image.created().isBefore(until)));
        return Wire.of("ImagesDeleted", pruned.removed().isEmpty() ? null : pruned.removed().stream().map(ImagesController::line).toList())
                .with("SpaceReclaimed", pruned.reclaimedBytes());
    }
}
