package io.berth.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.DurableFile;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What accounts of the dashboard prove themselves with to registries, each one's own. Kept in {@code registry-logins.json} of the data root,
 * the passwords encrypted with {@code registry-logins.key} beside it. When that key is lost they cannot be read any more, which is told to
 * who needs one; given anew they are encrypted with a new key. Safe for use by many threads.
 */
@Component
public class RegistryLogins {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * A login, without its secret.
     *
     * @param registry {@code host[:port]}; {@code docker.io} for Docker Hub
     * @param readable false when its key is gone: it has to be given anew
     */
    public record Login(String registry, String username, Instant saved, boolean readable) {}

    private record Row(@JsonProperty("owner") String owner, @JsonProperty("registry") String registry, @JsonProperty("username") String username,
            @JsonProperty("saved") String saved, @JsonProperty("secret") String secret) {

        /** Where alone the secret can be opened; none of the parts has a line end. */
        String place() {
            return "registry-login\n" + registry + "\n" + owner + "\n" + username;
        }

        boolean isOf(String someOwner, String someRegistry) {
            return owner.equals(someOwner) && registry.equals(someRegistry);
        }
    }

    private final ImagePuller puller;
    private final Path file;
    private final SecretBox box;
    private final Clock clock;

    RegistryLogins(ImagePuller puller, Instance instance, Clock clock) {
        this.puller = puller;
        this.file = instance.dataRoot().resolve("registry-logins.json");
        this.box = new SecretBox(instance.dataRoot().resolve("registry-logins.key"));
        this.clock = clock;
    }

    /** Those of one account, by registry. */
    public synchronized List<Login> list(String owner) {
        return read().stream().filter(row -> row.owner.equals(owner)).map(this::toLogin).sorted(Comparator.comparing(Login::registry)).toList();
    }

    private Login toLogin(Row row) {
        boolean readable;
        try {
            box.open(row.secret, row.place());
            readable = true;
        } catch (ConflictException lost) {
            readable = false;
        }
        return new Login(row.registry, row.username, Instant.parse(row.saved), readable);
    }

    /**
     * Keeps a login in the place of that which the account had for this registry.
     *
     * @param address {@code host[:port]}, with or without scheme and path
     * @param check whether the registry is asked first if it takes it
     * @throws InvalidArgumentException the registry does not take it, or it cannot be one
     * @throws RegistryFailedException the registry cannot be asked
     */
    public Login save(String owner, String address, String username, Secret password, boolean check) {
        if (username.isEmpty() || password.reveal().isEmpty() || username.chars().anyMatch(Character::isISOControl) || username.indexOf(':') >= 0) {
            throw new InvalidArgumentException("a login has a username, without a colon in it, and a password or token");
        }
        String registry = ImagePuller.domainOf(address);
        if (check) {
            puller.check(registry, new RegistryCredentials(username, password.reveal(), "", ""));
        }
        return keep(new Row(owner, registry, username, clock.instant().toString(), ""), password);
    }

    private synchronized Login keep(Row asked, Secret password) {
        var rows = new ArrayList<>(read());
        rows.removeIf(row -> row.isOf(asked.owner, asked.registry));
        var row = new Row(asked.owner, asked.registry, asked.username, asked.saved, box.close(password.reveal(), asked.place()));
        rows.add(row);
        write(rows);
        return toLogin(row);
    }

    /** @throws NotFoundException the account has none for this registry */
    public synchronized void remove(String owner, String address) {
        String registry = ImagePuller.domainOf(address);
        var rows = new ArrayList<>(read());
        if (!rows.removeIf(row -> row.isOf(owner, registry))) {
            throw new NotFoundException("No such registry login: " + registry);
        }
        write(rows);
    }

    /**
     * What an account has for the registry of images of this domain.
     *
     * @return null for none
     * @throws ConflictException it cannot be read, since its key is lost
     */
    public synchronized @Nullable RegistryCredentials find(String owner, String domain) {
        Optional<Row> found = read().stream().filter(row -> row.isOf(owner, domain)).findFirst();
        if (found.isEmpty()) {
            return null;
        }
        Row row = found.get();
        try {
            return new RegistryCredentials(row.username, box.open(row.secret, row.place()), "", "");
        } catch (ConflictException lost) {
            throw lost.during("the login of " + row.username + " for " + domain + " cannot be read and has to be given anew");
        }
    }

    private List<Row> read() {
        try {
            return List.of(JSON.readValue(Files.readAllBytes(file), Row[].class));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException | JacksonException failure) {
            throw new InternalException("read " + file + ": " + failure.getMessage(), failure);
        }
    }

    private void write(List<Row> rows) {
        try {
            DurableFile.write(file, JSON.writeValueAsBytes(rows));
        } catch (IOException failure) {
            throw new InternalException("write " + file + ": " + failure.getMessage(), failure);
        }
    }
}
