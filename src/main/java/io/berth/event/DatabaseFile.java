package io.berth.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePathWrapper;

/**
 * H2's files with {@link Headroom}: {@code jdbc:h2:berth:/path}. H2 closes a database that it cannot write, so a disk that a container
 * has filled would stop the whole engine. Public, with a constructor without arguments, since H2 makes it.
 */
public final class DatabaseFile extends FilePathWrapper {

    static final String SCHEME = "berth";
    private static final String DATABASE = ".mv.db";

    public DatabaseFile() {}

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel channel = super.open(mode);
        Path file = Path.of(getBase().toString());
        return mode.startsWith("rw") && file.toString().endsWith(DATABASE) ? new Channel(channel, new Headroom(file, channel.size())) : channel;
    }

    private static final class Channel extends FileBase {

        private final FileChannel file;
        private final Headroom headroom;

        Channel(FileChannel file, Headroom headroom) {
            this.file = file;
            this.headroom = headroom;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            headroom.before(file.position() + from.remaining());
            return file.write(from);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            headroom.before(position + from.remaining());
            return file.write(from, position);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            if (size < file.size()) {
                headroom.cut(file, size);
            }
            return this;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return file.read(into);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
