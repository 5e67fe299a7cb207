package io.berth.it;

import java.nio.file.Path;

/**
 * A disk whose content at any moment can be kept and be gone back to: ext4 in a file that lies on btrfs, where a copy of the file shares
 * its blocks and is made in one instant. What the system had not yet written to the disk is missing in such a copy, as after a power cut.
 */
final class RecordedDisk implements AutoCloseable {

    private final Path shelf;
    private final Path shelfImage;
    private final String size;
    private final Path target;

    /** @param target where the disk's files are seen */
    RecordedDisk(Path home, String size, Path target) {
        this.shelf = home.resolve("shelf");
        this.shelfImage = home.resolve("shelf.img");
        this.size = size;
        this.target = target;
    }

    void mount() {
        Command.run("mkdir", shelf.toString(), target.toString()).ok();
        Command.run("truncate", "-s", "8G", shelfImage.toString()).ok();
        Command.run("mkfs.btrfs", "-q", shelfImage.toString()).ok();
        Command.run("mount", "-o", "loop", shelfImage.toString(), shelf.toString()).ok();
        Command.run("truncate", "-s", size, disk("now").toString()).ok();
        Command.run("mkfs.ext4", "-q", "-m", "0", disk("now").toString()).ok();
        put("now");
        Command.run("chmod", "0700", target.toString()).ok();
    }

    private Path disk(String name) {
        return shelf.resolve(name + ".img");
    }

    private void put(String name) {
        Command.run("mount", "-o", "loop", disk(name).toString(), target.toString()).ok();
    }

    /** Keeps what is on the disk under a name. */
    void keep(String name) {
        Command.run("cp", "--reflink=always", disk("now").toString(), disk(name).toString()).ok();
    }

    /** Has the target show what was kept; nobody may have a file open there. */
    void goBackTo(String name) {
        Command.run("umount", target.toString()).ok();
        put(name);
    }

    @Override
    public void close() {
        Command.run("umount", target.toString()).ok();
        Command.run("umount", shelf.toString()).ok();
    }
}
