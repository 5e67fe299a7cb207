package io.berth.adminapi;

import io.berth.adminapi.FileWire.FileView;
import io.berth.volume.VolumeFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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

/** The files of a volume: list, download, upload, rename, remove. */
@RestController
@RequestMapping("/api/v1/volumes/{name}/files")
class VolumeFilesResource {

    private final VolumeFiles files;

    VolumeFilesResource(VolumeFiles files) {
        this.files = files;
    }

    /** A listing on the wire. @param more whether there is more: ask with {@code after}, the last name here */
    record ListingView(String path, List<FileView> items, boolean more) {}

    @GetMapping
    ListingView list(@PathVariable String name, @RequestParam(defaultValue = "/") String path, @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "1000") int limit) {
        var listing = files.list(name, path, after, limit);
        return new ListingView(listing.path(), listing.files().stream().map(FileView::of).toList(), listing.more());
    }

    /** A file as it is, a folder as a tar archive. */
    @GetMapping("/content")
    void download(@PathVariable String name, @RequestParam(defaultValue = "") String path, HttpServletResponse response) throws IOException {
        try (var download = files.download(name, FileWire.named("path", path))) {
            FileWire.send(download, response);
        }
    }

    @PutMapping("/content")
    ResponseEntity<Void> upload(@PathVariable String name, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode, HttpServletRequest request)
            throws IOException {
        var version = RawBody.read(request, content -> files.put(name, FileWire.named("path", path), content,
                FileWire.writing(FileWire.ownership(uid, gid, mode), request)));
        return ResponseEntity.noContent().header(HttpHeaders.ETAG, FileWire.quoted(version)).build();
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name, @RequestParam(defaultValue = "") String path) {
        files.delete(name, FileWire.named("path", path));
    }

    @PostMapping("/folders")
    @ResponseStatus(HttpStatus.CREATED)
    void makeFolder(@PathVariable String name, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode) {
        files.makeFolder(name, FileWire.named("path", path), FileWire.ownership(uid, gid, mode));
    }

    @PostMapping("/rename")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void rename(@PathVariable String name, @RequestParam(defaultValue = "") String path, @RequestParam(defaultValue = "") String to) {
        files.rename(name, FileWire.named("path", path), FileWire.named("to", to));
    }
}
