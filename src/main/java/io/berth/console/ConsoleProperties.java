package io.berth.console;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What consoles may cost.
 *
 * @param keep how long a console lives on after its last client has gone, and how long one that has ended can still be looked at
 * @param sessions how many may run at the same time, of all accounts together
 * @param scrollback how much of its latest output a console keeps for clients that come back
 */
@ConfigurationProperties("berth.console")
public record ConsoleProperties(@DefaultValue("10m") Duration keep, @DefaultValue("64") int sessions, @DefaultValue("262144B") DataSize scrollback) {

    private static final long LEAST_SCROLLBACK = 4 << 10;
    private static final long MOST_SCROLLBACK = 64 << 20;

    public ConsoleProperties {
        if (keep.isNegative() || keep.isZero()) {
            throw new IllegalArgumentException("berth.console.keep must be longer than 0");
        }
        if (sessions < 0) {
            throw new IllegalArgumentException("berth.console.sessions must be 0, for none, or more");
        }
        if (scrollback.toBytes() < LEAST_SCROLLBACK || scrollback.toBytes() > MOST_SCROLLBACK) {
            throw new IllegalArgumentException("berth.console.scrollback must be between 4KB and 64MB");
        }
    }

    int scrollbackBytes() {
        return Math.toIntExact(scrollback.toBytes());
    }
}
