package io.berth.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a console ended. @param code of the program; null when nobody saw it */
record ConsoleEnd(Why why, @Nullable Integer code, Instant at) {

    enum Why {
        /** The program has ended, by itself or with its container. */
        PROGRAM,
        /** Its owner has closed it. */
        CLOSED,
        /** Nobody came back to it. */
        LEFT
    }
}
