package io.berth.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.ffi.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** What was acknowledged is in the file at that moment: whoever is killed then finds it again. */
class DurabilityTests {

    private static final int CHANGES = 150;

    @TempDir
    Path folder;

    @BeforeAll
    static void filesOfTheService() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
        FilePath.register(new DatabaseFile());
    }

    @Test
    void everyAcknowledgedChangeIsInTheFile() throws IOException {
        // Space in the file is used again at once, as it is after some time in a service that runs on.
        var database = database("live", ";RETENTION_TIME=0");
        var durability = new Durability(database);
        database.execute("CREATE TABLE item (id INT PRIMARY KEY, document VARCHAR(4000))");
        for (int change = 1; change <= CHANGES; change++) {
            database.update("INSERT INTO item VALUES (?, ?)", change, "x".repeat(change * 20));
            database.update("DELETE FROM item WHERE id = ?", change - 3);
            durability.await();
            assertThat(idsAfterAKill()).as("after change %d", change).isEqualTo(IntStream.rangeClosed(Math.max(1, change - 2), change).boxed().toList());
        }
        database.execute("SHUTDOWN IMMEDIATELY");
    }

    private List<Integer> idsAfterAKill() throws IOException {
        var left = Files.copy(folder.resolve("live.mv.db"), folder.resolve("left.mv.db"));
        var found = database("left", "");
        var ids = found.queryForList("SELECT id FROM item ORDER BY id", Integer.class);
        found.execute("SHUTDOWN IMMEDIATELY");
        Files.delete(left);
        return ids;
    }

    /** With the options of the service's own database, and one connection that stays open. */
    private JdbcTemplate database(String name, String further) {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:berth:" + folder.resolve(name) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1" + further);
        return new JdbcTemplate(source);
    }
}
