package io.berth.adminapi;

import io.berth.volume.VolumeArchives;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whole volumes, out and in. Both are operations while their bytes travel. */
@RestController
@RequestMapping("/api/v1/volumes/{name}")
class VolumeArchiveResource {

    private static final String ZSTD = "application/zstd";

    private final VolumeArchives archives;

    VolumeArchiveResource(VolumeArchives archives) {
        this.archives = archives;
    }

    /** What a restore made. @param bytes the sizes of all its files */
    record RestoredView(long entries, long bytes) {}

    @GetMapping("/backup")
    void backup(@PathVariable String name, HttpServletResponse response, Principal user) throws IOException {
        try (var backup = archives.backup(name)) {
            RawBody.attach(response, backup.fileName(), ZSTD);
            backup.writeTo(response.getOutputStream(), user.getName());
        }
    }

    /** @param trusted the archive may become more than 200 times as much, as a backup with many zeros does */
    @PostMapping("/restore")
    RestoredView restore(@PathVariable String name, @RequestParam(defaultValue = "false") boolean replace,
            @RequestParam(defaultValue = "false") boolean trusted, HttpServletRequest request, Principal user) throws IOException {
        var made = RawBody.read(request,
                archive -> archives.restore(name, archive, new VolumeArchives.Restoring(replace, trusted), user.getName()));
        return new RestoredView(made.entries(), made.bytes());
    }
}
