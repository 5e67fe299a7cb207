package io.berth.adminapi;

import io.berth.adminapi.FileWire.FileView;
import io.berth.container.ContainerId;
import io.berth.container.Containers;
import io.berth.container.FileOrigin;
import io.berth.container.InnerFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The files of a container, running or not, with what is mounted in it: as those of a volume, and where each of them lives. */
@RestController
@RequestMapping("/api/v1/containers/{ref}/files")
class ContainerFilesResource {

    private final Containers containers;
    private final InnerFiles files;

    ContainerFilesResource(Containers containers, InnerFiles files) {
        this.containers = containers;
        this.files = files;
    }

    /** Where a file lives. @param kind {@code image}, {@code layer}, {@code mixed}, {@code mount} or {@code engine} @param about what is mounted, else empty */
    record OriginView(String kind, String about) {

        static OriginView of(FileOrigin origin) {
            return new OriginView(FileWire.word(origin.kind()), origin.about());
        }
    }

    /** A file and where it lives. */
    record Item(FileView file, OriginView origin) {}

    /** A listing on the wire. @param more whether there is more: ask with {@code after}, the last name here */
    record ListingView(String path, OriginView origin, List<Item> items, boolean more) {}

    private ContainerId id(String ref) {
        return containers.resolve(ref).id();
    }

    @GetMapping
    ListingView list(@PathVariable String ref, @RequestParam(defaultValue = "/") String path, @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "1000") int limit) {
        var listing = files.list(id(ref), path, after, limit);
        var items = new ArrayList<Item>();
        for (int i = 0; i < listing.origins().size(); i++) {
            items.add(new Item(FileView.of(listing.files().files().get(i)), OriginView.of(listing.origins().get(i))));
        }
        return new ListingView(listing.files().path(), OriginView.of(listing.origin()), items, listing.files().more());
    }

    /** A file as it is, a folder as a tar archive. */
    @GetMapping("/content")
    void download(@PathVariable String ref, @RequestParam(defaultValue = "") String path, HttpServletResponse response) throws IOException {
        try (var download = files.download(id(ref), FileWire.named("path", path))) {
            FileWire.send(download, response);
        }
    }

    @PutMapping("/content")
    ResponseEntity<Void> upload(@PathVariable String ref, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode, HttpServletRequest request)
            throws IOException {
        var version = RawBody.read(request, content -> files.put(id(ref), FileWire.named("path", path), content,
                FileWire.writing(FileWire.ownership(uid, gid, mode), request)));
        return ResponseEntity.noContent().header(HttpHeaders.ETAG, FileWire.quoted(version)).build();
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String ref, @RequestParam(defaultValue = "") String path) {
        files.delete(id(ref), FileWire.named("path", path));
    }

    @PostMapping("/folders")
    @ResponseStatus(HttpStatus.CREATED)
    void makeFolder(@PathVariable String ref, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode) {
        files.makeFolder(id(ref), FileWire.named("path", path), FileWire.ownership(uid, gid, mode));
    }

    @PostMapping("/rename")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void rename(@PathVariable String ref, @RequestParam(defaultValue = "") String path, @RequestParam(defaultValue = "") String to) {
        files.rename(id(ref), FileWire.named("path", path), FileWire.named("to", to));
    }
}
