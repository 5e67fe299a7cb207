package io.berth.console;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The tools for containers without a shell.
 *
 * @param path a static busybox of this machine; empty: there are no tools
 */
@ConfigurationProperties("berth.toolbox")
public record ToolboxProperties(@DefaultValue("/bin/busybox") Path path) {}
