package io.berth.event;

import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at H2's file before the service opens it. One that is damaged is put aside, so that the service starts: containers, images and
 * volumes come back from the files beside their data, events and accounts are lost with it. What another version has written, or another
 * process has locked, is left alone.
 */
final class DatabaseCheck {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseCheck.class);
    private static final String FILE = "berth.mv.db";
    static final String ASIDE = FILE + ".damaged-";
    private static final Set<Integer> DAMAGE = Set.of(DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_CHUNK_NOT_FOUND, DataUtils.ERROR_INTERNAL,
            DataUtils.ERROR_SERIALIZATION);

    private DatabaseCheck() {}

    /** Where the database lies. */
    static Path folder(Instance instance) {
        return instance.dataRoot().resolve("db");
    }

    static void run(Instance instance, String url, String user, String password) throws IOException {
        Path file = folder(instance).resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        // Not to be written: where nothing in a file can be read, H2 begins a new one in its place.
        try (var connection = DriverManager.getConnection(url + ";ACCESS_MODE_DATA=r", user, password)) {
            read(connection);
        } catch (SQLException failure) {
            if (failure.getErrorCode() == ErrorCode.DATABASE_IS_READ_ONLY && !wasUsed(instance)) {
                // A first start that came no further: H2 found nothing in it, and keeps what it has opened.
                Files.delete(file);
            } else if (isDamage(failure)) {
                Path aside = file.resolveSibling(ASIDE + Instant.now().getEpochSecond());
                Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
                LOG.error("the database {} is damaged; it was put aside as {}, containers, images and volumes are read from the files beside"
                        + " their data", file, aside, failure);
            } else {
                // Whoever opens it next says so.
                LOG.debug("the database {} cannot be looked at", file, failure);
            }
        }
    }

    /** Whether a start has come further than to an empty database. */
    private static boolean wasUsed(Instance instance) throws IOException {
        if (Files.exists(instance.dataRoot().resolve("admin-password"))) {
            return true;
        }
        Path containers = instance.dataRoot().resolve("containers");
        if (!Files.isDirectory(containers)) {
            return false;
        }
        try (var found = Files.list(containers)) {
            return found.findAny().isPresent();
        }
    }

    /** All that a start reads, and both ends of the journal, where it is written and cleared. */
    private static void read(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var found = statement.executeQuery("select table_name from information_schema.tables where table_schema = 'PUBLIC'")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            for (String table : tables) {
                if (!table.equalsIgnoreCase("event")) {
                    drain(statement, "select * from \"" + table + "\"");
                } else {
                    drain(statement, "select * from \"" + table + "\" order by 1 fetch first 100 rows only");
                    drain(statement, "select * from \"" + table + "\" order by 1 desc fetch first 100 rows only");
                }
            }
        }
    }

    private static void drain(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    rows.getObject(column);
                }
            }
        }
    }

    /** A file that nobody may write and that is to be begun anew has nothing in it that could be read. */
    private static boolean isDamage(SQLException failure) {
        return Set.of(ErrorCode.FILE_CORRUPTED_1, ErrorCode.DATABASE_IS_READ_ONLY).contains(failure.getErrorCode())
                || Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                        .anyMatch(cause -> cause instanceof MVStoreException store && DAMAGE.contains(store.getErrorCode()));
    }
}
