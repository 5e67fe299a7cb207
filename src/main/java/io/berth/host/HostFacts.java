package io.berth.host;

import io.berth.instance.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What this machine is. Safe for use by many threads. */
@Component
public class HostFacts {

    private static final Path OS_RELEASE = Path.of("/etc/os-release");

    private final String engineId;

    HostFacts(Instance instance) throws IOException {
        this.engineId = engineId(instance.dataRoot().resolve("engine-id"));
    }

    /** The same for the whole life of the data root. */
    private static String engineId(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException first) {
            var id = UUID.randomUUID().toString();
            Files.writeString(file, id + "\n");
            return id;
        }
    }

    public String engineId() {
        return engineId;
    }

    public String kernelVersion() {
        return read(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    public String hostname() {
        return read(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    /** {@code Debian GNU/Linux 12 (bookworm)}. */
    public String operatingSystem() {
        return release("PRETTY_NAME", "Linux");
    }

    public String osVersion() {
        return release("VERSION_ID", "");
    }

    /** As {@code uname -m} has it. */
    public String architecture() {
        return System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    }

    /** As Go has it. */
    public String goArchitecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch");
    }

    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    public long memoryBytes() {
        return read(Path.of("/proc/meminfo")).lines().filter(line -> line.startsWith("MemTotal:")).findFirst()
                .map(line -> Long.parseLong(line.split("\\s+")[1]) << 10).orElse(0L);
    }

    /** The kind of file system that a folder is on. */
    public String fileSystem(Path folder) {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException failure) {
            throw new UncheckedIOException("look at the file system of " + folder, failure);
        }
    }

    /** Whether the kernel's overlay leaves the data of a file that was only renamed or changed in its attributes below. */
    public boolean overlayUsesMetacopy() {
        var parameter = Path.of("/sys/module/overlay/parameters/metacopy");
        return Files.isReadable(parameter) && read(parameter).startsWith("Y");
    }

    /** In the network namespace of the service. */
    public boolean forwardsIpv4() {
        return firstLine(Path.of("/proc/sys/net/ipv4/ip_forward")).equals("1");
    }

    private static String release(String key, String otherwise) {
        return Files.isReadable(OS_RELEASE) ? read(OS_RELEASE).lines().filter(line -> line.startsWith(key + "=")).findFirst()
                .map(line -> line.substring(key.length() + 1).replace("\"", "")).orElse(otherwise) : otherwise;
    }

    private static String firstLine(Path file) {
        try {
            // One call of read(2) for the whole: files of numbers answer the second one with nothing.
            return Files.readAllLines(file).getFirst();
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + file, failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + file, failure);
        }
    }
}
