package io.berth.event;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.h2.api.ErrorCode;

/**
 * Tells the connection pool which connections are of no use any more: H2 closes a database that it could not write (a failing disk), and
 * a new connection opens it again. Public, with a constructor without arguments, since the pool makes it.
 */
public final class ClosedDatabase implements SQLExceptionOverride {

    public ClosedDatabase() {}

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return failure.getErrorCode() == ErrorCode.DATABASE_IS_CLOSED ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
