package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupV2Tests {

    @TempDir
    Path tree;

    @BeforeEach
    void processesInTheFirstCgroup() throws IOException {
        Files.writeString(tree.resolve("cgroup.procs"), "1\n7\n");
        Files.writeString(tree.resolve("cgroup.controllers"), "\n");
        Files.createDirectory(tree.resolve("init"));
        Files.createFile(tree.resolve("init/cgroup.procs"));
    }

    @Test
    void processesAreNotInTheWayOfControllersBelowTheHostsRoot() throws IOException {
        Files.writeString(tree.resolve("cgroup.type"), "domain\n");
        new CgroupV2(tree, tree.resolve("berth/one")).make();
        assertThat(tree.resolve("init/cgroup.procs")).hasContent("7");
        assertThat(tree.resolve("berth/one")).isDirectory();
    }

    @Test
    void theHostsRootIsLeftAsItIs() {
        new CgroupV2(tree, tree.resolve("berth/one")).make();
        assertThat(tree.resolve("init/cgroup.procs")).isEmptyFile();
        assertThat(tree.resolve("berth/one")).isDirectory();
    }

    @Test
    void usageIsThatOfTheWholeReading() throws IOException {
        var folder = Files.createDirectory(tree.resolve("one"));
        var cgroup = new CgroupV2(tree, folder);
        assertThat(cgroup.usage()).isEqualTo(new CgroupUsage(null, null));
        Files.writeString(folder.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
        Files.writeString(folder.resolve("memory.current"), "10000\n");
        Files.writeString(folder.resolve("memory.stat"), "anon 6000\ninactive_file 4000\n");
        assertThat(cgroup.usage()).isEqualTo(new CgroupUsage(1_500_000L, 6000L));
        assertThat(cgroup.usage()).isEqualTo(new CgroupUsage(cgroup.read().cpuNanos(), cgroup.read().memoryWithoutCache()));
    }
}
