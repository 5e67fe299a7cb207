package io.berth.auth;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.Instance;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
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
    /** Null if there are accounts. */
    private @Nullable FutureTask<Password> password;

    FirstAdmin(Accounts accounts, AdminProperties properties, Instance instance) {
        this.accounts = accounts;
        this.properties = properties;
        this.kept = instance.dataRoot().resolve("admin-password");
    }

    /** The hash takes a core for some hundred milliseconds: it is made while the other parts of the service are. */
    @PostConstruct
    void begin() {
        if (accounts.isEmpty()) {
            password = new FutureTask<>(this::password);
            Thread.ofPlatform().daemon().name("berth-first-admin").start(password);
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (password == null) {
            return;
        }
        try {
            var made = password.get();
            accounts.create(NAME, made.hash(), Role.ADMIN);
            log.info("account {} created{}", NAME, made.told());
        } catch (ExecutionException problem) {
            if (problem.getCause() instanceof InvalidArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("read or write the password of " + NAME + ": " + problem.getCause().getMessage(), problem.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the start was interrupted", interrupted);
        }
    }

    private Password password() throws IOException {
        var given = properties.passwordFile();
        if (given != null) {
            return new Password(accounts.hashOf(fromFile(given)), " with the password of " + given);
        }
        var text = Files.exists(kept) ? fromFile(kept) : RandomPassword.storedAt(kept);
        return new Password(accounts.hashOf(text), ", password: " + text + " (also in " + kept + ")");
    }

    /** @param told what the log says of it */
    private record Password(String hash, String told) {}

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
