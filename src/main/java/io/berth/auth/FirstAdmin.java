package io.berth.auth;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Makes {@code admin} at the first start, before the doors open. The password's file is on the disk before the account is in the
 * database: a start that was cut off in between finds the file and finishes with it.
 */
@Component
class FirstAdmin implements SmartInitializingSingleton {

    static final String NAME = "admin";
    private static final Logger log = LoggerFactory.getLogger(FirstAdmin.class);
    private static final int SHORTEST = 8;

    private final Accounts accounts;
    private final AdminProperties properties;
    private final Path kept;

    FirstAdmin(Accounts accounts, AdminProperties properties, Instance instance) {
        this.accounts = accounts;
        this.properties = properties;
        this.kept = instance.dataRoot().resolve("admin-password");
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (!accounts.isEmpty()) {
            return;
        }
        try {
            var given = properties.passwordFile();
            if (given != null) {
                accounts.create(NAME, fromFile(given), Role.ADMIN);
                log.info("account {} created with the password of {}", NAME, given);
            } else {
                var password = Files.exists(kept) ? fromFile(kept) : RandomPassword.storedAt(kept);
                accounts.create(NAME, password, Role.ADMIN);
                log.info("account {} created, password: {} (also in {})", NAME, password, kept);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException("read or write the password of " + NAME + ": " + problem.getMessage(), problem);
        }
    }

    private static String fromFile(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file)) {
            var first = lines.readLine();
            if (first == null || first.length() < SHORTEST) {
                throw new InvalidArgumentException("the password in " + file + " is shorter than " + SHORTEST + " characters");
            }
            return first;
        }
    }
}
