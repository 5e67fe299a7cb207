package io.berth.adminapi;

import io.berth.error.InvalidArgumentException;
import io.berth.volume.VolumeFile;
import io.berth.volume.VolumeFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The files of a volume: list, download, upload, remove. */
@RestController
@RequestMapping("/api/v1/volumes/{name}/files")
class VolumeFilesResource {

    private static final String TAR = "application/x-tar";
    private static final int OCTAL = 8;

    private final VolumeFiles files;

    VolumeFilesResource(VolumeFiles files) {
        this.files = files;
    }

    /** A file on the wire. @param type as {@code character-device} @param mode octal, four digits @param target of a link, else null */
    record FileView(String name, String type, long size, String mode, long uid, long gid, Instant modifiedAt, @Nullable String target) {

        static FileView of(VolumeFile file) {
            return new FileView(file.name(), file.type().name().toLowerCase(Locale.ROOT).replace('_', '-'), file.size(),
                    String.format(Locale.ROOT, "%04o", file.mode()), file.uid(), file.gid(), file.modified(), file.target());
        }
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
        try (var download = files.download(name, named(path))) {
            RawBody.attach(response, download.fileName(), download.isFolder() ? TAR : RawBody.BYTES);
            if (!download.isFolder()) {
                response.setContentLengthLong(download.size());
            }
            download.writeTo(response.getOutputStream());
        }
    }

    @PutMapping("/content")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void upload(@PathVariable String name, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode, HttpServletRequest request)
            throws IOException {
        RawBody.read(request, content -> {
            files.put(name, named(path), content, new VolumeFiles.Ownership(uid, gid, mode(mode)));
            return path;
        });
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name, @RequestParam(defaultValue = "") String path) {
        files.delete(name, named(path));
    }

    @PostMapping("/folders")
    @ResponseStatus(HttpStatus.CREATED)
    void makeFolder(@PathVariable String name, @RequestParam(defaultValue = "") String path, @RequestParam(required = false) @Nullable Long uid,
            @RequestParam(required = false) @Nullable Long gid, @RequestParam(required = false) @Nullable String mode) {
        files.makeFolder(name, named(path), new VolumeFiles.Ownership(uid, gid, mode(mode)));
    }

    private static String named(String path) {
        if (path.isEmpty()) {
            throw new InvalidArgumentException("path is missing");
        }
        return path;
    }

    private static @Nullable Integer mode(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text, OCTAL);
        } catch (NumberFormatException wrong) {
            throw new InvalidArgumentException("mode is no octal number: say 0644", wrong);
        }
    }
}
