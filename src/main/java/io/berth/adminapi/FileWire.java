package io.berth.adminapi;

import io.berth.error.InvalidArgumentException;
import io.berth.files.FileDownload;
import io.berth.files.FileEntry;
import io.berth.files.Ownership;
import io.berth.files.Writing;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Files on the wire, whoever has them. */
final class FileWire {

    private static final String TAR = "application/x-tar";
    private static final int OCTAL = 8;

    private FileWire() {}

    /** A file. @param type as {@code character-device} @param mode octal, four digits @param target of a link, else null */
    record FileView(String name, String type, long size, String mode, long uid, long gid, Instant modifiedAt, @Nullable String target) {

        static FileView of(FileEntry file) {
            return new FileView(file.name(), word(file.type()), file.size(), String.format(Locale.ROOT, "%04o", file.mode()), file.uid(), file.gid(),
                    file.modified(), file.target());
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A file as it is, with its version as {@code ETag}; a folder as a tar archive. */
    static void send(FileDownload download, HttpServletResponse response) throws IOException {
        RawBody.attach(response, download.fileName(), download.isFolder() ? TAR : RawBody.BYTES);
        if (!download.isFolder()) {
            response.setContentLengthLong(download.size());
            response.setHeader(HttpHeaders.ETAG, quoted(String.valueOf(download.version())));
        }
        download.writeTo(response.getOutputStream());
    }

    /** What {@code If-Match} and {@code If-None-Match} say: the version that is to be replaced, or that there may be none. */
    static Writing writing(Ownership owner, HttpServletRequest request) {
        var match = request.getHeader(HttpHeaders.IF_MATCH);
        var none = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (none != null && !none.equals("*")) {
            throw new InvalidArgumentException("If-None-Match is to be *: there may be no such file");
        }
        return new Writing(owner, match == null || match.equals("*") ? null : match.replace("\"", ""), none != null);
    }

    static String quoted(String version) {
        return "\"" + version + "\"";
    }

    static String named(String field, String path) {
        if (path.isEmpty()) {
            throw new InvalidArgumentException(field + " is missing");
        }
        return path;
    }

    static Ownership ownership(@Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        return new Ownership(uid, gid, mode(mode));
    }

    private static @Nullable Integer mode(@Nullable String text) {
        try {
            return text == null ? null : Integer.valueOf(text, OCTAL);
        } catch (NumberFormatException wrong) {
            throw new InvalidArgumentException("mode is no octal number: say 0644", wrong);
        }
    }
}
