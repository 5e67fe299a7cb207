package io.berth.image;

import io.berth.archive.ArchiveLimits;
import io.berth.archive.TarEntry;
import io.berth.archive.TarReader;
import io.berth.error.InvalidArgumentException;
import io.berth.oci.Digest;
import io.berth.storage.BlobStore;
import io.berth.storage.BlobWriter;
import io.berth.storage.StagedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of an archive of images, kept until its lists of contents, which come last, are read. Members are known by name
 * only: a name never becomes a path on this host, and links lead to other members. Content that the store has already is hashed and not
 * kept, so that an archive that comes again costs no disk.
 */
final class ArchiveSpool implements AutoCloseable {

    private static final int MAX_MEMBERS = 50_000;
    private static final int MAX_LINKS = 16;
    private static final Pattern BLOB = Pattern.compile("blobs/sha256/([0-9a-f]{64})");

    /** A member's content; {@code staged} is null when the store has it. */
    record Member(Digest digest, long size, @Nullable StagedBlob staged) {}

    private final BlobStore blobs;
    private final Predicate<Digest> isInStore;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, String> links = new HashMap<>();

    /** {@code isInStore} tells of which digests the content need not be kept. */
    ArchiveSpool(BlobStore blobs, Predicate<Digest> isInStore) {
        this.blobs = blobs;
        this.isInStore = isInStore;
    }

    void read(InputStream plain) throws IOException {
        var tar = new TarReader(plain, ArchiveLimits.DEFAULT);
        TarEntry entry;
        while ((entry = tar.next()) != null) {
            String name = normalized(entry.name());
            if (members.size() + links.size() >= MAX_MEMBERS) {
                throw new InvalidArgumentException("archive has more than " + MAX_MEMBERS + " members");
            }
            switch (entry.type()) {
                case FILE -> keep(name, entry, tar.content());
                case SYMLINK -> links.put(name, resolved(name, entry.linkName()));
                case HARD_LINK -> links.put(name, normalized(entry.linkName()));
                case DIRECTORY -> {
                    // Members are known by their whole names.
                }
                case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO ->
                    throw new InvalidArgumentException("archive of images has a device or pipe in it");
            }
        }
    }

    private void keep(String name, TarEntry entry, InputStream content) throws IOException {
        if (entry.size() != entry.storedSize()) {
            throw new InvalidArgumentException("archive of images has a file with holes in it");
        }
        Matcher blob = BLOB.matcher(name);
        @Nullable Digest promised = blob.matches() ? Digest.sha256(blob.group(1)) : null;
        Member member = promised != null && isInStore.test(promised) ? hash(content, entry.size()) : stage(content);
        @Nullable Member before = members.put(name, member);
        if (before != null && before.staged() != null) {
            before.staged().close();
        }
        if (promised != null && !promised.equals(member.digest())) {
            throw new InvalidArgumentException("archive is corrupt: " + promised + " has content with digest " + member.digest());
        }
    }

    private static Member hash(InputStream content, long size) throws IOException {
        MessageDigest computation = Digest.Algorithm.SHA256.newMessageDigest();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), computation)) {
            content.transferTo(out);
        }
        return new Member(Digest.of(Digest.Algorithm.SHA256, computation), size, null);
    }

    private Member stage(InputStream content) throws IOException {
        try (BlobWriter writer = blobs.writer()) {
            content.transferTo(writer);
            StagedBlob staged = writer.seal();
            return new Member(staged.digest(), staged.size(), staged);
        }
    }

    /** The member with this name, links followed. */
    Optional<Member> find(String name) {
        String at = normalized(name);
        for (int i = 0; i < MAX_LINKS; i++) {
            @Nullable Member member = members.get(at);
            if (member != null) {
                return Optional.of(member);
            }
            @Nullable String next = links.get(at);
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        throw new InvalidArgumentException("archive has a link that leads nowhere: " + shown(name));
    }

    Member require(String name) {
        return find(name).orElseThrow(() -> new InvalidArgumentException("archive is incomplete: " + shown(name) + " is missing"));
    }

    /** The content of a small member as bytes. */
    byte[] bytes(Member member, int limit, String what) throws IOException {
        if (member.size() > limit) {
            throw new InvalidArgumentException(what + " is " + member.size() + " bytes, more than the limit of " + limit);
        }
        try (InputStream in = open(member)) {
            return in.readAllBytes();
        }
    }

    InputStream open(Member member) throws IOException {
        return member.staged() != null ? member.staged().open() : blobs.open(member.digest());
    }

    /** Gives a member's staged bytes away; whoever takes them closes them. */
    @Nullable StagedBlob release(Member member) {
        if (member.staged() == null) {
            return null;
        }
        members.replaceAll((name, other) ->
                other.staged() == member.staged() ? new Member(other.digest(), other.size(), null) : other);
        return member.staged();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members.values()) {
            if (member.staged() != null) {
                member.staged().close();
            }
        }
        members.clear();
    }

    private static String resolved(String link, String target) {
        int slash = link.lastIndexOf('/');
        return normalized(target.startsWith("/") || slash < 0 ? target : link.substring(0, slash) + "/" + target);
    }

    private static String normalized(String name) {
        var parts = new ArrayDeque<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw new InvalidArgumentException("archive has a path that leads out of it: " + shown(name));
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private static String shown(String name) {
        return '"' + (name.length() > 100 ? name.substring(0, 100) + "..." : name).replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
