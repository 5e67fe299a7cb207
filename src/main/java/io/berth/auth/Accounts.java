package io.berth.auth;

import java.time.Clock;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The accounts of this instance, and the only place where a password is checked. Thread-safe. */
@Component
public class Accounts {

    private static final int LONGEST_PASSWORD = 1024;

    private final AccountRows rows;
    private final Clock clock;
    private final PasswordHash hash = new PasswordHash();
    private final RecentProofs proofs;
    private final LoginThrottle throttle;

    Accounts(AccountRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
        this.proofs = new RecentProofs(clock);
        this.throttle = new LoginThrottle(clock);
    }

    /**
     * Checks a password.
     *
     * @param address where the attempt comes from; part of the throttle's key
     * @return who it is, that the pair is wrong (not which half), or how long this source must wait first
     */
    public LoginOutcome logIn(String name, String password, String address) {
        var normalName = name.strip().toLowerCase(Locale.ROOT);
        var waiting = throttle.waiting(normalName, address);
        if (!waiting.isZero()) {
            return new LoginOutcome.Wait(waiting);
        }
        var row = rows.findById(normalName).orElse(null);
        if (row == null || password.length() > LONGEST_PASSWORD) {
            hash.matchNobody("");
            throttle.failed(normalName, address);
            return new LoginOutcome.Refused();
        }
        if (!proofs.holds(row.passwordHash(), password)) {
            if (!hash.matches(password, row.passwordHash())) {
                throttle.failed(normalName, address);
                return new LoginOutcome.Refused();
            }
            proofs.remember(row.passwordHash(), password);
        }
        throttle.succeeded(normalName, address);
        return new LoginOutcome.Welcome(row.toDomain());
    }

    boolean isEmpty() {
        return rows.count() == 0;
    }

    String hashOf(String password) {
        return hash.of(password);
    }

    @Transactional
    Account create(String name, String passwordHash, Role role) {
        return rows.saveAndFlush(new AccountRow(name, passwordHash, role, clock.instant())).toDomain();
    }
}
