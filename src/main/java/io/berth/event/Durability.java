package io.berth.event;

import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Makes committed changes survive a power cut. H2 hands a committed transaction to the operating system, which is enough against the end
 * of this process; {@code CHECKPOINT SYNC} waits for the disk. Calls that come while another's wait goes on share the next one. Other
 * databases wait at commit by themselves. Safe for use by many threads.
 */
@Component
public class Durability {

    private final JdbcTemplate database;
    private final boolean needed;
    private final ReentrantLock syncing = new ReentrantLock();
    private volatile long begun;
    private volatile long finished;

    Durability(JdbcTemplate database) {
        this.database = database;
        this.needed = Boolean.TRUE.equals(database.execute(
                (java.sql.Connection connection) -> connection.getMetaData().getDatabaseProductName().equals("H2")));
    }

    /** Returns when all that was committed before the call is on the disk. */
    public void await() {
        if (!needed) {
            return;
        }
        long mine = begun;
        syncing.lock();
        try {
            // A sync that began after this call came has written what this caller has committed.
            if (finished > mine) {
                return;
            }
            long number = ++begun;
            database.execute("CHECKPOINT SYNC");
            finished = number;
        } finally {
            syncing.unlock();
        }
    }
}
