package io.berth.insight;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Recognises folders in which databases keep their data, by files that only they have. */
final class Databases {

    private static final Map<String, Set<String>> BY_FILES = new TreeMap<>(Map.of(
            "PostgreSQL", Set.of("PG_VERSION", "pg_wal", "postgresql.conf"),
            "MySQL or MariaDB", Set.of("ibdata1", "ib_logfile0", "aria_log_control"),
            "MongoDB", Set.of("WiredTiger", "WiredTiger.wt", "mongod.lock"),
            "Redis", Set.of("dump.rdb", "appendonly.aof", "appendonlydir"),
            "Elasticsearch or OpenSearch", Set.of("node.lock", "_state"),
            "RabbitMQ", Set.of("mnesia", ".erlang.cookie"),
            "etcd", Set.of("member"),
            "Kafka", Set.of("meta.properties", "recovery-point-offset-checkpoint")));
    private static final Set<String> SINGLE_FILES = Set.of(".sqlite", ".sqlite3", ".db", ".db3", ".mdb");

    private Databases() {}

    /** Which database a folder with these names is of; null for none. @param path of the folder */
    static @Nullable String of(String path, Set<String> names) {
        for (var database : BY_FILES.entrySet()) {
            long found = database.getValue().stream().filter(names::contains).count();
            if (found >= Math.min(2, database.getValue().size()) || found == 1 && path.contains(word(database.getKey()))) {
                return database.getKey();
            }
        }
        return names.stream().anyMatch(name -> SINGLE_FILES.stream().anyMatch(name::endsWith)) ? "SQLite or the like" : null;
    }

    private static String word(String database) {
        return database.split(" ")[0].toLowerCase(Locale.ROOT);
    }
}
