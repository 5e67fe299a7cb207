package io.berth.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DatabasesTests {

    @Test
    void foldersAreKnownByWhatOnlyTheyHave() {
        assertThat(Databases.of("/var/lib/postgresql/data", Set.of("PG_VERSION", "pg_wal", "base"))).isEqualTo("PostgreSQL");
        assertThat(Databases.of("/var/lib/mysql", Set.of("ibdata1", "app"))).isEqualTo("MySQL or MariaDB");
        assertThat(Databases.of("/data/db", Set.of("WiredTiger", "WiredTiger.wt"))).isEqualTo("MongoDB");
        assertThat(Databases.of("/app", Set.of("app.sqlite3"))).isEqualTo("SQLite or the like");
    }

    @Test
    void oneNameAloneIsNoProof() {
        assertThat(Databases.of("/srv", Set.of("member"))).isEqualTo("etcd");
        assertThat(Databases.of("/srv", Set.of("pg_wal", "index.html"))).isNull();
        assertThat(Databases.of("/var/log", Set.of("app.log"))).isNull();
    }
}
