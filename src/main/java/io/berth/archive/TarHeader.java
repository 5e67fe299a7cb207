package io.berth.archive;

import io.berth.archive.TarEntry.Fragment;
import io.berth.archive.TarEntry.Type;
import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what the headers of one entry say, in all dialects, into a {@link TarEntry}. */
final class TarHeader {

    /** Where the next block of an old GNU sparse map, or of the map before the content, comes from. */
    @FunctionalInterface
    interface Blocks {
        byte[] next() throws IOException;
    }

    private static final byte[] POSIX_MAGIC = {'u', 's', 't', 'a', 'r', 0};
    private static final int MAX_FRAGMENTS = 1_000_000;

    private final PaxRecords extended;
    private @Nullable String longName;
    private @Nullable String longLink;
    private long bodySize;
    private boolean begun;

    TarHeader(PaxRecords extended) {
        this.extended = extended;
    }

    void longName(byte[] name) {
        longName = TarBlocks.text(name, 0, name.length);
        begun = true;
    }

    void longLink(byte[] link) {
        longLink = TarBlocks.text(link, 0, link.length);
        begun = true;
    }

    boolean isBegun() {
        return begun || !extended.isEmpty();
    }

    /** Bytes that follow the header in the archive, without what a map of holes took of them. */
    long bodySize() {
        return bodySize;
    }

    TarEntry entry(byte[] block, Blocks blocks) throws IOException {
        String name = name(block);
        Type type = type((char) block[TarBlocks.TYPE], name);
        long stored = type == Type.FILE
                ? extended.number("size", TarBlocks.number(block, TarBlocks.SIZE_FIELD, TarBlocks.LONG_NUMBER))
                : 0;
        if (stored < 0) {
            throw new InvalidArgumentException("invalid tar header: negative size");
        }
        bodySize = stored;
        SparseMap holes = type == Type.FILE ? sparse(block, blocks) : SparseMap.NONE;
        if (holes.blocksBeforeContent() * (long) TarBlocks.SIZE > stored) {
            throw new InvalidArgumentException("invalid tar header: map of holes larger than the file");
        }
        stored -= holes.blocksBeforeContent() * (long) TarBlocks.SIZE;
        long size = holes.isEmpty() ? stored : holes.requireFor(stored);
        bodySize = stored;
        boolean isDevice = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
        return new TarEntry(type, withoutSlash(name), link(block, type),
                (int) TarBlocks.number(block, TarBlocks.MODE, TarBlocks.SHORT_NUMBER) & 07777,
                owner("uid", block, TarBlocks.UID), owner("gid", block, TarBlocks.GID), size, stored,
                holes.fragments(), modified(block),
                isDevice ? device(block, TarBlocks.DEVICE_MAJOR) : 0, isDevice ? device(block, TarBlocks.DEVICE_MINOR) : 0,
                extended.xattrs());
    }

    private String name(byte[] block) {
        @Nullable String name = extended.text("GNU.sparse.name");
        name = name == null ? extended.text("path") : name;
        name = name == null ? longName : name;
        if (name == null) {
            name = TarBlocks.text(block, TarBlocks.NAME, TarBlocks.NAME_LENGTH);
            String prefix = isPosix(block) ? TarBlocks.text(block, TarBlocks.PREFIX, TarBlocks.PREFIX_LENGTH) : "";
            name = prefix.isEmpty() ? name : prefix + "/" + name;
        }
        return name;
    }

    private String link(byte[] block, Type type) {
        if (type != Type.HARD_LINK && type != Type.SYMLINK) {
            return "";
        }
        @Nullable String link = extended.text("linkpath");
        link = link == null ? longLink : link;
        return link == null ? TarBlocks.text(block, TarBlocks.LINK, TarBlocks.NAME_LENGTH) : link;
    }

    private Instant modified(byte[] block) {
        @Nullable Instant precise = extended.time("mtime");
        return precise != null
                ? precise
                : TarReader.time(TarBlocks.number(block, TarBlocks.MTIME, TarBlocks.LONG_NUMBER), 0);
    }

    private long owner(String key, byte[] block, int offset) {
        long id = extended.number(key, TarBlocks.number(block, offset, TarBlocks.SHORT_NUMBER));
        if (id < 0 || id >= 0xffff_ffffL) {
            throw new InvalidArgumentException("invalid tar header: " + key + " " + id + " out of range");
        }
        return id;
    }

    private static int device(byte[] block, int offset) {
        long number = TarBlocks.number(block, offset, TarBlocks.SHORT_NUMBER);
        if (number < 0 || number > 0xf_ffff) {
            throw new InvalidArgumentException("invalid tar header: device number " + number + " out of range");
        }
        return (int) number;
    }

    private static Type type(char flag, String name) {
        return switch (flag) {
            case '0', '\0', '7', 'S' -> name.endsWith("/") ? Type.DIRECTORY : Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.SYMLINK;
            case '3' -> Type.CHARACTER_DEVICE;
            case '4' -> Type.BLOCK_DEVICE;
            case '5' -> Type.DIRECTORY;
            case '6' -> Type.FIFO;
            default -> throw new InvalidArgumentException(
                    "archive has an entry of the unknown type 0x" + Integer.toHexString(flag & 0xff));
        };
    }

    private SparseMap sparse(byte[] block, Blocks blocks) throws IOException {
        if (block[TarBlocks.TYPE] == 'S') {
            return SparseMap.readOldGnu(block, blocks);
        }
        if ("1".equals(extended.text("GNU.sparse.major"))) {
            return SparseMap.readFromContent(extended.number("GNU.sparse.realsize", 0), blocks);
        }
        @Nullable String map = extended.text("GNU.sparse.map");
        long size = extended.number("GNU.sparse.size", extended.number("GNU.sparse.realsize", 0));
        if (map != null) {
            List<Long> pairs = new ArrayList<>();
            for (String number : map.split(",", -1)) {
                byte[] digits = number.getBytes(StandardCharsets.UTF_8);
                pairs.add(PaxRecords.decimal(digits, 0, digits.length, Long.MAX_VALUE));
            }
            return SparseMap.of(pairs, size, 0);
        }
        return extended.sparsePairs().isEmpty() ? SparseMap.NONE : SparseMap.of(extended.sparsePairs(), size, 0);
    }

    private static boolean isPosix(byte[] block) {
        return Arrays.equals(block, TarBlocks.MAGIC, TarBlocks.MAGIC + POSIX_MAGIC.length, POSIX_MAGIC, 0, POSIX_MAGIC.length);
    }

    private static String withoutSlash(String name) {
        int end = name.length();
        while (end > 1 && name.charAt(end - 1) == '/') {
            end--;
        }
        return name.substring(0, end);
    }

    /**
     * Where the parts of a file with holes go.
     *
     * <p>Source: GNU tar, "Storing Sparse Files".
     */
    record SparseMap(List<Fragment> fragments, long size, int blocksBeforeContent) {

        static final SparseMap NONE = new SparseMap(List.of(), -1, 0);

        private static final int OLD_PAIRS = 386;
        private static final int OLD_EXTENDED = 482;
        private static final int OLD_REAL_SIZE = 483;

        boolean isEmpty() {
            return size < 0;
        }

        static SparseMap of(List<Long> pairs, long size, int blocksBeforeContent) {
            if (pairs.size() % 2 != 0) {
                throw invalid();
            }
            var fragments = new ArrayList<Fragment>(pairs.size() / 2);
            for (int i = 0; i < pairs.size(); i += 2) {
                fragments.add(new Fragment(pairs.get(i), pairs.get(i + 1)));
            }
            return new SparseMap(fragments, size, blocksBeforeContent);
        }

        static SparseMap readOldGnu(byte[] header, Blocks blocks) throws IOException {
            List<Long> pairs = new ArrayList<>();
            addOldPairs(pairs, header, OLD_PAIRS, 4);
            boolean more = header[OLD_EXTENDED] != 0;
            while (more) {
                byte[] extension = blocks.next();
                addOldPairs(pairs, extension, 0, 21);
                more = extension[504] != 0;
            }
            return of(pairs, TarBlocks.number(header, OLD_REAL_SIZE, TarBlocks.LONG_NUMBER), 0);
        }

        private static void addOldPairs(List<Long> pairs, byte[] block, int at, int count) {
            for (int i = 0; i < count && block[at + 24 * i] != 0; i++) {
                pairs.add(TarBlocks.number(block, at + 24 * i, TarBlocks.LONG_NUMBER));
                pairs.add(TarBlocks.number(block, at + 24 * i + 12, TarBlocks.LONG_NUMBER));
            }
            requireCount(pairs.size() / 2);
        }

        /** Version 1.0: decimal lines at the start of the content, filled up to whole blocks. */
        static SparseMap readFromContent(long size, Blocks blocks) throws IOException {
            var lines = new Lines(blocks);
            long count = lines.next();
            requireCount(count);
            List<Long> pairs = new ArrayList<>();
            for (long i = 0; i < 2 * count; i++) {
                pairs.add(lines.next());
            }
            return of(pairs, size, lines.blocksRead);
        }

        /** Checks the map against the stored bytes and tells the size of the file. */
        long requireFor(long stored) {
            long end = 0;
            long sum = 0;
            for (Fragment fragment : fragments) {
                if (fragment.offset() < end || fragment.length() < 0 || fragment.length() > Long.MAX_VALUE - fragment.offset()) {
                    throw invalid();
                }
                end = fragment.offset() + fragment.length();
                sum += fragment.length();
            }
            if (end > size || sum != stored) {
                throw invalid();
            }
            return size;
        }

        private static void requireCount(long count) {
            if (count > MAX_FRAGMENTS) {
                throw invalid();
            }
        }

        private static InvalidArgumentException invalid() {
            return new InvalidArgumentException("invalid tar header: malformed map of holes");
        }

        private static final class Lines {
            private final Blocks blocks;
            private byte[] block = {};
            private int at;
            private int blocksRead;

            Lines(Blocks blocks) {
                this.blocks = blocks;
            }

            long next() throws IOException {
                byte[] digits = new byte[19];
                int length = 0;
                int c;
                while ((c = nextByte()) != '\n') {
                    if (length == digits.length) {
                        throw invalid();
                    }
                    digits[length++] = (byte) c;
                }
                return PaxRecords.decimal(digits, 0, length, Long.MAX_VALUE);
            }

            private int nextByte() throws IOException {
                if (at == block.length) {
                    block = blocks.next();
                    blocksRead++;
                    at = 0;
                }
                return block[at++];
            }
        }
    }
}
