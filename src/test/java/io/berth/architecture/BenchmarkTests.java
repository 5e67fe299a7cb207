package io.berth.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark is run from its source and so compiled by no build: that it can be is seen here. */
class BenchmarkTests {

    @Test
    void compilesWithoutAWarningAndWithoutDependencies(@TempDir Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null);
                var sources = Files.newDirectoryStream(Path.of("src/bench"), "*.java")) {
            var options = List.of("-Xlint:all", "-Werror", "-proc:none", "-cp", classes.toString(), "-d", classes.toString());
            var task = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(toList(sources)));
            assertThat(task.call()).as(messages::toString).isTrue();
        }
        assertThat(classes.resolve("Bench.class")).exists();
    }

    private static List<Path> toList(Iterable<Path> paths) {
        var list = new ArrayList<Path>();
        paths.forEach(list::add);
        return list;
    }
}
